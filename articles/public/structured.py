"""What machines read in a page's head: what it is in schema.org's words, as JSON-LD, and OpenGraph."""

import json

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import mark_safe

from articles.models import Article, Correction
from articles.models.byline import BylineRole
from articles.models.tag import TagKind
from articles.public.pages import absolute

TYPES = {
    Article.Genre.ANALYSIS: "AnalysisNewsArticle",
    Article.Genre.BACKGROUND: "BackgroundNewsArticle",
    Article.Genre.OPINION: "OpinionNewsArticle",
    Article.Genre.REPORTAGE: "ReportageNewsArticle",
    Article.Genre.SATIRE: "SatiricalArticle",
}
ICON_SIZE = 512  # pixels each way
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
        or [_signer(byline, story) for byline in story.bylines if _wrote(byline)],
        "publisher": publisher(),
        "articleSection": article.section.name,
        "keywords": [tag.name for tag in story.tags],
        "inLanguage": article.language,
        "isAccessibleForFree": True,
        "image": _image(story.shared_picture),
        "correction": [_correction(note) for note in story.corrections],
    }
    return {name: value for name, value in data.items() if value not in ("", None, [])}


def _image(picture):
    """Return a Picture as schema.org's ImageObject, None for None."""
    if picture is None:
        return None
    width, height, address = picture.shared
    data = {
        "@type": "ImageObject",
        "url": absolute(address),
        "width": width,
        "height": height,
        "caption": picture.caption,
        "creditText": picture.credit,
        "copyrightNotice": picture.image.copyright,
    }
    return {name: value for name, value in data.items() if value}


def _type(article):
    if article.label == Article.Label.SPONSORED:
        return "AdvertiserContentArticle"
    return TYPES.get(article.genre, "NewsArticle")


def _wrote(byline):
    return byline.role == BylineRole.TEXT


def _signer(byline, story):
    if byline.author_id is None:
        return {"@type": "Organization", "name": byline.name}
    person = {"@type": "Person", "name": byline.name}
    return person | ({} if story.is_unlisted else {"url": _page_of(byline)})


def _page_of(byline):
    return absolute(byline.author.canonical.get_absolute_url())


def _correction(note):
    kind = "CorrectionComment" if note.kind == Correction.Kind.CORRECTION else "Comment"
    data = {
        "@type": kind,
        "text": note.right or note.carried_by.headline,
        "datePublished": note.at.isoformat(),
    }
    return data | ({"url": absolute(note.carried_by.get_absolute_url())} if note.carried_by else {})


def breadcrumbs(*steps):
    """
    Return the way from the front page to this one as JSON-LD; ``steps``: (name, path) of what follows the front page.

    Source: https://schema.org/BreadcrumbList.
    """
    steps = [(settings.SITE_NAME, "/"), *steps]
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": absolute(path)}
            for position, (name, path) in enumerate(steps, start=1)
        ],
    }


def organisation():
    """Who publishes the site, for its home page. Source: https://schema.org/NewsMediaOrganization."""
    logo = {"@type": "ImageObject", "url": icon(), "width": ICON_SIZE, "height": ICON_SIZE}
    return {"@context": "https://schema.org", **publisher(), "logo": logo}


def website():
    """The site itself, for its home page. Source: https://schema.org/WebSite."""
    site = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": settings.SITE_NAME,
        "url": absolute("/"),
    }
    return {**site, "inLanguage": settings.LANGUAGE_CODE, "publisher": publisher()}


def publisher():
    return {"@type": "NewsMediaOrganization", "name": settings.SITE_NAME, "url": absolute("/")}


SUBJECTS = {
    TagKind.PERSON: "Person",
    TagKind.PLACE: "Place",
    TagKind.ORGANISATION: "Organization",
    TagKind.EVENT: "Event",
}


def collection_page(name, description, path, about=None):
    """
    Return a list of stories as JSON-LD; about: the Tag that it is about, told where the world knows it elsewhere.

    Source: https://schema.org/CollectionPage and https://schema.org/sameAs.
    """
    data = {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "name": name,
        "description": description,
        "url": absolute(path),
        "inLanguage": settings.LANGUAGE_CODE,
        "isPartOf": {"@type": "WebSite", "name": settings.SITE_NAME, "url": absolute("/")},
    }
    if about and about.web_addresses:
        subject = {
            "@type": SUBJECTS.get(about.kind, "Thing"),
            "name": about.name,
            "sameAs": about.web_addresses,
        }
        data["about"] = subject
    return {name: value for name, value in data.items() if value}


def profile_page(author, portrait=None):
    """
    Return the page of an author and whom it is about as JSON-LD; portrait: the Picture on it, or None.

    Source: https://schema.org/ProfilePage.
    """
    address = absolute(author.get_absolute_url())
    person = {
        "@type": "Person",
        "@id": address,
        "name": author.name,
        "url": address,
        "worksFor": publisher(),
    }
    if author.biography:
        person["description"] = author.biography
    if author.web_addresses:
        person["sameAs"] = author.web_addresses
    if author.email:
        person["email"] = author.email
    if portrait:
        person["image"] = _image(portrait)
    return {"@context": "https://schema.org", "@type": "ProfilePage", "url": address, "mainEntity": person}


def as_scripts(*things):
    """Return each of ``things``, JSON-LD as dicts, as JSON that is safe inside a script element."""
    return [mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES)) for data in things]


def icon():
    """The address of the site's picture, for those that show one beside its name."""
    return absolute(static(f"icon-{ICON_SIZE}.png"))


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
    if picture := story.shared_picture:
        width, height, address = picture.shared
        pairs += [("og:image", absolute(address)), ("og:image:width", width), ("og:image:height", height)]
        pairs += [("og:image:alt", picture.alt)]
    if not story.is_unlisted:
        pairs += [("article:author", _page_of(byline)) for byline in story.bylines if byline.author_id]
    pairs += [("article:tag", tag.name) for tag in story.tags]
    return [(name, content) for name, content in pairs if content]
