import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts.models import User
from accounts.roles import ROLES, WIRE_PERMISSIONS

pytestmark = pytest.mark.django_db


def names(permissions):
    return {f"{app}.{code}" for app, code in permissions.values_list("content_type__app_label", "codename")}


def test_every_role_exists_with_exactly_its_permissions():
    assert {group.name: names(group.permissions) for group in Group.objects.all()} == ROLES


def test_the_wire_user_cannot_sign_in_and_can_publish():
    wire = User.objects.get(username="wire")
    assert not wire.has_usable_password()
    assert (wire.is_staff, wire.is_superuser, names(wire.user_permissions)) == (
        False,
        False,
        WIRE_PERMISSIONS,
    )


def test_what_an_administrator_changed_stays_changed():
    reporter = Group.objects.get(name="reporter")
    taken = Permission.objects.get(codename="add_article")
    reporter.permissions.remove(taken)
    reporter.permissions.add(Permission.objects.get(codename="publish_article"))
    before = names(reporter.permissions)
    call_command("migrate", verbosity=0)
    assert names(Group.objects.get(name="reporter").permissions) == before


def test_a_deleted_group_comes_back():
    Group.objects.filter(name="legal").delete()
    call_command("migrate", verbosity=0)
    assert names(Group.objects.get(name="legal").permissions) == ROLES["legal"]


def test_roles_are_made_after_the_permissions_of_all_apps():
    with_models = [config for config in apps.get_app_configs() if config.models_module]
    assert with_models[-1].label == "desk"
