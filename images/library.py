"""
The acts of the picture desk: take a picture in, change its rights, retire it, make and remove what readers get of it.

Files are written before the rows that name them and removed after, so that a row never names a file that is not
there. Names are made of content: writing one twice writes the same.
"""

import contextlib
import hashlib
from collections import defaultdict

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import delivery
from accounts import audit
from images import workshop
from images.models import Image, Rendition, Use, original_name
from images.workshop import Refused

SUFFIXES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif"}


class Known(Refused):
    """The same file came before; ``image`` is the picture that it is in the library."""

    def __init__(self, image):
        self.image = image
        super().__init__(_("This picture is here already: “%(name)s”.") % {"name": image})


def take_in(data, *, name, by):
    """
    Add the picture ``data`` (bytes) with JPEG and WebP renditions and return its Image.

    name: what the sender calls the file; a title where the picture has none of its own. Caption, credit, copyright,
    alt text and date are proposed from the file. Raise Known where the library has it, Refused with one sentence.
    """
    refuse_known(data)
    work = workshop.make(data)
    return keep(data, work, by=by, **texts_of(work.facts, name))


def texts_of(facts, name):
    """Return the fields of an Image that a file proposes: its Facts, and ``name`` where they hold no title."""
    plain_name = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return {
        "title": facts.title or plain_name[:250].strip() or str(_("Untitled")),
        "caption": facts.caption,
        "alt": facts.alt,
        "credit": facts.credit,
        "copyright": facts.copyright,
        "taken": facts.taken or None,
    }


def refuse_known(data):
    """Raise Known if the very bytes ``data`` are in the library; return their digest."""
    digest = hashlib.sha256(data).hexdigest()
    if image := Image.objects.filter(sha256=digest).first():
        raise Known(image)
    return digest


def recognise(image, data):
    """Note the digest of the original ``data`` of an Image that has none yet; raise Known where another has it."""
    image.sha256 = refuse_known(data)
    image.save(update_fields=["sha256"])


def keep(data, work, *, by, **texts):
    """
    Store a picture that was looked at and return its Image; what is missing of its renditions the worker makes.

    work: workshop.Work. texts: fields of Image. Raise Known where the library has it.
    """
    digest = refuse_known(data)
    image = Image(sha256=digest, width=work.width, height=work.height, **texts)
    image.work = Image.Work.AVIF if work.renditions else Image.Work.SIZES
    filename = f"{digest}.{SUFFIXES[work.kind]}"
    image.file.storage.delete(original_name(image, filename))  # left by an interrupted or undone act
    image.file.save(filename, ContentFile(data), save=False)
    try:
        with transaction.atomic():
            image.save()
            store(image, work.renditions)
            changed(image)
            audit.record(by, "add", image)
    except IntegrityError:  # somebody sent the same at the same moment
        raise Known(Image.objects.get(sha256=digest)) from None
    return image


def changed(image):
    """Let pages and files follow the picture as it is now saved: its texts, its licence, whether it is retired."""
    now = timezone.now()
    delivery.purge([image.page_key])
    if image.ends and image.ends > now:
        delivery.purge([image.page_key], at=image.ends)
    if image.may_be_shown(now) and not image.ladder and image.work == Image.Work.NONE:
        image.work, image.tries, image.claimed_at = Image.Work.SIZES, 0, None
        image.save(update_fields=["work", "tries", "claimed_at"])
    transaction.on_commit(lambda: write_end(image))


def retire(images, *, by):
    """Take pictures off all pages and out of choice; return how many were not retired before."""
    return _set_retired(images.filter(retired_at=None), timezone.now(), "retire", by)


def restore(images, *, by):
    """Undo `retire`; return how many were retired."""
    return _set_retired(images.exclude(retired_at=None), None, "restore", by)


def _set_retired(images, at, verb, by):
    with transaction.atomic():
        rows = list(images.select_for_update())
        for image in rows:
            image.retired_at = at
            image.save(update_fields=["retired_at"])
            changed(image)
            audit.record(by, verb, image)
    return len(rows)


# Renditions


def store(image, encoded):
    """Write renditions and their rows; the caller holds the transaction."""
    for one in encoded:
        name = image.rendition_name(one.width, one.format)
        write(name, one.data)
        Rendition.objects.update_or_create(
            image=image,
            format=one.format,
            width=one.width,
            defaults={"height": one.height, "name": name, "bytes": len(one.data)},
        )
    if encoded:
        _note_ladder(image)


def _note_ladder(image):
    ladder = defaultdict(list)
    for name, width in image.renditions.order_by("width").values_list("format", "width"):
        ladder[name].append(width)
    image.ladder = dict(ladder)
    image.save(update_fields=["ladder"])


def remove_renditions(image):
    """Take a picture's files offline for good; `changed` has them made anew once it may be shown again."""
    names = list(image.renditions.values_list("name", flat=True))
    with transaction.atomic():
        image.renditions.all().delete()
        image.ladder, image.work = {}, Image.Work.NONE
        image.save(update_fields=["ladder", "work"])
        delivery.purge([image.page_key])
        transaction.on_commit(lambda: [default_storage.delete(name) for name in names])


def write(name, data):
    """Write ``data`` under exactly this name in public storage, over what an interrupted write left there."""
    default_storage.delete(name)
    stored = default_storage.save(name, ContentFile(data))
    if stored != name:  # somebody wrote the same content at the same moment
        default_storage.delete(stored)


# When files stop being served, told to whoever serves them without asking the database.


def end_name(stem):
    return f"{stem}.ends"


def write_end(image):
    """Lay down beside the renditions when they end; nothing lies there for a picture without an end."""
    if image.ends is None:
        default_storage.delete(end_name(image.stem))
    else:
        write(end_name(image.stem), image.ends.isoformat().encode())


def read_end(stem):
    """Return the aware datetime at which renditions under ``stem`` stop being served, or None. Asks no database."""
    with contextlib.suppress(FileNotFoundError), default_storage.open(end_name(stem)) as file:
        return timezone.datetime.fromisoformat(file.read().decode())
    return None


# Where pictures are used


def note_uses(target, images):
    """Record that ``target``, a row in public, shows the pictures with these ids and no others."""
    label = target._meta.label_lower
    wanted = set(Image.objects.filter(pk__in=images).values_list("pk", flat=True)) if images else set()
    rows = Use.objects.filter(target_type=label, target_id=target.pk)
    present = dict(rows.values_list("image", "pk"))
    if gone := present.keys() - wanted:
        rows.filter(image__in=gone).delete()
    Use.objects.bulk_create(
        Use(image_id=pk, target_type=label, target_id=target.pk, target_name=str(target)[:250])
        for pk in sorted(wanted - present.keys())
    )
