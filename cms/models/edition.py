"""Which edition of the public site the cached pages belong to."""

from __future__ import annotations

from django.db import models


class Edition(models.Model):
    """The single row whose token changes whenever something the public reads has changed.

    It is in the database and not in the cache, because the embedded default's cache belongs to one
    process and every process has to notice. See docs/decisions/anonymous-pages.md.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.CharField(max_length=16)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_edition"),)

    def __str__(self) -> str:
        return self.token
