"""Sharing: agreements, and the shares they allow."""

from partners.models.agreements import Agreement
from partners.models.shares import Share

__all__ = ["Agreement", "Share"]
