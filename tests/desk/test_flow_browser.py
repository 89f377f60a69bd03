"""
A story's whole way through the desk in two real browsers: Ana writes, Ben edits, Cem, who has no account, reads.

Write, note, review, send back, approve, schedule, correct, withdraw. The clock is Django's own, put forward by hand when
the hour of publication is to come; all else is what the three would press and see.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import AuditEntry
from articles import clock, workflow
from articles.models import Article
from tests.browser import becomes
from tests.factories import make_author, make_published, make_revision, make_section, make_source, make_user
from tests.wire.test_alarms import COPY, KILL, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADLINE = "Harbour bridge reopens after two years"


@pytest.fixture
def forward(monkeypatch):
    """A function: forward(timedelta) puts the newsroom's clock forward by that much more."""
    ahead, real = [timedelta(0)], timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + ahead[0])
    return lambda more: ahead.append(ahead.pop() + more)


@pytest.fixture
def open_as(chromium, site, settings, console_errors):
    """A function: open_as(user or None) is a page of a browser of their own."""
    contexts = []

    def opened(user):
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        context.set_default_timeout(20_000)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
        page = context.new_page()
        page.on("pageerror", lambda error: console_errors.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()


def press(page, name, role="button"):
    """Press what is called so and wait until the page that follows is there."""
    with page.expect_navigation():
        page.get_by_role(role, name=name, exact=True).click()


def writing(page, address):
    page.goto(address)
    page.locator(".ProseMirror[contenteditable=true]").wait_for()
    return page.locator(".field-body .ProseMirror")


def told(page):
    return page.locator(".messagelist").inner_text()


def reads(page, address, words, status=200):
    """Open ``address`` until its answer is this; a browser keeps its own copy of a page for some seconds."""

    def found():
        answer = page.goto(address)
        return answer.status, words in page.locator("main").inner_text()

    becomes(page, found, (status, True))


def test_a_story_from_the_first_word_to_its_withdrawal(site, open_as, forward, console_errors):
    section, author = make_section(), make_author()
    ana, ben, cem = (
        open_as(make_user("ana", "reporter")),
        open_as(make_user("ben", "editor", sections=[section])),
        open_as(None),
    )
    # Ana writes
    ana.goto(f"{site}/admin/")
    press(ana, "New story", "link")
    ana.locator("[name=headline]").fill(HEADLINE)
    ana.locator("[name=standfirst]").fill("Trams cross the river in Marrow again.")
    body = ana.locator(".field-body .ProseMirror")
    body.click()
    ana.keyboard.type("The harbour bridge reopens to trams, the city says. Work took too years.")
    ana.locator("[name=section]").select_option(label="Politics")
    ana.locator("#id_bylines-0-author + .select2").click()
    ana.keyboard.type("Ana")
    ana.locator(".select2-results__option--highlighted", has_text="Ana Petrenko").wait_for()
    ana.keyboard.press("Enter")
    ana.locator("[name=dateline_places]").fill("Marrow")
    press(ana, "Save")
    story = Article.objects.get()
    form = f"{site}/admin/articles/article/{story.pk}/change/"
    assert (story.version, story.latest_revision.content["headline"]) == (1, HEADLINE)
    # … leaves a note for Ben and hands in
    ana.get_by_label("New note").fill("@ben is the second year sure?")
    ana.get_by_role("button", name="Write the note").click()
    ana.locator(".thread .note").get_by_text("is the second year sure?").wait_for()
    press(ana, "Send to review")
    assert ana.get_by_role("button", name="Publish").count() == 0
    # Ben finds both on his first page, reads and sends it back
    ben.goto(f"{site}/admin/")
    expect(ben.locator(".panel.mentions")).to_contain_text("is the second year sure?")
    expect(ben.locator(".panel-review")).to_contain_text(HEADLINE)
    ben.locator(".panel-review").get_by_role("link", name=HEADLINE).click()
    ben.locator(".ProseMirror[contenteditable=true]").wait_for()
    ben.get_by_role("group").filter(has_text="Send it back").locator("summary").click()
    ben.get_by_label("What is to be done").fill("“Too years” is a slip; ask the city again.")
    press(ben, "Send it back to its writer")
    # Ana reads why, mends it and hands in again
    ana.goto(f"{site}/admin/")
    alarm = ana.locator(".alarms-sent-back")
    expect(alarm).to_contain_text("ben: “Too years” is a slip; ask the city again.")
    alarm.get_by_role("link", name=HEADLINE).click()
    body = ana.locator(".field-body .ProseMirror")
    body.locator("p").first.wait_for()
    body.click()
    ana.keyboard.press("Control+a")
    ana.keyboard.type("The harbour bridge reopens to trams, the city says. Work took two years.")
    press(ana, "Send to review")
    assert Article.objects.get().version == 2
    # Ben settles the note, approves, and sets it for later
    writing(ben, form)
    ben.get_by_role("button", name="Settle").click()
    ben.get_by_role("link", name="All notes in the text, 1 settled").wait_for()
    press(ben, "Call it ready")
    at = clock.local(timezone.now() + timedelta(hours=2)).replace(second=0, microsecond=0)
    ben.get_by_role("group").filter(has_text="Publish later").locator("summary").first.click()
    ben.locator("[name=later-at]").fill(f"{at:%Y-%m-%dT%H:%M}")
    press(ben, "Publish at this time")
    assert (Article.objects.get().visible_from, Article.objects.get().live_revision.number) == (at, 2)
    address = site + Article.objects.get().get_absolute_url()
    assert cem.goto(address).status == 404
    cem.goto(site)
    assert HEADLINE not in cem.content()
    # Its hour comes, without anybody's doing
    forward(timedelta(hours=2))
    reads(cem, address, "Work took two years.")
    expect(cem.locator("h1")).to_have_text(HEADLINE)
    assert "second year sure" not in cem.content()
    # Ben corrects it, with a note
    body = writing(ben, form)
    body.click()
    ben.keyboard.press("Control+a")
    ben.keyboard.type("The harbour bridge reopens to trams, the city says. Work took three years.")
    ben.get_by_text("Publish it with a note of correction").click()
    ben.get_by_label("What was wrong").fill("Work took two years.")
    ben.get_by_label("What is right").fill("Work took three years.")
    press(ben, "Publish the correction")
    assert "Published with a note of correction." in told(ben)
    reads(cem, address, "Work took three years.")
    cem.goto(f"{site}/corrections/")
    expect(cem.locator("main")).to_contain_text("Work took three years.")
    # … and withdraws it in the end
    writing(ben, form)
    ben.get_by_role("link", name="Withdraw this story…").click()
    ben.locator("[name=kind]").first.wait_for()
    ben.locator("[name=kind][value=error]").check()
    ben.get_by_label("Note that readers find in its place").fill("The bridge is closed again.")
    press(ben, "Withdraw it")
    reads(cem, address, "The bridge is closed again.", status=410)
    cem.goto(site)
    assert HEADLINE not in cem.content()
    # All of it is on record
    verbs = list(
        AuditEntry.objects.filter(target_id=story.pk).order_by("id").values_list("actor__username", "verb")
    )
    wanted = [
        ("ana", "create"), ("ana", "note"), ("ana", "state"), ("ben", "send back"), ("ana", "save"), ("ana", "state"),
        ("ben", "settle note"), ("ben", "state"), ("ben", "publish"), ("ben", "save"), ("ben", "publish"), ("ben", "withdraw"),
    ]  # fmt: skip
    assert [act for act in verbs if act in wanted] == wanted, verbs
    ben.goto(f"{site}/admin/articles/article/{story.pk}/history/")
    assert ben.locator("table.record").first.locator("tbody tr").count() == 2
    assert author.name == "Ana Petrenko"


# By keyboard alone


def tab_to(page, target, most=250):
    """Press Tab until ``target``, a locator, has the focus; it then has to be seen to have it."""
    handle = target.element_handle()
    for _press in range(most):
        if page.evaluate("wanted => document.activeElement === wanted", handle):
            seen = page.evaluate(
                "() => { const style = getComputedStyle(document.activeElement);"
                " return style.outlineStyle !== 'none' || style.boxShadow !== 'none' }"
            )
            assert seen, f"Nobody sees where the focus is: {target}"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}.")


def enter(page, target):
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.fixture
def ben(sign_in):
    ben = make_user("ben", "editor", sections=[make_section()])
    sign_in(ben)
    return ben


def test_a_story_is_sent_back_from_the_first_page_by_keyboard_alone(page, site, ben):
    story = make_revision(by=make_user("ana", "reporter")).article
    workflow.set_state(story, "review", by=make_user("ana", "reporter"))
    page.goto(f"{site}/admin/")
    enter(page, page.locator(".panel-review").get_by_role("link", name=HEADLINE))
    page.locator(".ProseMirror[contenteditable=true]").wait_for()
    tab_to(page, page.locator("summary", has_text="Send it back"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("What is to be done"))
    page.keyboard.type("Call the city.")
    enter(page, page.get_by_role("button", name="Send it back to its writer"))
    assert Article.objects.get().sent_back == "Call the city."


def test_an_agency_s_kill_is_answered_by_keyboard_alone(page, site, ben):
    make_author(), make_source(code="nwa")
    workflow.publish(send(COPY).revision, by=ben)
    send(KILL)
    page.goto(f"{site}/admin/")
    enter(page, page.locator(".alarms-agency").get_by_role("link").first)
    tab_to(page, page.get_by_label("Note that readers find in its place"))
    page.keyboard.type("The agency has withdrawn this report.")
    enter(page, page.get_by_role("button", name="Withdraw it now"))
    article = Article.objects.get()
    assert (article.withdrawal, article.withdrawal_note) == (
        "agency_kill",
        "The agency has withdrawn this report.",
    )


def test_what_stood_online_is_saved_by_keyboard_alone(page, site, ben, tmp_path):
    article = make_published(by=ben)
    page.goto(f"{site}/admin/articles/article/{article.pk}/history/")
    tab_to(page, page.get_by_role("button", name="Save what stood online as a file"))
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    name = saved.value.suggested_filename
    assert (name.startswith(f"story-{article.pk}-"), name.endswith(".html")) == (True, True)
    saved.value.save_as(tmp_path / name)
    page.goto((tmp_path / name).as_uri())
    assert page.locator("section h3").all_inner_texts() == [HEADLINE]


REACH = """() => {
  const shown = one => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0
  const all = [...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden]):not([type=radio])")]
  window.wanted = new Set(all.filter(shown))
  document.addEventListener("focusin", event => window.wanted.delete(event.target))
  return window.wanted.size
}"""
LEFT = "() => [...window.wanted].filter(one => one.isConnected && one.checkVisibility()).map(one => one.outerHTML.slice(0, 200))"


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/calendar/",
        "/admin/articles/article/",
        "/admin/articles/article/{}/change/",
        "/admin/articles/article/{}/planning/",
        "/admin/articles/article/{}/history/",
        "/admin/articles/article/{}/compare/",
        "/admin/articles/article/{}/withdraw/",
        "/admin/notes/{}/",
    ],
)
def test_tab_leads_to_everything_that_can_be_pressed(page, site, ben, address):
    article = make_published(by=ben)
    workflow.assign(
        make_revision(by=ben, headline="Trams").article, by=ben, assignee=ben, due_at=timezone.now()
    )
    page.goto(site + address.format(article.pk), wait_until="networkidle")
    number = page.evaluate(REACH)
    assert number > 8
    for pressed in range(number + 60):
        page.keyboard.press("Tab")
        if pressed % 20 == 0 and page.evaluate(LEFT) == []:
            break
    becomes(page, lambda: page.evaluate(LEFT), [])
