"""What a file is and whether it may be kept, by its bytes alone. Knows nothing of Django or of the project."""

from files.checking.check import check, too_large
from files.checking.kinds import ENDINGS_TAKEN, KINDS_TAKEN, MEGABYTE, Checked, Kind, Limits, Refused
from files.checking.names import safe_name, shown_name

__all__ = [
    "ENDINGS_TAKEN",
    "KINDS_TAKEN",
    "MEGABYTE",
    "Checked",
    "Kind",
    "Limits",
    "Refused",
    "check",
    "safe_name",
    "shown_name",
    "too_large",
]
