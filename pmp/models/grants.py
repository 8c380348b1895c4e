"""Object permissions on profiles, with real foreign keys, so that a grant cannot outlive its profile.

Only a share grants one (to the agency's group); guardian's generic tables stay empty.
"""

from __future__ import annotations

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from pmp.models.profile import Profile


class ProfileUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Profile, on_delete=models.CASCADE)


class ProfileGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Profile, on_delete=models.CASCADE)
