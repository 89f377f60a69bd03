"""
The roles of a newsroom as groups, and the system user `wire`. Made after every migrate, each default given once.

What a role may do to which article in which state is decided in articles.permissions from these permissions.
"""

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import pgettext_lazy

REPORTER = "reporter"
EDITOR = "editor"
LEGAL = "legal"
PICTURE_DESK = "picture desk"
TAG_DESK = "tag desk"
CHIEF = "chief editor"
ADMINISTRATOR = "administrator"

# What the desk calls them; the groups are found by their own names.
TITLES = {
    REPORTER: pgettext_lazy("role", "reporter"),
    EDITOR: pgettext_lazy("role", "editor"),
    LEGAL: pgettext_lazy("role", "legal"),
    PICTURE_DESK: pgettext_lazy("role", "picture desk"),
    TAG_DESK: pgettext_lazy("role", "tag desk"),
    CHIEF: pgettext_lazy("role", "chief editor"),
    ADMINISTRATOR: pgettext_lazy("role", "administrator"),
}

WIRE = "wire"  # the system user that makes drafts of agency copy


def _all(model):
    app, name = model.split(".")
    return {f"{app}.{act}_{name}" for act in ("view", "add", "change")}


def _see(*models):
    return {"{}.view_{}".format(*model.split(".")) for model in models}


VOCABULARY = {"articles.section", "articles.source", "articles.author", "articles.tag", "articles.term"}
READ = _see(
    "articles.article",
    "articles.correction",
    "articles.receipt",
    "delivery.purge",
    "images.image",
    "tickers.ticker",
    "wire.item",
    *VOCABULARY,
)
TAG_WORK = (
    _all("articles.tag")
    | _all("articles.author")
    | _all("articles.nameform")
    | {"articles.delete_nameform"}  # a form taken for wrong by mistake
    | _all("articles.office")
    | {"articles.delete_office"}
    | _see("articles.term")
)
# Who writes brings pictures in; rights in them and whether they may be printed stay with the picture desk.
WRITE = {"articles.add_article", "articles.change_article", "images.add_image", "tickers.add_entry"}

ROLES = {
    REPORTER: READ | WRITE,
    EDITOR: READ
    | WRITE
    | {"articles.edit_section", "articles.publish_article", "images.describe_image"}
    | _all("articles.term"),
    LEGAL: READ | {"articles.clear_article", "articles.view_redaction"} | _all("articles.restriction"),
    PICTURE_DESK: READ | _all("images.image") | {"articles.edit_pictures"},
    TAG_DESK: READ | TAG_WORK | {"articles.edit_signing", "images.add_image"},  # portraits
    CHIEF: READ
    | WRITE
    | TAG_WORK
    | _all("articles.section")
    | _all("articles.source")
    | _all("articles.term")
    | _all("images.image")
    | {"articles.edit_section", "articles.publish_article", "articles.every_section", "articles.delete_term"}
    | {"articles.lift_embargo", "accounts.view_auditentry"}
    | _all("articles.restriction")
    | {"articles.view_redaction", "articles.add_redaction"}
    | {"delivery.add_purge", "delivery.view_errand"},
    ADMINISTRATOR: READ
    | {"delivery.add_purge", "delivery.view_errand"}
    | _all("accounts.user")
    | _all("auth.group")
    | _all("articles.section")
    | _all("articles.source")
    | {"accounts.view_auditentry", "auth.view_permission"}
    | {"accounts.view_loginattempt", "accounts.delete_loginattempt"},
}
DRAFTS = {"articles.add_article", "articles.change_article"}
WIRE_PERMISSIONS = DRAFTS | {"articles.edit_section", "articles.publish_article", "articles.every_section"}


def title(group):
    """Return what the desk calls the role that ``group`` is; a group of the house's own is called as it is."""
    return str(TITLES.get(group.name, group.name))


def ensure_roles(sender, using="default", **kwargs):
    """Make missing groups and the user `wire`, and hand out defaults not handed out before. Safe to run again."""
    if not _is_last(sender):
        return
    with transaction.atomic(using=using):
        for name, permissions in ROLES.items():
            group, _ = Group.objects.using(using).get_or_create(name=name)
            _grant(group, permissions, using)
        _ensure_wire(using)


def _is_last(sender):
    """post_migrate comes once per app with models; permissions are complete only at the last of them."""
    return sender == [config for config in apps.get_app_configs() if config.models_module][-1]


def _grant(group, names, using):
    DefaultGrant = apps.get_model("accounts.DefaultGrant")
    given = set(DefaultGrant.objects.using(using).filter(group=group).values_list("permission", flat=True))
    new = _permissions(names - given, using)
    group.permissions.add(*new.values())
    DefaultGrant.objects.using(using).bulk_create(DefaultGrant(group=group, permission=name) for name in new)


def _permissions(names, using):
    """Return {"app.codename": Permission} of those names that exist."""
    codenames = {name.split(".")[1] for name in names}
    rows = Permission.objects.using(using).select_related("content_type").filter(codename__in=codenames)
    found = {f"{row.content_type.app_label}.{row.codename}": row for row in rows}
    return {name: found[name] for name in names if name in found}


def _ensure_wire(using):
    User = apps.get_model("accounts.User")
    user, created = User.objects.using(using).get_or_create(username=WIRE, defaults={"last_name": "Wire"})
    if created:
        user.set_unusable_password()
        user.save(using=using)
        user.user_permissions.add(*_permissions(WIRE_PERMISSIONS, using).values())
