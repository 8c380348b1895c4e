"""What web editors may do in Wagtail, and who is one: whoever holds an editor's post today.

Wagtail looks for rights in rows that tie a person to a group. `directory.sign_in.editors` keeps those rows in step,
but a post that ran out last night is still in them. The policies below ask the person's posts instead, so
that a post which begins or ends takes effect at once.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission
from wagtail.permission_policies.collections import (
    CollectionManagementPermissionPolicy,
    CollectionOwnershipPermissionPolicy,
)
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.models import BasePage
from directory.gate.standing import standing
from directory.models import Post, Role, User
from directory.sign_in.editors import EDITORS_GROUP

ON_PAGES = ("add", "change", "publish", "bulk_delete", "lock", "unlock")
# Documents and no images: no page of ours shows one (cms.blocks), so a library of them would lead nowhere.
ON_FILES = (("wagtaildocs", ("add_document", "change_document", "choose_document")),)
# Not there: users, groups, sites, workflows, snippets, settings. Editors edit; administrators administer.
IN_GENERAL = (
    ("wagtailadmin", ("access_admin",)),
    ("wagtailredirects", ("add_redirect", "change_redirect", "delete_redirect")),  # whoever adds one can take it back
)


def is_editor(user: Any) -> bool:
    """True while the person holds an editor's post."""
    return Role.EDITOR in standing(user).roles


def editors() -> QuerySet[User]:
    """Everybody who holds an editor's post today."""
    posts = Post.objects.current().filter(role=Role.EDITOR)
    return User.objects.filter(is_active=True, pk__in=posts.values("user_id"))


class PagesByPost(PagePermissionPolicy):
    """Page rights: those of the Editors group, for whoever is an editor today."""

    def get_all_permissions_for_user(self, user: Any) -> QuerySet[Any]:
        """The rows of the group that give rights below a page; none for anybody else."""
        if not is_editor(user):
            return GroupPagePermission.objects.none()
        return GroupPagePermission.objects.filter(group__name=EDITORS_GROUP).select_related("page", "permission")

    def users_with_any_permission(self, actions: Any, include_superusers: bool = True) -> QuerySet[User]:
        """Everybody Wagtail might tell about a page: today's editors."""
        return editors()

    def users_with_any_permission_for_instance(
        self, actions: Any, instance: Any, include_superusers: bool = True
    ) -> QuerySet[User]:
        """As above: editors may work on every page."""
        return editors()


class _CollectionsByPost:
    def get_all_permissions_for_user(self, user: Any) -> QuerySet[Any]:
        """The rows of the group that give rights below a collection; none for anybody else."""
        if not is_editor(user):
            return GroupCollectionPermission.objects.none()
        rows = GroupCollectionPermission.objects.filter(group__name=EDITORS_GROUP)
        return rows.select_related("permission", "collection")

    def _users_with_perm_filter(self, actions: Any, collection: Any = None) -> Q:
        return Q(pk__in=editors().values("pk"))


class FilesByPost(_CollectionsByPost, CollectionOwnershipPermissionPolicy):
    """Document and image rights by post."""


class CollectionsByPost(_CollectionsByPost, CollectionManagementPermissionPolicy):
    """Collection rights by post."""


def register_policies() -> None:
    """Put our policies where Wagtail looks them up. Called from wagtail_hooks, before its views load."""
    from wagtail.documents import get_document_model
    from wagtail.images import get_image_model
    from wagtail.models import AbstractPage
    from wagtail.permissions import register_permission_policy

    register_permission_policy(AbstractPage, PagesByPost(BasePage))
    register_permission_policy(Collection, CollectionsByPost(Collection))
    for model in (get_image_model(), get_document_model()):
        register_permission_policy(
            model, FilesByPost(model, auth_model=model._meta.label, owner_field_name="uploaded_by_user")
        )


def grant_editors(sender: AppConfig, **kwargs: Any) -> None:
    """Give the Editors group exactly its rights after migrate: on all pages and files, and to the admin.

    Runs after the app that comes last, when every permission row is there; a partial migrate is passed over.
    """
    if sender.label != "wagtailcore":
        return
    using = kwargs.get("using", "default")
    root = BasePage.objects.using(using).filter(depth=1).first()
    collection = Collection.objects.using(using).filter(depth=1).first()
    if root is None or collection is None:
        return
    group, _ = Group.objects.using(using).get_or_create(name=EDITORS_GROUP)
    group.permissions.set([p for label, names in IN_GENERAL for p in _permissions(using, label, names)])
    wanted = list(_permissions(using, "cms", tuple(f"{action}_basepage" for action in ON_PAGES)))
    GroupPagePermission.objects.using(using).filter(group=group).exclude(permission__in=wanted, page=root).delete()
    for permission in wanted:
        GroupPagePermission.objects.using(using).get_or_create(group=group, page=root, permission=permission)
    on_files = [permission for label, names in ON_FILES for permission in _permissions(using, label, names)]
    rows = GroupCollectionPermission.objects.using(using)
    rows.filter(group=group).exclude(permission__in=on_files, collection=collection).delete()
    for permission in on_files:
        rows.get_or_create(group=group, collection=collection, permission=permission)


def _permissions(using: str, label: str, codenames: tuple[str, ...]) -> QuerySet[Permission]:
    return Permission.objects.using(using).filter(content_type__app_label=label, codename__in=codenames)
