"""The one checking of changes: what each must hold, whatever it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from salesmetrics._numeric.columns import Flags, Masked
from salesmetrics._numeric.days import day_number
from salesmetrics.door.faults import Faults

__all__ = ["CHANGE_DOUBTS", "ONE_CURRENCY", "SENTINELS", "note_doubts"]

CHANGE_DOUBTS = ("negative_amount", "sentinel_day")
"""Faults that real histories have, which a caller may accept by name; every other fault is fatal."""

ONE_CURRENCY = "convert the amounts of the history first"
"""What to change in a history of several currencies."""

SENTINELS = (date(2050, 1, 1), date(9999, 12, 31))
"""Days that some systems write for "none"."""


def note_doubts(amount: Masked, expected_close: Masked, own: Mapping[str, str], faults: Faults) -> None:
    """Note amounts below zero and days that stand for none; `own` gives the caller's names of the columns."""

    def note(name: str, rule: str, wrong: Flags, one: str, more: str, hint: str) -> None:
        faults.note(own[name], rule, np.flatnonzero(wrong), one, more, f"{hint}, or accept={{{rule!r}}}")

    note("amount", "negative_amount", amount.values < 0, "change has an amount below zero",
         "changes have an amount below zero", "correct the sign")  # fmt: skip
    far = expected_close.known & np.isin(expected_close.values, [day_number(day) for day in SENTINELS])
    note("expected_close", "sentinel_day", far, "change has a day that stands for none",
         "changes have a day that stands for none",
         "leave it out, or name it among the format's missing words")  # fmt: skip
