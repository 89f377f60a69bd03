"""How a picture is put on a page: the sources of a <picture> element, asked of an Image alone, without a query."""

from dataclasses import dataclass
from functools import cached_property

from django.core.files.storage import default_storage

from images.renditions import SUFFIXES

TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}  # the best first
SHARED_WIDTH = 1280  # for machines: search engines ask for 1200 at least
FALLBACK_WIDTH = 1024  # for browsers that know no srcset


@dataclass(frozen=True)
class Picture:
    """
    An Image in one place of a page. alt, caption, credit: as printed there. sizes: how wide it stands, as HTML's
    attribute. largest: no wider file is offered. is_first: the largest picture of the page, loaded at once.
    """

    image: object
    alt: str = ""
    caption: str = ""
    credit: str = ""
    sizes: str = "100vw"
    largest: int = 1920
    is_first: bool = False

    @cached_property
    def _address(self):
        return default_storage.url(self.image.stem)

    def _widths(self, name):
        widths = self.image.ladder.get(name, [])
        return [width for width in widths if width <= self.largest] or widths[:1]

    def _url(self, width, name):
        return f"{self._address}-{width}.{SUFFIXES[name]}"

    def srcset(self, name):
        return ", ".join(f"{self._url(width, name)} {width}w" for width in self._widths(name))

    @property
    def sources(self):
        """[(media type, srcset)] besides the JPEG of the img element itself."""
        return [
            (TYPES[name], self.srcset(name))
            for name in TYPES
            if name != "jpeg" and self.image.ladder.get(name)
        ]

    @property
    def jpeg_srcset(self):
        return self.srcset("jpeg")

    def _width_up_to(self, most):
        widths = self._widths("jpeg")
        return max((width for width in widths if width <= most), default=widths[0])

    def _height_at(self, width):
        return max(1, round(self.image.height * width / self.image.width))

    @cached_property
    def width(self):
        """Pixels of the file that `src` names."""
        return self._width_up_to(FALLBACK_WIDTH)

    @property
    def height(self):
        return self._height_at(self.width)

    @property
    def shared(self):
        """(width, height, address) of the JPEG that machines are given."""
        width = self._width_up_to(SHARED_WIDTH)
        return width, self._height_at(width), self._url(width, "jpeg")

    @property
    def src(self):
        return self._url(self.width, "jpeg")


def is_ready(image, at):
    """Whether ``image`` (or None) can stand on a page at the aware datetime ``at``."""
    return image is not None and "jpeg" in image.ladder and image.may_be_shown(at)


def thumbnail(image):
    """Return the smallest Picture of ``image``, for lists of the desk; None where it has no renditions."""
    return Picture(image, largest=320) if "jpeg" in image.ladder else None


def first_end(images, at):
    """Return the first aware datetime after ``at`` at which one of ``images`` goes off all pages, or None."""
    return min((image.ends for image in images if image.ends and image.ends > at), default=None)
