"""How fields of plans are checked: each check gives a fault in words or none, so that all are told together."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.money import Money
from salesmetrics.model.ramp import exact_attainment

__all__ = ["amount_fault", "hundredths_fault", "kind_fault", "name_fault", "share_fault", "word_fault"]


def name_fault(name: object, what: str, *, optional: bool = False) -> str | None:
    """A name must be text."""
    if (optional and name is None) or (type(name) is str and name):
        return None
    return f"{what} must be text{' or None' if optional else ''}, got {shown(name)}; name it"


def word_fault(word: object, words: Iterable[str], what: str) -> str | None:
    """A word must be one of those that are known."""
    try:
        check_word(word, words, what)
    except InvalidValueError as fault:
        return str(fault)
    return None


def kind_fault(value: object, kind: type[Any], what: str, hint: str, *, optional: bool = False) -> str | None:
    """A value must be of its kind."""
    if (optional and value is None) or type(value) is kind or (kind not in (bool, int) and isinstance(value, kind)):
        return None
    return f"{what} must be {_article(kind)}{' or None' if optional else ''}, got {shown(value)}; {hint}"


def amount_fault(value: object, what: str, *, optional: bool = False) -> str | None:
    """An amount must be money that is not below zero."""
    if isinstance(value, Money) and value.minor < 0:
        return f"{what} must not be below zero, got {value}; correct the sign"
    return kind_fault(value, Money, what, "write Money.of('1000', 'USD')", optional=optional)


def share_fault(share: Fraction, what: str) -> str | None:
    """A share must be a fraction of 1."""
    return None if share <= 1 else f"{what} must be a fraction in [0, 1], got {share}; did you mean hundredths?"


def hundredths_fault(share: Fraction, what: str) -> str | None:
    """A share, or how many times something is paid, must not be above 10."""
    try:
        exact_attainment(share, what)
    except InvalidValueError as fault:
        return str(fault)
    return None


def _article(kind: type[Any]) -> str:
    return {bool: "True or False", int: "a whole number", Money: "Money"}.get(kind, f"a {kind.__name__}")
