"""
`make bench`: what the common work costs, in CPU milliseconds, and each as a ratio to a yardstick of the same run.

Ratios say more than milliseconds: machines differ, and are noisy. The yardstick for pages is a view that answers a
constant text through the same middleware, for the desk the page to change one's password, for text nh3 alone, for
stored pages, answered by real servers, Django's own cache middleware.

Pages and desk are measured with 1,000 and 100,000 stories, with BENCH_LARGE=1 with 1,000,000 as well, with
BENCH_STORIES=N with N alone; on SQLite, with BENCH_DATABASE=postgresql on a PostgreSQL of its own. The tables go to
standard output and, as results.md and results.json, to the folder BENCH_OUT (var/bench).
"""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

SIZES = (1000, 100_000)
LARGE = 1_000_000


def sizes():
    if one := os.environ.get("BENCH_STORIES"):
        return [int(one)]
    return [*SIZES, LARGE] if os.environ.get("BENCH_LARGE") == "1" else SIZES


def run(module, *words, on_postgres=False):
    """Return what `python -m module words` prints as JSON, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", module, *map(str, words)]
    if on_postgres:
        command = [sys.executable, "-m", "tests.postgres", *command]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def sized(on_postgres):
    """Return the rows of `benchmarks.sized` at each size."""
    rows = []
    for stories in sizes():
        print(f"Measuring with {stories} stories ...", file=sys.stderr, flush=True)
        rows += run("benchmarks.sized", stories, on_postgres=on_postgres)
    return rows


def table_of_sizes(rows):
    """Yield the lines of a Markdown table for each part: milliseconds at each size, how they grow, ratio, queries."""
    counts = list(dict.fromkeys(row["stories"] for row in rows))
    for part in dict.fromkeys(row["part"] for row in rows):
        by_name = {}
        for row in rows:
            if row["part"] == part:
                by_name.setdefault(row["name"], []).append(row)
        unit = next(iter(by_name.values()))
        yield f"\n## {part}\n"
        columns = [f"ms at {count:,}" for count in counts]
        yield "| " + " | ".join(["what", *columns, "growth", "times the yardstick", "queries"]) + " |"
        yield "|---|" + "---:|" * (len(counts) + 3)
        for name, found in by_name.items():
            cells = [f"{row['ms']:.2f}" for row in found]
            cells.append(f"{found[-1]['ms'] / found[0]['ms']:.2f}")
            cells.append(f"{found[-1]['ms'] / unit[-1]['ms']:.1f}")
            cells.append(" / ".join(dict.fromkeys(str(row["queries"]) for row in found)))
            yield "| " + " | ".join([name, *cells]) + " |"


def table_of_stored(rows):
    """Yield the lines of the Markdown table of servers."""
    yield "\n## A stored page, 64 connections\n"
    yield "| server | ms an answer | times cheaper than Django's cache | answers a second | 99 in 100 within |"
    yield "|---|---:|---:|---:|---:|"
    for row in rows:
        cells = [
            f"{row['ms']:.4f}",
            f"{row['times_cheaper']:.1f}",
            f"{row['answers_a_second']:,}",
            row["99_in_100_within"],
        ]
        yield "| " + " | ".join([row["name"], *cells]) + " |"


def table_of_live(rows):
    """Yield the lines of the Markdown table of live tickers."""
    yield "\n## Live tickers\n"
    yield "| what | figure |"
    yield "|---|---:|"
    for row in rows:
        yield f"| {row['name']} | {row['figure']:,} {row['unit']} |"


def main():
    on_postgres = os.environ.get("BENCH_DATABASE") == "postgresql"
    out = Path(os.environ.get("BENCH_OUT", "var/bench"))
    out.mkdir(parents=True, exist_ok=True)
    facts = {
        "measured": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
        "database": "PostgreSQL" if on_postgres else "SQLite",
    }
    facts["sized"] = sized(on_postgres)
    print("Measuring stored pages ...", file=sys.stderr, flush=True)
    facts["stored"] = run("benchmarks.stored", on_postgres=on_postgres)
    print("Measuring live tickers ...", file=sys.stderr, flush=True)
    facts["live"] = run("benchmarks.live", on_postgres=on_postgres)
    head = "{machine}, {database}, load {load} when it began; CPU milliseconds, measured {measured}.".format(
        **facts
    )
    lines = [
        head,
        *table_of_sizes(facts["sized"]),
        *table_of_stored(facts["stored"]),
        *table_of_live(facts["live"]),
    ]
    (out / "results.json").write_text(json.dumps(facts, indent=1) + "\n")
    (out / "results.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
