"""What readers must be told before they read: sponsored, opinion, satire and kin, wherever a story shows."""

from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from articles.languages import spoken_beside
from articles.models import Article, Correction
from articles.models.byline import BylineRole

PLAIN = {"", None, Article.Genre.NEWS}
# Press laws give who is written about a reply of their own, true or not; to publish it is not to agree with it.
OBLIGED = gettext_lazy("We are obliged to publish this reply whether or not what it says is true.")


def label(article):
    """
    Return the word that goes before everything else, "" for plain news. Sponsored outranks all.

    It is said in the story's language, as the headline behind it.
    """
    return _word(article.label, article.kind, article.genre, spoken_beside(article.language))


def is_argued(article):
    """Whether it is one person's opinion, whose name then stands above the headline."""
    return article.genre == Article.Genre.OPINION


@cache  # to change the language costs more than the rest of a card
def _word(label, kind, genre, language):
    with override(language):
        if label == Article.Label.SPONSORED:
            return str(Article.Label.SPONSORED.label)
        if kind == Article.Kind.TICKER:
            return _("Live ticker")
        if genre not in PLAIN:
            return str(Article.Genre(genre).label)
        return str(Article.Label(label).label) if label else ""


def kicker(article):
    """
    Return (label, words): what stands above the headline. An opinion has its writer's name there.

    The bylines of an opinion have to be fetched already (`pages.signed`).
    """
    if is_argued(article):
        return label(article), signature(article) or article.kicker or ""
    return label(article), article.kicker or ""


def signature(article):
    """Return the names under the story in plain words, as printed, those who wrote it only."""
    if article.byline_override:
        return article.byline_override
    return ", ".join(byline.name for byline in article.bylines.all() if byline.role == BylineRole.TEXT)


def tone(article):
    """Return the class that a story's card and page are drawn in: "sponsored", "opinion" or ""."""
    if article.label == Article.Label.SPONSORED:
        return "sponsored"
    return "opinion" if is_argued(article) else ""


def obliged():
    """Return the sentence that stands at every right of reply, in the language spoken now."""
    return str(OBLIGED)


def fixed_wording(note):
    """Return the sentence that stands above a note of its kind, "" for kinds without one."""
    return obliged() if note.kind == Correction.Kind.RIGHT_OF_REPLY else ""
