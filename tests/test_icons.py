"""The icons that are kept beside the script that draws them."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from deploy import draw_icons

STATIC = Path(__file__).resolve().parent.parent / "static"


@pytest.mark.parametrize("size", draw_icons.SIZES)
def test_an_icon_is_what_the_script_draws_small_and_without_holes(size):
    path = STATIC / f"icon-{size}.png"
    kept = Image.open(path)
    assert (kept.format, kept.size) == ("PNG", (size, size))
    assert path.stat().st_size < 4096
    drawn = draw_icons.draw(size).convert("RGBA")
    assert ImageChops.difference(kept.convert("RGBA"), drawn).getbbox() is None
    assert drawn.getextrema()[3] == (255, 255)
    ground, sign = drawn.getpixel((1, 1)), drawn.getpixel((size * 10 // 32, size // 2))
    assert (ground, sign) == ((156, 28, 28, 255), (251, 250, 247, 255))
