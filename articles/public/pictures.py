"""The pictures of stories as readers see them: which may be shown now, with which words, and how wide they stand."""

from django.utils import timezone

from articles.body import picture_ids
from articles.models.byline import BylineRole
from images.models import Image
from images.pictures import Picture, is_ready

# How wide a picture stands, as its `sizes` attribute says it; the style sheet has the same lengths.
SIZES = {
    "text": "(min-width: 44rem) 40rem, 100vw",
    "wide": "(min-width: 63rem) 60rem, 100vw",
    "full": "(min-width: 78rem) 75rem, 100vw",
    "front": "(min-width: 78rem) 48rem, (min-width: 60rem) 62vw, 100vw",
    "card": "(min-width: 60rem) 18rem, (min-width: 40rem) 46vw, 96px",
    "portrait": "160px",
}
LARGEST = {"card": 768}


def lead_of(article, at, place="wide"):
    """
    Return the Picture that leads ``article`` at the aware datetime ``at``, None where there is none to show.

    place: a key of SIZES. The story's own words come before the picture's. Needs `lead_image` fetched.
    """
    image = article.lead_image_id and article.lead_image
    if not is_ready(image or None, at):
        return None
    if place == "wide" and image.height >= image.width:
        place = "text"  # an upright one is as wide as the words beneath it
    return Picture(
        image,
        alt=article.lead_alt or image.alt,
        caption=article.lead_caption or image.caption,
        credit=article.lead_credit or image.credit,
        sizes=SIZES[place],
        largest=LARGEST.get(place, 1920),
        is_first=place != "card",
    )


def in_body(image, at, layout="text"):
    """Return the Picture of ``image`` (or None) in a body, None where it may not be shown at ``at``."""
    if not is_ready(image, at):
        return None
    return Picture(image, alt=image.alt, credit=image.credit, sizes=SIZES[layout])


def for_sharing(article, at):
    """Return the Picture that social media and search engines are given: the one chosen for them, else the lead."""
    chosen = article.social_image_id and article.social_image
    if is_ready(chosen or None, at):
        return Picture(chosen, alt=chosen.alt, caption=chosen.caption, credit=chosen.credit)
    return lead_of(article, at)


def put_on_cards(stories, at, place="card"):
    """Give each of ``stories`` its lead as ``story.picture`` for a card in this place; return the stories."""
    for story in stories:
        story.picture = lead_of(story, at, place)
    return stories


def writers_of(story):
    """Return the Authors who wrote ``story``, as they are called today; its bylines have to be fetched with them."""
    signed = [byline for byline in story.bylines.all() if byline.role == BylineRole.TEXT and byline.author_id]
    return [byline.author.canonical for byline in signed]


def portrait_of(author, at, alt=""):
    """Return the Picture of an author at ``at``, None where there is none; beside the name it needs no ``alt``."""
    return portrait(author.portrait, at, alt)


def portrait(image, at, alt=""):
    """Return the small Picture of ``image`` (or None) beside a name, None where it may not be shown at ``at``."""
    if not is_ready(image, at):
        return None
    return Picture(image, alt=alt, credit=image.credit, sizes=SIZES["portrait"], largest=480)


def put_portraits(stories, at):
    """Give each of ``stories`` the portrait of whom it is by alone as ``story.portrait``; return the stories."""
    for story in stories:
        writers = writers_of(story)
        story.portrait = portrait_of(writers[0], at) if len(writers) == 1 else None
    return stories


def images_of(stories):
    """Return the lead Images of ``stories``, shown now or not."""
    return [story.lead_image for story in stories if story.lead_image_id]


def shown_on_the_desk(html):
    """Return what `body.render` takes as pictures, for a version that the desk looks at now."""
    wanted, at = picture_ids(html), timezone.now()
    images = Image.objects.in_bulk(wanted) if wanted else {}
    return lambda image, layout: in_body(images.get(image), at, layout)
