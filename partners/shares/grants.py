"""The grant behind an accepted share: one guardian row on the profile for the agency's group."""

from __future__ import annotations

from django.contrib.auth.models import Group
from guardian.shortcuts import assign_perm, remove_perm

from directory.models import Organisation
from partners.models import Share

PERMISSION = "pmp.view_shared_profile"


def group_of(agency: Organisation) -> Group:
    """The agency's permission group, made on first need."""
    if agency.group is None:
        agency.group, _ = Group.objects.get_or_create(name=f"agency:{agency.slug}")
        agency.save(update_fields=["group"])
    return agency.group


def grant(share: Share) -> None:
    """Let the agency's group see the profile."""
    assign_perm(PERMISSION, group_of(share.agency), share.profile)


def revoke(share: Share) -> None:
    """Take the sight away again, in the transaction that ends, suspends or expires the share."""
    remove_perm(PERMISSION, group_of(share.agency), share.profile)
