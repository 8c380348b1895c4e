"""The content site: its page types, and the one place where a profile's public text crosses over."""

from cms.models.base import BasePage
from cms.models.edition import Edition
from cms.models.pages import (
    EventPage,
    HomePage,
    LpaPage,
    NewsIndexPage,
    NewsPage,
    StandardPage,
    TeamPage,
    YourOptionsPage,
)
from cms.models.public_text import PublicText

__all__ = [
    "BasePage",
    "Edition",
    "EventPage",
    "HomePage",
    "LpaPage",
    "NewsIndexPage",
    "NewsPage",
    "PublicText",
    "StandardPage",
    "TeamPage",
    "YourOptionsPage",
]
