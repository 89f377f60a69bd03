"""
The process in which one picture is decoded, `python -m images.workbench`: it may die of its file, nothing else does.

Standard input: a line of JSON {"seconds", "bytes", "specs": [[width, format]] or null, "formats": [...]}, then the
picture. Standard output: a line of JSON, then the renditions one after the other. The line is {"refused", "facts"},
or {"kind", "width", "height", "facts", "renditions": [[width, height, format, bytes]]}. Knows neither Django nor the
secrets of the site: `images.workshop` starts it with an empty environment.
"""

import contextlib
import json
import resource
import sys


def limit(seconds, size):
    """Let this process have so many seconds of CPU time and so many bytes of memory, and write no core."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError):  # macOS knows this limit and takes no value for it
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def work(data, order):
    """Return (head, list of bytes) for the picture ``data``."""
    from dataclasses import asdict

    from images import metadata, renditions

    try:
        picture = renditions.open_picture(data)
        width, height = renditions.upright_size(picture)
        head = {"kind": renditions.kind_of(data), "width": width, "height": height}
        head["facts"] = asdict(metadata.read(picture))
        del picture
        if order["specs"] is None:
            wanted = renditions.specs(width, order["formats"])
        else:
            wanted = [renditions.Spec(*spec) for spec in order["specs"]]
        made = list(renditions.render(data, wanted)) if wanted else []
    except renditions.Refused as refusal:
        return {"refused": refusal.code, "facts": refusal.facts}, []
    except MemoryError:
        return {"refused": "memory", "facts": {}}, []
    head["renditions"] = [[spec.width, height, spec.format, len(blob)] for spec, height, blob in made]
    return head, [blob for _, _, blob in made]


def main():
    order = json.loads(sys.stdin.buffer.readline())
    limit(order["seconds"], order["bytes"])
    head, blobs = work(sys.stdin.buffer.read(), order)
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    for blob in blobs:
        sys.stdout.buffer.write(blob)


if __name__ == "__main__":
    main()
