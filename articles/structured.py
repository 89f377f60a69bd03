"""What machines read in a page's head: schema.org's NewsArticle as JSON-LD, and OpenGraph."""

import json

from django.conf import settings
from django.utils.safestring import mark_safe

from articles.models import Article, Correction
from articles.models.byline import BylineRole
from articles.pages import absolute

TYPES = {
    Article.Genre.ANALYSIS: "AnalysisNewsArticle",
    Article.Genre.BACKGROUND: "BackgroundNewsArticle",
    Article.Genre.OPINION: "OpinionNewsArticle",
    Article.Genre.REPORTAGE: "ReportageNewsArticle",
    Article.Genre.SATIRE: "SatiricalArticle",
}
# What could end the script element, or open a comment in it, is written as JSON's own escapes.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def news_article(story):
    """
    Return the JSON-LD of a `views.Story` as a dict, empty values left out.

    Source: https://schema.org/NewsArticle and https://schema.org/CorrectionComment.
    """
    article = story.article
    data = {
        "@context": "https://schema.org",
        "@type": _type(article),
        "@id": story.canonical,
        "mainEntityOfPage": story.canonical,
        "url": story.canonical,
        "identifier": article.uuid.urn,
        "headline": article.headline,
        "description": article.standfirst,
        "datePublished": article.first_published.isoformat(),
        "dateModified": article.changed.isoformat(),
        "author": story.article.byline_override
        or [_signer(byline) for byline in story.bylines if _wrote(byline)],
        "publisher": {"@type": "NewsMediaOrganization", "name": settings.SITE_NAME, "url": absolute("/")},
        "articleSection": article.section.name,
        "keywords": [tag.name for tag in story.tags],
        "inLanguage": article.language,
        "isAccessibleForFree": True,
        "correction": [_correction(note) for note in story.corrections],
    }
    return {name: value for name, value in data.items() if value not in ("", None, [])}


def _type(article):
    if article.label == Article.Label.SPONSORED:
        return "AdvertiserContentArticle"
    return TYPES.get(article.genre, "NewsArticle")


def _wrote(byline):
    return byline.role == BylineRole.TEXT


def _signer(byline):
    if byline.author_id is None:
        return {"@type": "Organization", "name": byline.name}
    return {
        "@type": "Person",
        "name": byline.name,
        "url": absolute(byline.author.canonical.get_absolute_url()),
    }


def _correction(note):
    kind = "CorrectionComment" if note.kind == Correction.Kind.CORRECTION else "Comment"
    return {"@type": kind, "text": note.right, "datePublished": note.at.isoformat()}


def as_script(data):
    """Return ``data`` as JSON that is safe inside a script element."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES))


def open_graph(story):
    """Return (property, content) pairs of a `views.Story`. Source: https://ogp.me/#type_article."""
    article = story.article
    pairs = [
        ("og:type", "article"),
        ("og:site_name", settings.SITE_NAME),
        ("og:title", article.social_title or article.headline),
        ("og:description", article.social_text or article.standfirst),
        ("og:url", story.canonical),
        ("article:published_time", article.first_published.isoformat()),
        ("article:modified_time", article.changed.isoformat()),
        ("article:section", article.section.name),
    ]
    pairs += [("article:author", _signer(byline)["url"]) for byline in story.bylines if byline.author_id]
    pairs += [("article:tag", tag.name) for tag in story.tags]
    return [(name, content) for name, content in pairs if content]
