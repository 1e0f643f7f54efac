"""What every way of asking refuses to ask, and how it says which question went wrong."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from salesmetrics.errors import InvalidValueError, shown

__all__ = ["check_measure", "name_of", "said_of"]


def check_measure(measure: object, example: str) -> None:
    """Refuse what is no function of deals.

    Raises:
        InvalidValueError: It is none.
    """
    if not callable(measure):
        raise InvalidValueError(f"measure must be a function of deals, got {shown(measure)}; write {example}")


def name_of(measure: object) -> str:
    """What a measure is called."""
    return getattr(measure, "__name__", shown(measure))


@contextmanager
def said_of(name: str | None) -> Generator[None, None, None]:
    """Say of whatever goes wrong where it did; nothing where that is plain."""
    try:
        yield
    except Exception as fault:
        if name is not None:
            fault.add_note(f"in {name}")
        raise
