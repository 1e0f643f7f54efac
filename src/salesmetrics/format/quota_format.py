"""How foreign data name and write what a quota is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, refuse, shown
from salesmetrics.format.cell_format import CellFormat, frozen_names, named_once, nearest_first
from salesmetrics.model.calendar import PeriodKey
from salesmetrics.model.currencies import exponent
from salesmetrics.model.labels import EMPTY

__all__ = ["QUOTA_KEYS", "QuotaFormat", "reserved_conditions"]

QUOTA_KEYS = ("rep", "team", "manager")
"""The columns of names of a table of quotas, beside the names of `where`."""

_FIELDS = ("rep", "start", "end", "amount", "overlay")


@frozen(kw_only=True, field_transformer=nearest_first)
class QuotaFormat(CellFormat):
    """Which column of foreign data holds which field of a quota, and how the cells are written.

    Args:
        rep: Column of the rep.
        start: Column of the first day of the period; or, with `periods`, of any day of it.
        end: Column of the day after the last day of the period.
        periods: Instead of `end`, the periods that quotas are of, such as `calendar.quarters("start")`.
        amount: Column of the amount, in major units such as dollars.
        value: What is counted: "amount", or the name of one of the deals' `values`.
        currency: The currency of every amount; `None` where plain numbers are counted.
        where: Which deals count: keys or labels of deals, each with the column of the value that it must have.
        overlay: Column that says whether a quota is of a specialist whose credit is not counted a second time, in yes
            and no, true and false or 1 and 0.
        date_format: `None` for ISO 8601, else a pattern of `datetime.strptime` such as "%m/%d/%y".
        zone: Where a day begins, for times that carry an offset, such as "Europe/London".
        rounding: "half_away" rounds amounts with too many decimals; `None` refuses them.
        missing: Texts that mean a missing cell.
        escaped: Whether an apostrophe at the beginning of a name or a label is not part of it, but keeps spreadsheets
            from running it.

    Raises:
        InvalidValueError: Arguments contradict each other, or one is not of its kind.

    Examples:
        >>> from salesmetrics import FiscalCalendar
        >>> quarters = FiscalCalendar(first_month=2).quarters("start")
        >>> form = QuotaFormat(rep="Rep", start="Quarter", amount="Quota", periods=quarters, currency="USD")
        >>> form.columns
        ('Rep', 'Quarter', 'Quota')
    """

    rep: str
    start: str
    amount: str
    end: str | None = None
    periods: PeriodKey | None = None
    value: str = "amount"
    currency: str | None = None
    where: Mapping[str, str] = field(default=EMPTY, converter=frozen_names)
    overlay: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = self._unnamed(_FIELDS, needed=("rep", "start", "amount"))
        if self.periods is not None and not isinstance(self.periods, PeriodKey):
            faults.append(f"periods must be a PeriodKey, got {shown(self.periods)}; write calendar.quarters('start')")
        elif (self.end is None) == (self.periods is None):
            faults.append(f"end or periods must be given, got {'neither' if self.end is None else 'both'}; name one")
        if not isinstance(self.value, str) or not self.value:
            faults.append(f"value must be text, got {shown(self.value)}; write 'amount' or the name of a value")
        if self.currency is not None:
            try:
                exponent(self.currency)
            except InvalidValueError as fault:
                faults.append(str(fault))
        elif self.value == "amount":
            faults.append("currency must be given where value is 'amount', got None; name it")
        faults += reserved_conditions(self.where)
        faults += self._faults()
        refuse(faults, "QuotaFormat")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the format names, in the order of its arguments."""
        named = (self.rep, self.start, self.amount, self.end, *self.where.values(), self.overlay)
        return named_once(named)


def reserved_conditions(names: Iterable[str]) -> list[str]:
    """What is wrong with the names of `where`: one that a table's own column has would hide it."""
    own = {*_FIELDS, *QUOTA_KEYS}
    return [
        f"where must not name a column of quotas, got {shown(name)}; rename the label" for name in names if name in own
    ]
