"""What every way of asking refuses to ask."""

from __future__ import annotations

from salesmetrics.errors import InvalidValueError, shown

__all__ = ["check_measure"]


def check_measure(measure: object, example: str) -> None:
    """Refuse what is no function of deals.

    Raises:
        InvalidValueError: It is none.
    """
    if not callable(measure):
        raise InvalidValueError(f"measure must be a function of deals, got {shown(measure)}; write {example}")
