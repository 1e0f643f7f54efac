"""How foreign data name and write what a deal is: the only column map."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Self

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, nearest, refuse, shown
from salesmetrics.format.book_format import BookFormat
from salesmetrics.format.cell_format import frozen_names, made, named_once, nearest_first, words
from salesmetrics.model.labels import EMPTY
from salesmetrics.model.stage import Outcome

__all__ = ["FIELDS", "KEYS", "DealFormat", "OutcomeColumn"]

FIELDS = "id stage amount owner created closed expected_close close probability category kind account".split()
"""The fields of a deal that have a column of their own."""

KEYS = ("stage", "outcome", "owner", "account", "kind", "category")
"""The columns of a table that groups can be made by, beside the labels."""


@frozen
class OutcomeColumn:
    """A column that says how a deal ended, in data where the stage does not.

    Args:
        column: Its name.
        won: The words for a won deal.
        lost: The words for a lost deal.
        open: The words for an open deal.

    A deal that the column calls won or lost is put into the process's won or lost stage.

    Raises:
        InvalidValueError: A word is not text, or stands for two outcomes.

    Examples:
        >>> OutcomeColumn("Status", won="Won", lost=["Lost", "Abandoned"], open="Open").outcomes["Lost"]
        <Outcome.LOST: 'lost'>
    """

    column: str
    won: tuple[str, ...] = field(converter=words)
    lost: tuple[str, ...] = field(converter=words)
    open: tuple[str, ...] = field(converter=words, default=())

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.column, str):
            raise InvalidValueError(f"OutcomeColumn.column must be text, got {shown(self.column)}; name the column")
        words = [*self.won, *self.lost, *self.open]
        if len(set(map(spelling, words))) < len(words):
            raise InvalidValueError(
                f"OutcomeColumn words must differ by more than case, blanks and dashes, got {shown(words)}; "
                "keep each word once"
            )

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """What each word stands for.

        Examples:
            >>> list(OutcomeColumn("Status", "Won", "Lost").outcomes)
            ['Won', 'Lost']
        """
        sides = ((self.won, Outcome.WON), (self.lost, Outcome.LOST), (self.open, Outcome.OPEN))
        return {word: outcome for words, outcome in sides for word in words}


@frozen(kw_only=True, field_transformer=nearest_first)
class DealFormat(BookFormat):
    """Which column of foreign data holds which field of a deal, and how the cells are written.

    A field that is `None` has no column in the data; a column that the format does not name is not read. Numbers are
    written in ASCII digits with a point: currency signs, separators of thousands, decimal commas and "60%" are refused,
    so convert such columns first.

    Args:
        id: Column of the deal's id.
        stage: Column of the stage's name.
        amount: Column of the amount, in major units such as dollars.
        owner: Column of the owner.
        created: Column of the day of creation.
        closed: Column of the day on which the deal was won or lost.
        expected_close: Column of the day on which it is expected to close.
        close: One column for both: the actual day for won and lost deals, the expected day for open ones.
        probability: Column of the deal's own probability.
        category: Column of the deal's own forecast category.
        kind: Column with new, expansion or renewal, unknown where it is blank; without one every deal is new.
        account: Column of the customer.
        values: Further amounts by name, each with its column.
        plain_values: Names among `values` that are whole numbers instead of money.
        labels: The user's own fields by name, each with its column.
        outcome: The column that says how deals ended, where the stage does not; in TOML a table with the arguments of
            `OutcomeColumn`.
        category_words: The data's own words for forecast categories, each with ours: `{"Committed": "commit"}`.
        deleted: Column that says whether a row is deleted, in yes and no, true and false or 1 and 0. A deleted row is
            at fault, and not a deal.
        process: The stages; `None` for `SalesProcess.standard()`. In TOML an array of tables with the arguments of
            `Stage`.
        currency: The currency of every amount.
        currency_column: Column of each deal's currency, instead of `currency`.
        probability_scale: "fraction" for 0 to 1, "percent" for 0 to 100.
        date_format: `None` for ISO 8601, else a pattern of `datetime.strptime` such as "%m/%d/%y". Where its numbers
            stand side by side, as in "%Y%m%d", a cell must have all their digits.
        zone: Where a day begins, for times that carry an offset, such as "Europe/London".
        rounding: "half_away" rounds amounts and probabilities with too many decimals; `None` refuses them.
        missing: Texts that mean a missing cell.
        escaped: Whether an apostrophe at the beginning of an id, a name or a label is not part of it, but keeps
            spreadsheets from running it, as in the files that `Deals.to_csv` writes.

    Raises:
        InvalidValueError: Fields contradict each other, or one is not of its kind.

    Examples:
        >>> form = DealFormat(id="Id", stage="StageName", amount="Amount", close="CloseDate", currency="USD")
        >>> form.close
        'CloseDate'
    """

    id: str
    stage: str
    amount: str | None = None
    owner: str | None = None
    created: str | None = None
    closed: str | None = None
    expected_close: str | None = None
    close: str | None = None
    probability: str | None = None
    category: str | None = None
    kind: str | None = None
    account: str | None = None
    values: Mapping[str, str] = field(default=EMPTY, converter=frozen_names)
    plain_values: tuple[str, ...] = field(default=(), converter=words)
    labels: Mapping[str, str] = field(default=EMPTY, converter=frozen_names)
    outcome: OutcomeColumn | None = None

    def __attrs_post_init__(self) -> None:
        faults = self._unnamed(FIELDS, needed=("id", "stage"))
        if self.close is not None and (self.closed is not None or self.expected_close is not None):
            faults.append("close must stand alone, got closed or expected_close with it; keep close, or the other two")
        if self.outcome is not None and not isinstance(self.outcome, OutcomeColumn):
            faults.append(
                f"outcome must be an OutcomeColumn or None, got {shown(self.outcome)}; write OutcomeColumn(...)"
            )
        strange = [name for name in self.plain_values if name not in self.values]
        if strange:
            faults.append(
                f"plain_values must be among values, got {shown(strange)}; {nearest(strange[0], self.values)}"
            )
        faults += reserved_names("value", self.values) + reserved_names("label", self.labels)
        faults += self._faults()
        refuse(faults, "DealFormat")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the format names, in the order of its arguments."""
        named: list[str | None] = [getattr(self, name) for name in (*FIELDS, "currency_column", "deleted")]
        named += [*self.values.values(), *self.labels.values(), None if self.outcome is None else self.outcome.column]
        return named_once(named)

    @classmethod
    def _of_toml(cls, data: dict[str, Any]) -> Self:
        if "outcome" in data:
            data["outcome"] = made(OutcomeColumn, data["outcome"], "outcome")
        return super()._of_toml(data)


def spelling(word: str) -> str:
    """What words are compared by: neither case nor blanks and dashes tell them apart.

    Examples:
        >>> spelling(" Best-Case ")
        'best_case'
    """
    return re.sub(r"[\s_-]+", "_", word.strip()).casefold()


def reserved_names(what: str, names: Iterable[str]) -> list[str]:
    """What is wrong with the names of values or labels: one that a table's own column has would hide it."""
    reserved = {*FIELDS, *KEYS}
    return [
        f"a {what} must not be called like a column, got {shown(name)}; rename it" for name in names if name in reserved
    ]
