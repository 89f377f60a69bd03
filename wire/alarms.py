"""
When an agency kills, holds or corrects copy: which of our stories were made of it, and what the desk did about it.

Copy is the same as earlier copy by the agency's number for it, or by the headline or slug that it names; copy of another
agency is never meant. What names nothing that we know raises an alarm all the same, for a person to find the story.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from articles import body, clearance, revisions, workflow
from articles.checks.reading import sentence_end
from articles.models import Article, ConflictCopy
from articles.permissions import NotAllowed, may
from articles.writing import translations
from wire import notices
from wire.contents import content_of
from wire.models import Alarm, Answer, Item, Taking
from wire.notices import hash_of
from wire.parsers import text
from wire.story import CopyError

LONGEST_NOTE = 800  # letters: who changed more writes the note themselves
SLUG_STANDS = timedelta(days=2)  # after which an agency may use a slug for something else
# What of the agency's text is taken over.
CHANGED = ("headline", "standfirst", "body", "datelines", "sources")
# Which right each answer needs.
NEEDED = {
    Answer.Act.WITHDRAWN: "withdraw",
    Answer.Act.TAKEN: "edit",
    Answer.Act.NOTHING: "edit",
    Answer.Act.FOUND: "edit",
}


# Raising


def notice_of(item, story):
    """Return (the Notice that this copy is, or None; the earlier Items it is about, the newest first)."""
    notice = notices.read(story)
    if notice is not None:
        return notice, earlier_than(item, notice.names)
    before = [one for one in earlier_than(item) if notices.is_newer(item.version, one.version)]
    if not before:
        return None, []
    return notices.Notice(notices.UPDATE, "", ()), before


def earlier_than(item, names=()):
    """Return the Items that came before ``item`` under its number, its slug or one of ``names``, the newest first."""
    hashes = {hash_of(name) for name in names} - {""}
    same = Q(pk__in=[])
    if item.uri:
        same |= Q(uri=item.uri)
    if hashes:
        same |= Q(headline_hash__in=hashes) | Q(slugline_hash__in=hashes)
    if item.slugline_hash and item.version:
        same |= Q(slugline_hash=item.slugline_hash, received_at__gt=item.received_at - SLUG_STANDS)
    found = Item.objects.filter(same).defer("raw").order_by("-pk")
    if item.pk:
        found = found.filter(pk__lt=item.pk)
    if item.source:
        found = found.filter(source__in=["", item.source])
    return list(found)


def raise_about(item, notice, earlier, *, by):
    """
    Write an Alarm for each story that was made of one of the ``earlier`` Items and that it concerns; return them.

    The caller holds the transaction. With nothing known before, one Alarm asks for the story; a newer version of
    copy that no story was made of is none.
    """
    at, raised = timezone.now(), []
    _lock_all(article for one in earlier for article in _concerned(one.articles.all(), notice.kind))
    for one in earlier:
        told = {alarm.article_id for alarm in raised}
        for article in _concerned(one.articles.all(), notice.kind):
            if article.pk not in told:
                raised.append(_raise(item, article, notice.kind, by=by, at=at, earlier=one))
    if not earlier and notice.kind != notices.UPDATE:
        raised.append(Alarm.objects.create(item=item, kind=notice.kind, at=at))
    return raised


def _concerned(stories, kind):
    """
    Return those that a notice of ``kind`` concerns of ``stories`` (a queryset) and what was made of them, by number.

    A change concerns what stands. A kill or hold concerns translations of it, whoever made them, and withdrawn stories
    too: they may be published again, but for what was withdrawn because the agency said so already.
    """
    made = list(stories.order_by("pk"))
    if kind not in notices.GRAVE:
        return [article for article in made if article.withdrawn_at is None]
    made += [translation for article in made for translation in translations.ever_made(article)]
    return [
        article for article in dict.fromkeys(made) if article.withdrawal != Article.Withdrawal.AGENCY_KILL
    ]


def _lock_all(stories):
    """Lock ``stories`` before rows that refer to them, in one order: two copies at once wait for each other."""
    for pk in sorted({article.pk for article in stories}):
        workflow.lock(pk)


def _raise(item, article, kind, *, by, at, earlier=None):
    """Write one Alarm about ``article`` and hold what is set for later; the caller holds the lock."""
    raised = Alarm.objects.create(item=item, earlier=earlier, article=article, kind=kind, at=at)
    audit.record(by, "agency", article, at=at, kind=kind, what=str(item))
    clearance.hold_or_let_go(workflow.lock(article.pk), by=by)
    return raised


def raise_late(item, article, *, by):
    """Raise at ``article``, just made of ``item``, what the agency said of that number before this copy came; return it."""
    unknown = open_alarms().filter(article=None, item__uri=item.uri).exclude(item=item) if item.uri else []
    return [find_story(alarm, article, by=by) for alarm in unknown]


# Reading


def open_alarms():
    """Return the alarms that nobody has answered: a kill before a hold before a change, the newest of a kind first."""
    gravity = Case(*(When(kind=kind, then=place) for place, kind in enumerate(Alarm.Kind)), default=9)
    rows = Alarm.objects.filter(answer=None).select_related("item", "earlier", "article")
    rows = rows.defer("item__raw", "earlier__raw", "article__body", "article__standfirst")
    return rows.order_by(gravity, "-id")


def of(article):
    """Return the open alarms about ``article``, the gravest first."""
    return open_alarms().filter(article=article)


def keeps_back(article):
    """Return why ``article`` may not go out: its agency killed or held what it was made of, and nobody has answered."""
    if not Alarm.objects.filter(article=article, answer=None, kind__in=notices.GRAVE).exists():
        return ""
    return _("The agency wants back the copy that this story was made of; answer its alarm first.")


# Answering


def answer(alarm, act, *, by, reason=""):
    """Write down what ``by`` did about ``alarm``; raise NotAllowed without the right or a reason, or where it is answered."""
    _refuse_strangers(alarm, act, by)
    reason = reason.replace("\0", "").strip()[:500]
    if act == Answer.Act.NOTHING and not reason:
        raise NotAllowed(_("Say why nothing has to be done; it is kept with your name."))
    with transaction.atomic():
        if alarm.article:
            workflow.lock(alarm.article_id)
        else:
            Item.objects.select_for_update().only("pk").get(pk=alarm.item_id)
        _refuse_second(alarm)
        made = Answer.objects.create(alarm=alarm, act=act, reason=reason, by=by, at=timezone.now())
        audit.record(by, "answer agency", alarm.article or alarm.item, kind=act, reason=reason)
        if alarm.article:
            clearance.hold_or_let_go(workflow.lock(alarm.article_id), by=by)
    return made


def _refuse_strangers(alarm, act, by):
    if not may(by, NEEDED[act], alarm.article) if alarm.article else not may(by, "add"):
        raise NotAllowed(_("Only who may change this story can answer the alarm."))


def _refuse_second(alarm):
    given = Answer.objects.filter(alarm=alarm).select_related("by").first()
    if given:
        raise NotAllowed(_("%(who)s answered this alarm already.") % {"who": given.by})


def withdraw(alarm, *, by, note=""):
    """Take the story from readers because its agency killed or held it, and write that down, in one act."""
    with transaction.atomic():
        workflow.withdraw(alarm.article, by=by, kind=Article.Withdrawal.AGENCY_KILL, note=note)
        return answer(alarm, Answer.Act.WITHDRAWN, by=by)


def find_story(alarm, article, *, by):
    """Say that an alarm about nothing known is about ``article``; return the Alarm about it. Translations have their own."""
    if alarm.article_id is not None:
        raise NotAllowed(_("It is known which story this alarm is about."))
    at, this = timezone.now(), Article.objects.filter(pk=article.pk)
    with transaction.atomic():
        _lock_all([article, *_concerned(this, alarm.kind)])
        answer(alarm, Answer.Act.FOUND, by=by)
        found = _raise(alarm.item, article, alarm.kind, by=by, at=at)
        for other in _concerned(this, alarm.kind):
            if other != article:
                _raise(alarm.item, other, alarm.kind, by=by, at=at)
    return found


def translated(sender, article, translation, **kwargs):
    """A translation was begun from the text of ``article``: it is made of the same copy."""
    translation.items.add(*article.items.values_list("pk", flat=True))


def take_over(alarm, *, by):
    """
    Keep the story with the agency's change in it as a text of ``by`` to be joined with what stands; return the ConflictCopy.

    The join begins with the text that the agency's was made into. One that was begun before and still waits is returned
    again. The alarm stands until the text is joined: up to then readers and desk have the old words.
    """
    article, change = alarm.article, {} if alarm.is_grave else change_of(alarm)
    if not change:
        raise NotAllowed(_("There is no change in this copy that could be taken over."))
    _refuse_strangers(alarm, Answer.Act.TAKEN, by)
    with transaction.atomic():
        article = workflow.lock(article.pk)
        _refuse_second(alarm)
        if copy := begun(alarm):
            return copy
        base = version_made_of(article, alarm)
        content = revisions.content_of(base) | change
        alarm.item.articles.add(article)
        copy = ConflictCopy.objects.create(
            article=article,
            base=base.number,
            schema=revisions.SCHEMA,
            content=content,
            by=by,
            at=timezone.now(),
            agency=(alarm.source or str(alarm.item))[:40],
        )
        Taking.objects.create(alarm=alarm, copy=copy)
        return copy


def begun(alarm):
    """Return the ConflictCopy that waits with the change of ``alarm``, None without one."""
    return ConflictCopy.objects.filter(taking__alarm=alarm, outcome="").select_related("by").first()


def taken(sender, copy, by, **kwargs):
    """The text of ``copy`` went into its story: answer the alarm that it was made of, if it has none by now."""
    alarm = Alarm.objects.filter(takings__copy=copy, answer=None).select_related("article").first()
    if alarm is not None:
        answer(alarm, Answer.Act.TAKEN, by=by)


def version_made_of(article, alarm):
    """Return the first version if it was made of the earlier copy, else the working copy: the change is laid over that."""
    first = article.revisions.filter(number=1, kind="import").first()
    made = (
        first is not None
        and alarm.earlier
        and hash_of(first.content["headline"]) == alarm.earlier.headline_hash
    )
    return first if made else article.latest_revision


# What differs


def texts_of(alarm):
    """
    Return (content of the earlier copy, content of the copy as it reads corrected), None for one that can't be read.

    In the shape of `revisions.blank`. What was overwritten by a court's order can't be read any more.
    """
    return _content(alarm.earlier), _content(alarm.item)


def _content(item):
    if item is None:
        return None
    try:
        story = text.parse(bytes(item.raw), item.encoding)
    except CopyError:
        return None
    notice = notices.read(story)
    return content_of(notices.without(story, notice) if notice else story)[0]


def change_of(alarm):
    """
    Return {field of content: value} of what the agency changed; of copy of which nothing earlier is known, its text.

    Nothing for a translation of ours: in its place would stand another language.
    """
    if alarm.article and _is_ours_translated(alarm.article):
        return {}
    before, after = texts_of(alarm)
    if after is None:
        return {}
    return {
        name: after[name] for name in CHANGED if after[name] and (not before or after[name] != before[name])
    }


def _is_ours_translated(article):
    """Whether ``article`` is a translation that we made; what an agency sent may be named as one afterwards."""
    content = revisions.content_of(article.latest_revision)
    return bool(content["translation_of"]) and not article.revisions.filter(number=1, kind="import").exists()


def note_of(sender, article, **kwargs):
    """
    Return {"wrong": …, "right": …}: what a correction that was taken over changed, sentence by sentence; {} without one.

    Once the story has gone out since, its readers were told or nobody meant to.
    """
    if not article.sources:
        return {}
    taken = Answer.objects.filter(
        act=Answer.Act.TAKEN, alarm__article=article, alarm__kind=notices.CORRECTION
    )
    taken = taken.exclude(alarm__article__publish_acts__at__gt=F("at"))
    last = taken.select_related("alarm__item", "alarm__earlier").order_by("-pk").first()
    texts = texts_of(last.alarm) if last else (None, None)
    if None in texts:
        return {}
    before, after = ([*_sentences(content)] for content in texts)
    wrong = " ".join(sentence for sentence in before if sentence not in after)
    right = " ".join(sentence for sentence in after if sentence not in before)
    return {"wrong": wrong, "right": right} if max(len(wrong), len(right)) <= LONGEST_NOTE else {}


def _sentences(content):
    for words in (content["headline"], content["standfirst"], *body.plain(content["body"]).split("\n\n")):
        start = 0
        while start < len(words.rstrip()):
            end = max(sentence_end(words, start), start + 1)
            yield words[start:end].strip()
            start = end


def copy_of(item):
    """Return the text of a copy as it came."""
    return bytes(item.raw).decode(item.encoding, "replace")
