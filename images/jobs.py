"""What the worker does for pictures: makes the sizes that are missing, and takes files offline whose licence ended."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

import delivery
from delivery.worker import every
from images import library, workshop
from images.models import Image
from images.renditions import specs

log = logging.getLogger(__name__)
CLAIM = timedelta(minutes=5)  # after this another worker may take over from one that died
TRIES = 3
SECONDS = 20.0  # of one picture: a worker that is told to stop waits for it
AT_ONCE = 1280  # AVIF up to this width is made in a first turn: phones ask for no more
BATCH = 20


@every(2, beside=True)
def make_renditions():
    """Make what one waiting picture lacks: all sizes first, then AVIF, which takes longest, in two turns."""
    now = timezone.now()
    image = _claim(now)
    if image is None:
        return
    try:
        work = _make(image)
    except (workshop.Refused, FileNotFoundError) as error:
        _fail(image, error)
        return
    with transaction.atomic():
        image = Image.objects.select_for_update().get(pk=image.pk)
        if image.may_be_shown(now):
            library.store(image, work.renditions)
        image.work, image.claimed_at, image.tries = _next_work(image), None, 0
        image.save(update_fields=["work", "claimed_at", "tries"])
        delivery.purge([image.page_key])


def _claim(now):
    """Return a picture that waits, taken for us alone; None where none does."""
    waiting = Image.objects.filter(work__in=[Image.Work.SIZES, Image.Work.AVIF])
    free = waiting.filter(Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM))
    image = free.order_by("-work", "id").first()  # "sizes" before "avif": first that it is seen at all
    if image is None:
        return None
    claimed = free.filter(pk=image.pk, claimed_at=image.claimed_at).update(
        claimed_at=now, tries=F("tries") + 1
    )
    return Image.objects.get(pk=image.pk) if claimed else None


def _make(image):
    with image.file.open() as file:
        data = file.read()
    if image.sha256 is None:  # from before originals were known by their content
        library.recognise(image, data)
    if image.work == Image.Work.SIZES:
        return workshop.make(data, seconds=SECONDS)
    wanted = [(spec.width, spec.format) for spec in _missing_avif(image)]
    return workshop.make(data, specs=wanted, seconds=SECONDS)


def _missing_avif(image):
    """Return the Specs of the next turn: the widths for phones, then the wider ones."""
    there = image.ladder.get("avif", [])
    missing = [spec for spec in specs(image.width, ["avif"]) if spec.width not in there]
    return [spec for spec in missing if spec.width <= AT_ONCE] or missing


def _next_work(image):
    if not image.ladder:
        return Image.Work.NONE
    return Image.Work.AVIF if _missing_avif(image) else Image.Work.NONE


def _fail(image, error):
    """Try again later, a few times. A picture without AVIF is complete enough."""
    log.warning("Picture %s: %s", image.pk, error)
    if image.tries >= TRIES:
        end = Image.Work.FAILED if image.work == Image.Work.SIZES else Image.Work.NONE
        Image.objects.filter(pk=image.pk).update(work=end, claimed_at=None, tries=0)


@every(20, beside=True)
def take_offline():
    """Remove the renditions of pictures that may not be shown any more."""
    now = timezone.now()
    over = Image.objects.exclude(ladder={}).filter(Q(licence_until__lte=now) | Q(retired_at__isnull=False))
    for image in over[:BATCH]:
        library.remove_renditions(image)
