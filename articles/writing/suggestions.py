"""
What the form proposes for one press: tags that the text names, the ticker that a line may mean, who may have signed.

Nothing is ever chosen by itself. Each question is answered by a few queries whose number does not grow with the text.
"""

import re

from django.db.models import F
from django.dispatch import Signal

from articles import body, revisions
from articles.models import Article, Author, NameForm, Tag, TaggedItem

MOST_TAGS = 8
MOST_TICKERS = 3
MOST_AUTHORS = 3
LONGEST_NAME = 8  # words of a name that is looked for
MOST_NAMES = 12_000  # looked for in one text
TICKERS_LOOKED_AT = 200
A_TAG = 3  # words that a tag which both carry is worth

# Asked with ``tickers`` (ids): whoever knows which of them run answers with the set of those ids.
running = Signal()

COMMON = set(
    "live ticker blog news read follow latest updates developments progress about with from their lesen alle entwicklungen "
    "liveticker suivez direct tous toute siga directo vivo minuto toda читайте стежте онлайн".split()
)

_WORD = re.compile(r"[^\W_]+(?:[-’'.][^\W_]+)*")
_JOINT = re.compile(r"\s*[&/+]?\s*")  # between two words of a name: Procter & Gamble


def tags_for(content):
    """
    Return up to eight tags that the text of ``content`` names and the story does not carry: first what headline or
    standfirst name, then what is named most often, then in order of appearance.

    A name counts as it is written, in any of its forms but those that are only wrong in another language; words in
    small letters name nothing, except in scripts that have no capitals.
    """
    names, above = _names(_text(content)), len(_text(content | {"body": ""}))
    if not names:
        return []
    language = content["language"]
    called = list(Tag.objects.filter(name__in=names).values_list("name", "canonical"))
    forms = NameForm.objects.filter(text__in=names, language__in={"", language, language[:2]})
    called += forms.values_list("text", "tag__canonical").order_by()
    places = {}
    for name, pk in called:
        places.setdefault(pk, set()).update(names[name])
    carried = set(revisions.ids(content, "tags"))
    tags = Tag.objects.filter(retired_at=None, canonical=F("pk")).in_bulk(places.keys() - carried)

    def rank(tag):
        first = min(places[tag.pk])
        return first >= above, -len(places[tag.pk]), first, tag.pk

    return sorted(tags.values(), key=rank)[:MOST_TAGS]


def _text(content):
    return "\n".join([content["headline"], content["standfirst"], body.plain(content["body"])])


def _names(text):
    """Return {name: [where it stands]} of all runs of one to eight words that begin with no small letter."""
    words = list(_WORD.finditer(text))
    names = {}
    for number, word in enumerate(words):
        if word[0][0].islower() or word[0][0].isdigit():
            continue
        end = word.end()
        for other in words[number : number + LONGEST_NAME]:
            if not _JOINT.fullmatch(text[end : other.start()]):
                break
            end = other.end()
            names.setdefault(text[word.start() : end], []).append(word.start())
        if len(names) > MOST_NAMES:
            break
    return names


def tickers_for(content):
    """Return up to three tickers that an open ticker line of ``content`` may mean, best first; [] where none is open."""
    open_lines = [
        row["text"] for row in content["ticker_links"] if row["text"] and not (row["article"] or row["url"])
    ]
    if not open_lines:
        return []
    tags = {*revisions.ids(content, "tags"), *(tag.pk for tag in tags_for(content))}
    return propose_tickers(" ".join([*open_lines, content["headline"]]), tags)[:MOST_TICKERS]


def propose_tickers(words, tags=()):
    """
    Return the tickers that share words with the text ``words`` or carry one of ``tags`` (ids of tags), most first.

    Those that run come before those that don't, the newest first among equals. Only the 200 edited last are looked at.
    """
    tickers = Article.objects.tickers().filter(withdrawn_at=None).defer("body", "standfirst")
    tickers = list(tickers.order_by("-edited_at", "-pk")[:TICKERS_LOOKED_AT])
    shared = (
        TaggedItem.objects.filter(content_object__in=tickers, tag__canonical__in=tags).order_by()
        if tags
        else []
    )
    score = dict.fromkeys((ticker.pk for ticker in tickers), 0)
    for item in shared:
        score[item.content_object_id] += A_TAG
    wanted = telling_words(words)
    for ticker in tickers:
        score[ticker.pk] += len(wanted & telling_words(ticker.working_headline))
    found = [ticker for ticker in tickers if score[ticker.pk]]
    run = _running(found)
    return sorted(found, key=lambda ticker: (ticker.pk not in run, -score[ticker.pk]))


def _running(tickers):
    told = running.send(sender=None, tickers=[ticker.pk for ticker in tickers]) if tickers else []
    return set().union(*(ids for _receiver, ids in told))


def telling_words(words):
    """Return the beginnings of the words that say what a text is about; endings differ by case and number."""
    found = re.findall(r"[^\W\d_]{4,}", words.casefold())
    return {word[:5] for word in found if word not in COMMON}


def authors_for(user, content):
    """Return up to three authors who may have signed a story without a byline: named in its note, or this user."""
    if any(row["author"] for row in content["bylines"]):
        return []
    offered = Author.objects.filter(retired_at=None, canonical=F("pk"))
    named = offered.filter(members__name__in=_names(content["byline_note"])).order_by("name")
    return list(dict.fromkeys([*named, *offered.filter(members__account=user)]))[:MOST_AUTHORS]
