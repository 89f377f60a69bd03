"""Accounts and roles by form: whatever changes somebody's rights leaves an audit row."""

import re

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import AuditEntry
from articles.models import Term
from tests.factories import make_chief, make_section, make_user

pytestmark = pytest.mark.django_db
PASSWORD = {"password1": "Three trams, one bridge", "password2": "Three trams, one bridge"}


@pytest.fixture
def adam(client):
    client.force_login(make_user("adam", "administrator"))
    return client


def acts():
    """Return (verb, kind of thing, its name) of every audit row, oldest first."""
    return list(AuditEntry.objects.order_by("id").values_list("verb", "target_type", "target_name"))


def test_a_new_account_and_a_new_password_are_recorded(adam):
    adam.post("/admin/accounts/user/add/", {"username": "ben", "usable_password": "true"} | PASSWORD)
    ben = make_user("ben")
    adam.post(f"/admin/accounts/user/{ben.pk}/password/", {"usable_password": "true"} | PASSWORD)
    assert acts() == [("add", "accounts.user", "ben"), ("change", "accounts.user", "ben")]
    assert AuditEntry.objects.first().detail == {"what": [{"changed": {"fields": ["password"]}}]}


def test_a_role_that_is_given_more_is_recorded(adam):
    reporter = Group.objects.get(name="reporter")
    publish = Permission.objects.get(codename="publish_article")
    adam.post(f"/admin/auth/group/{reporter.pk}/change/", {"name": "reporter", "permissions": [publish.pk]})
    assert list(reporter.permissions.all()) == [publish]
    assert acts() == [("change", "auth.group", "reporter")]


def test_who_was_made_editor_of_a_section_is_recorded(adam):
    section, ben = make_section("Sport"), make_user("ben", "editor")
    address = f"/admin/articles/section/{section.pk}/change/"
    seen = adam.get(address).context["adminform"].form["seen"].value()
    data = {"name": "Sport", "slug": "sport", "position": 0, "editors": [ben.pk], "seen": seen}
    adam.post(address, data)
    assert list(section.editors.all()) == [ben]
    assert AuditEntry.objects.get().detail == {"fields": ["editors"]}


def test_a_style_term_leaves_its_record_when_it_goes(client):
    client.force_login(make_chief())
    term = {"wrong": "utilise", "right": "use", "severity": "warn", "active": "on"}
    client.post("/admin/articles/term/add/", term)
    client.post(f"/admin/articles/term/{Term.objects.get().pk}/delete/", {"post": "yes"})
    assert Term.objects.count() == 0
    name = "utilise → use"
    assert acts() == [("add", "articles.term", name), ("delete", "articles.term", name)]


def test_roles_are_called_as_the_desk_speaks_and_keep_their_names(adam):
    Group.objects.create(name="aa own")
    user = make_user("adam", "administrator", "reporter")
    user.language = "de"
    user.save()
    form = adam.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    chosen = re.findall(r'<option value="\d+"( selected)?>([^<]+)</option>', form.split('id="id_groups"')[1])
    german = [
        "Administration",
        "Chefredaktion",
        "Redaktion",
        "Recht",
        "Bildredaktion",
        "Reporter",
        "Schlagwortredaktion",
    ]
    assert [name for _, name in chosen] == ["aa own", *german]
    assert [name for is_chosen, name in chosen if is_chosen] == ["Administration", "Reporter"]
    people, groups = adam.get("/admin/accounts/user/"), adam.get("/admin/auth/group/")
    for name in ["aa own", *german]:
        assert f">{name}</a>" in people.content.decode()  # the filter
        assert f">{name}</a>" in groups.content.decode()
    legal = Group.objects.get(name="legal")
    page = adam.get(f"/admin/auth/group/{legal.pk}/change/").content.decode()
    assert "<h2>Recht</h2>" in page
    assert 'value="legal"' in page
