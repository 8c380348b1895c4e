"""The public text in the matrix."""

from typing import Any


def add(world: Any, tree: Any) -> None:
    """Nothing yet."""
