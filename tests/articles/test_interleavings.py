"""
Two editors at one story, at random, on connections of their own: nobody's words go without somebody having been asked.

Each save adds a word of its own, so that a word which is missing later is a text that was written over. Acts of both
begin at the same moment; on SQLite one of them waits, on PostgreSQL they run side by side.
"""

import random
import threading
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.utils import timezone

from articles import body, revisions, schedule, workflow
from articles.admin.planning import refuse_overtaken, seen
from articles.models import Article, Autosave, ConflictCopy, PlannedChange, PublishAct, Revision
from articles.writing import unsaved
from articles.writing.merge import BOTH, MINE, THEIRS, Merge
from tests.factories import make_content, make_revision, make_section, make_user

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS_A_STORY = 20
TABS = {"ana": "00000000-0000-4000-8000-000000000001", "ben": "00000000-0000-4000-8000-000000000002"}
ACTS = (
    ["save"] * 8
    + ["autosave"] * 4
    + ["publish"] * 3
    + ["schedule"] * 3
    + ["restore"] * 2
    + ["put_back"]
    + ["open"] * 3
)


def words(content):
    """Return the words of one's own that a content holds."""
    return {word for word in body.plain(content["body"]).split() if word[:3] in ("ana", "ben")}


class Editor:
    """One person with a form open: what it shows, which version that is, and what was promised to be kept."""

    def __init__(self, name, user, chance):
        self.name, self.user, self.chance = name, user, chance
        self.count = 0
        self.seen = Counter()

    def begin(self, pk):
        self.pk, self.saved, self.refused, self.kept = pk, {}, [], None
        # By version made: the one looked at; by act: the version readers saw; by plan: the id of the one that waited.
        self.saw, self.replaced, self.planned = {}, {}, {}
        self.open()

    def new_word(self):
        self.count += 1
        return f"{self.name}{self.count}"

    def open(self):
        article = Article.objects.select_related("latest_revision").get(pk=self.pk)
        latest, self.plan = article.latest_revision, seen(article, "later")
        self.revision, self.base, self.content = latest, latest.number, latest.content

    def write(self):
        """Add a word to a paragraph or as one, somewhere; return it with the content."""
        word, story = self.new_word(), [block.html for block in body.blocks(self.content["body"])]
        place = self.chance.randrange(len(story) + 1)
        if place < len(story) and self.chance.random() < 0.5:
            story[place] = story[place].replace("</p>", f" {word}</p>")
        else:
            story.insert(place, f"<p>The harbour {word}</p>")
        return word, self.content | {"body": "".join(story)}

    def act(self, name):
        """Do it; what an editor would be refused on the page is an answer like any other."""
        try:
            getattr(self, name)()
            self.seen[name] += 1
        except (workflow.NotAllowed, workflow.Blocked):
            self.seen[f"{name} refused"] += 1

    def save(self):
        word, content = self.write()
        base, tries = self.base, 0
        while True:
            try:
                revision = workflow.save(Article(pk=self.pk), content, by=self.user, base=base)
                break
            except workflow.Conflict as conflict:
                self.seen["conflict"] += 1
                self.refused.append((conflict.copy.pk, words(content)))
                theirs = conflict.article.latest_revision
                content = self.join(base, content, theirs)
                base, tries = theirs.number, tries + 1
                assert tries < 50
        self.saved[revision.number], self.saw[revision.number] = word, base
        self.revision, self.base, self.content = revision, revision.number, revision.content

    def join(self, base, mine, theirs):
        """As on the page: both where both wrote, which here is in paragraphs alone."""
        first = Revision.objects.get(article=self.pk, number=base)
        merge = Merge(first.content, mine, theirs.content)
        answers = {
            each.key: BOTH if BOTH in each.choices else MINE if each.mine else THEIRS
            for each in merge.collisions
        }
        return merge.content(answers)

    def autosave(self):
        word, content = self.write()
        form = QueryDict(mutable=True)
        form.update(
            {
                "tab": TABS[self.name],
                "base": str(self.base),
                "stamp": str(self.count),
                "body": content["body"],
            }
        )
        kept = unsaved.keep(self.user, Article(pk=self.pk), form)
        assert not kept.closed
        self.kept = word

    def publish(self):
        workflow.publish(self.revision, by=self.user)

    def schedule(self):
        with transaction.atomic():
            refuse_overtaken(Article(pk=self.pk), "later", self.plan)
            later = timezone.now() + timedelta(hours=1)
            done = schedule.publish_later(self.revision, by=self.user, at=later)
        if isinstance(done, PlannedChange):
            self.planned[done.pk] = self.plan.split()[0]
        self.open()

    def restore(self):
        number = self.chance.randint(1, self.base)
        revision = Revision.objects.select_related("article").get(article=self.pk, number=number)
        restored = workflow.restore(revision, by=self.user, base=self.base)
        if restored.number != self.base:  # it says something else
            self.saw[restored.number] = self.base
        self.revision, self.base, self.content = restored, restored.number, restored.content

    def put_back(self):
        article = Article.objects.select_related("live_revision").get(pk=self.pk)
        live = article.live_revision.number if article.live_revision else 0
        act = workflow.put_back(article, by=self.user, live=live)
        self.replaced[act.pk] = live
        if act.revision.number > article.version:  # the working copy was what readers saw, and went with it
            self.saw[act.revision.number] = live


def at_once(editors, acts):
    """Let each editor do their act at the same moment; raise what either raised."""
    barrier, wrong = threading.Barrier(len(editors)), []

    def run(editor, act):
        try:
            barrier.wait(30)
            editor.act(act)
        except Exception as error:  # told below, in the test's own thread
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in zip(editors, acts, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if wrong:
        raise wrong[0]


def overwritten(pk, editors):
    """Return what was lost of a story, as sentences: [] where every word went only by somebody's own act."""
    article = Article.objects.select_related("live_revision").get(pk=pk)
    versions = list(Revision.objects.filter(article=pk).order_by("number"))
    texts = {version.number: words(version.content) for version in versions}
    lost = []
    if [version.number for version in versions] != list(range(1, article.version + 1)):
        lost.append("The line of versions has a gap.")
    for version in versions[1:]:
        if version.base != version.number - 1:
            lost.append(f"Version {version.number} was not written on the one before.")
        if version.kind == "save" and not texts[version.base] <= texts[version.number]:
            lost.append(f"Version {version.number} lacks {texts[version.base] - texts[version.number]}.")
    for editor in editors:
        for number, word in editor.saved.items():
            if word not in texts[number]:
                lost.append(f"{word} was saved as version {number} and is not in it.")
        lost += [
            f"Version {number} was made by somebody who had looked at {saw}."
            for number, saw in editor.saw.items()
            if saw != number - 1
        ]
        copies = dict(ConflictCopy.objects.filter(article=pk, by=editor.user).values_list("pk", "content"))
        lost += [
            f"{typed} was refused and not kept."
            for key, typed in editor.refused
            if words(copies[key]) != typed
        ]
        if editor.kept and editor.kept not in Autosave.objects.get(user=editor.user).form:
            lost.append(f"{editor.kept} was autosaved and is not there.")
    acts = list(PublishAct.objects.filter(article=pk).order_by("id").values_list("pk", "revision__number"))
    before = {later: number for (_earlier, number), (later, _number) in pairwise(acts)}
    replaced = {act: live for editor in editors for act, live in editor.replaced.items()}
    lost += [
        f"Act {act} took {before[act]} from readers, not {live}."
        for act, live in replaced.items()
        if before[act] != live
    ]
    return lost + unplanned(pk, editors) + half_published(article)


def unplanned(pk, editors):
    """Return the plans of a story in whose place somebody put another without having seen them, as sentences."""
    anew = PlannedChange.objects.filter(article=pk, state=PlannedChange.State.CANCELLED)
    gone = dict(anew.values_list("settled_at", "pk"))
    made = dict(PlannedChange.objects.filter(article=pk).values_list("pk", "made_at"))
    return [
        f"Plan {plan} took the place of {gone.get(made[plan])}, not of {saw}."
        for editor in editors
        for plan, saw in editor.planned.items()
        if str(gone.get(made[plan])) != saw
    ]


def half_published(article):
    """Return what readers see that is not one whole version, as sentences."""
    live, acts = article.live_revision, list(PublishAct.objects.filter(article=article).order_by("id"))
    if live is None:
        return ["There is an act without a live version."] if acts else []
    wrong = []
    if article.body != body.strip_notes(live.content["body"]) or article.headline != live.content["headline"]:
        wrong.append("Readers see what is no version.")
    if [act.until is None for act in acts] != [False] * (len(acts) - 1) + [True]:
        wrong.append("More or less than one act is open.")
    if acts[-1].revision_id != live.pk:
        wrong.append("The open act names another version.")
    return wrong


def interleave(rounds, seed):
    """Run ``rounds`` of two acts at once, a new story every few; return how often each act went which way."""
    chance = random.Random(seed)
    section = make_section()
    editors = [
        Editor(name, make_user(name, "editor", sections=[section]), random.Random(f"{seed} {name}"))
        for name in ("ana", "ben")
    ]
    for number in range(rounds):
        if number % ROUNDS_A_STORY == 0:
            Autosave.objects.all().delete()
            pk = make_revision(
                by=editors[0].user, body="<p>The bridge opens.</p><p>Trams run.</p>"
            ).article_id
            for editor in editors:
                editor.begin(pk)
        at_once(editors, chance.choices(ACTS, k=2))
        if number % ROUNDS_A_STORY == ROUNDS_A_STORY - 1 or number == rounds - 1:
            assert overwritten(pk, editors) == []
    return editors[0].seen + editors[1].seen


def test_two_editors_at_once_overwrite_nothing():
    seen = interleave(60, seed=random.randrange(10**9))
    assert seen["conflict"] > 0
    assert seen["save"] > 20


@pytest.mark.slow
def test_ten_thousand_times_two_editors_at_once_overwrite_nothing():
    seen = interleave(10_000, seed=20260302)
    print(dict(seen))
    assert {"save", "autosave", "publish", "schedule", "restore", "put_back", "conflict"} <= seen.keys()


def test_a_plan_put_in_the_place_of_another_s_would_be_seen():
    section = make_section()
    ana, ben = (
        Editor(name, make_user(name, "editor", sections=[section]), random.Random(1))
        for name in ("ana", "ben")
    )
    revision = make_revision(by=ana.user)
    workflow.publish(revision, by=ana.user)
    for editor in (ana, ben):
        editor.begin(revision.article_id)
    ana.save()
    ben.open()
    ben.act("schedule")
    assert PlannedChange.objects.get().state == "waiting"
    ana.act("schedule")
    assert ana.seen == {"schedule refused": 1}
    assert overwritten(ana.pk, [ana, ben]) == []
    ana.plan = seen(Article.objects.get(), "later")
    ana.act("schedule")
    first, second = PlannedChange.objects.order_by("pk").values_list("pk", flat=True)
    assert overwritten(ana.pk, [ana, ben]) == []
    ana.planned[second] = "None"
    told = f"Plan {second} took the place of {first}, not of None."
    assert overwritten(ana.pk, [ana, ben]) == [told]


def test_a_text_written_over_would_be_seen():
    editor = Editor("ana", make_user("ana", "editor", sections=[make_section()]), random.Random(1))
    editor.begin(make_revision(by=editor.user).article_id)
    editor.save()
    Revision.objects.create(
        article_id=editor.pk, number=3, schema=revisions.SCHEMA, content=make_content(), base=2,
        created=timezone.now(), created_by=editor.user,
    )  # fmt: skip
    Article.objects.update(version=3)
    assert overwritten(editor.pk, [editor]) == ["Version 3 lacks {'ana1'}."]
    editor.saw[3] = 1
    told = "Version 3 was made by somebody who had looked at 1."
    assert overwritten(editor.pk, [editor]) == ["Version 3 lacks {'ana1'}.", told]
