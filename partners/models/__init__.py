"""Sharing: agreements, and the shares they allow (design: "Sharing with partners")."""

from partners.models.agreements import Agreement, AgreementState
from partners.models.shares import Share, ShareState

__all__ = ["Agreement", "AgreementState", "Share", "ShareState"]
