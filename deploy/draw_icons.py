"""
Draws the site's icons in PNG, for what reads no SVG: `.venv/bin/python deploy/draw_icons.py`.

The shape and its colours are those of static/icon.svg, on whose grid of 32 by 32 it is drawn here as well. A house
with a sign of its own replaces that file and the shape below.
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw

STATIC = Path(__file__).resolve().parent.parent / "static"
GRID = 32
GROUND, SIGN = "#9c1c1c", "#fbfaf7"
SHAPE = [(8, 24), (8, 8), (12, 8), (20, 18.5), (20, 8), (24, 8), (24, 24), (20, 24), (12, 13.5), (12, 24)]
# Pixels: favicon, home screen of iOS, then those that a web app manifest asks for.
SIZES = (32, 180, 192, 512)
FINER = 4  # drawn larger, then reduced: Pillow draws edges without smoothing


def draw(size):
    """Return the icon as an Image of ``size`` pixels each way, in a palette so that its file is small."""
    large = Image.new("RGB", (size * FINER, size * FINER), GROUND)
    scale = size * FINER / GRID
    ImageDraw.Draw(large).polygon([(x * scale, y * scale) for x, y in SHAPE], fill=SIGN)
    return large.resize((size, size), Image.Resampling.BOX).quantize(colors=32)


def main(folder=STATIC):
    for size in SIZES:
        draw(size).save(Path(folder, f"icon-{size}.png"), optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
