"""How foreign data name and write what a change of a deal is: all fields in a row, or one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import attrs
from attrs import frozen

from salesmetrics.errors import nearest, refuse, shown
from salesmetrics.format.book_format import BookFormat
from salesmetrics.format.cell_format import frozen_names, named_once, nearest_first, says, words
from salesmetrics.format.deal_format import spelling

__all__ = ["CHANGING", "FieldHistoryFormat", "Gaps", "HistoryFormat"]

Gaps: TypeAlias = Literal["unchanged", "cleared"]
"""What a missing cell of a change means."""

CHANGING = ("stage", "amount", "expected_close", "probability", "category", "owner")
"""The fields of a deal whose changes a history can hold."""


@frozen(kw_only=True, field_transformer=nearest_first)
class HistoryFormat(BookFormat):
    """Which column of foreign data holds which field of a change, and how the cells are written.

    One row is one change of a deal, of any of its fields. The history tracks the fields that have a column here; it
    knows nothing of the others. A time without an offset is one on the clock of the book. A time with one needs the
    zone of that clock; in the hour that the clock shows twice, two such changes of a deal may change places.

    Args:
        deal: Column of the deal's id.
        at: Column of the day or the time of the change.
        stage: Column of the stage that the deal came into.
        amount: Column of what it was worth from then on, in major units such as dollars.
        expected_close: Column of the day on which it was expected to close from then on.
        probability: Column of its own probability from then on.
        category: Column of its own forecast category from then on.
        owner: Column of who owned it from then on.
        gaps: What a missing cell means: "unchanged", as in a log of changes, or "cleared", as in full rows.
        time_format: How `at` is written, where it is written otherwise than days are; a pattern as `date_format`.
        category_words: The data's own words for forecast categories, each with ours: `{"Committed": "commit"}`.
        deleted: Column that says whether a row is deleted, as in `DealFormat`.
        process: The stages; `None` for `SalesProcess.standard()`. In TOML an array of tables.
        currency: The currency of every amount.
        currency_column: Column of each amount's currency, instead of `currency`.
        probability_scale: "fraction" for 0 to 1, "percent" for 0 to 100.
        date_format: `None` for ISO 8601, else a pattern of `datetime.strptime` such as "%m/%d/%y".
        zone: The zone of the book's clock, for times that carry an offset, such as "Europe/London".
        rounding: "half_away" rounds amounts and probabilities with too many decimals; `None` refuses them.
        missing: Texts that mean a missing cell.
        escaped: Whether an apostrophe at the beginning of an id or a name is not part of it.

    Raises:
        InvalidValueError: Fields contradict each other, or one is not of its kind.

    Examples:
        >>> HistoryFormat(deal="Deal", at="When", stage="Stage", amount="Amount", currency="USD").tracked
        ('stage', 'amount')
    """

    deal: str
    at: str
    stage: str | None = None
    amount: str | None = None
    expected_close: str | None = None
    probability: str | None = None
    category: str | None = None
    owner: str | None = None
    gaps: Gaps = "unchanged"
    time_format: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = self._unnamed(("deal", "at", *CHANGING), needed=("deal", "at"))
        if not self.tracked:
            faults.append("a format must name a field that changes, got none; write stage='Stage'")
        if self.gaps not in ("unchanged", "cleared"):
            faults.append(f"gaps must be 'unchanged' or 'cleared', got {shown(self.gaps)}; write one")
        faults += _time_faults(self.time_format) + self._faults()
        refuse(faults, "HistoryFormat")

    @property
    def tracked(self) -> tuple[str, ...]:
        """The fields whose changes the data hold."""
        return tuple(name for name in CHANGING if getattr(self, name) is not None)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the format names, in the order of its arguments."""
        named = ("deal", "at", *CHANGING, "currency_column", "deleted")
        return tuple(dict.fromkeys(getattr(self, name) for name in named if getattr(self, name) is not None))


@frozen(kw_only=True, field_transformer=nearest_first)
class FieldHistoryFormat(BookFormat):
    """Which columns of foreign data tell one field's change in a row, and how the cells are written.

    Such data say what a field was before its first change, and not since when. So the old value is placed at the first
    moment at which the data speak of the deal; what the field was before that moment is not known. A row that says
    that the deal was created is such a moment: keep it in the export, and name its word in `ignored`.

    A field that is cleared is at fault: a history in which a missing cell means unchanged cannot say it.

    Args:
        deal: Column of the deal's id.
        at: Column of the day or the time of the change.
        field: Column of the name of the field that changed.
        new: Column of what it became.
        fields: The data's names of fields, each with ours: `{"StageName": "stage"}`.
        old: Column of what it was before.
        ignored: The data's names of fields that are no concern of the history; their rows tell only that the deal was
            there.
        time_format: How `at` is written, where it is written otherwise than days are; a pattern as `date_format`.
        category_words: As in `HistoryFormat`.
        deleted: As in `HistoryFormat`.
        process: As in `HistoryFormat`.
        currency: As in `HistoryFormat`.
        currency_column: As in `HistoryFormat`.
        probability_scale: As in `HistoryFormat`.
        date_format: As in `HistoryFormat`.
        zone: As in `HistoryFormat`.
        rounding: As in `HistoryFormat`.
        missing: As in `HistoryFormat`.
        escaped: As in `HistoryFormat`.

    Raises:
        InvalidValueError: Fields contradict each other, or one is not of its kind.

    Examples:
        >>> words = {"StageName": "stage", "Amount": "amount"}
        >>> FieldHistoryFormat(deal="Id", at="When", field="Field", new="New", fields=words, currency="USD").tracked
        ('stage', 'amount')
    """

    deal: str
    at: str
    field: str
    new: str
    fields: Mapping[str, str] = attrs.field(converter=frozen_names)
    old: str | None = None
    ignored: tuple[str, ...] = attrs.field(default=(), converter=words)
    time_format: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = self._unnamed(("deal", "at", "field", "new", "old"), needed=("deal", "at", "field", "new"))
        strange = [ours for ours in self.fields.values() if ours not in CHANGING]
        if strange or not self.fields:
            came = (
                f"{shown(strange[0])}; {nearest(strange[0], CHANGING)}" if strange else "none; write {'Stage': 'stage'}"
            )
            faults.append(f"fields must name fields that change, got {came}")
        said = [*self.fields, *self.ignored]
        if len(set(map(spelling, said))) < len(said):
            faults.append(
                f"names in fields and ignored must differ by more than case, blanks and dashes, got {shown(said)}; "
                "keep each once"
            )
        faults += _time_faults(self.time_format) + self._faults()
        refuse(faults, "FieldHistoryFormat")

    @property
    def tracked(self) -> tuple[str, ...]:
        """The fields whose changes the data hold."""
        return tuple(name for name in CHANGING if name in self.fields.values())

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the format names, in the order of its arguments."""
        named = (self.deal, self.at, self.field, self.new, self.old, self.currency_column, self.deleted)
        return named_once(named)


def _time_faults(pattern: str | None) -> list[str]:
    """What is wrong with how times are said to be written."""
    if pattern is None or says(pattern, "%Y-%m-%d %H:%M"):
        return []
    return [f"time_format must write the day, hours and minutes, got {shown(pattern)}; write '%d.%m.%Y %H:%M'"]
