"""How the cells of deals and of their changes are written: the common ground of both formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.format.cell_format import CellFormat, frozen_names, made, nearest_first
from salesmetrics.model.currencies import NO_CURRENCY, exponent
from salesmetrics.model.labels import EMPTY
from salesmetrics.model.stage import Category, Outcome, SalesProcess, Stage

__all__ = ["BookFormat"]


@frozen(kw_only=True, field_transformer=nearest_first)
class BookFormat(CellFormat):
    """How stages, amounts, probabilities and categories are written, and which rows are deleted."""

    category_words: Mapping[str, str] = field(default=EMPTY, converter=frozen_names)
    deleted: str | None = None
    process: SalesProcess | None = None
    currency: str | None = None
    currency_column: str | None = None
    probability_scale: Literal["fraction", "percent"] = "fraction"

    def _faults(self) -> list[str]:
        """What is wrong with how cells are said to be written."""
        faults = self._unnamed(("currency_column", "deleted"))
        if self.currency is not None and self.currency_column is not None:
            faults.append("currency must be a code or a column, got both; drop one of them")
        if self.process is not None and not isinstance(self.process, SalesProcess):
            faults.append(
                f"process must be a SalesProcess or None, got {shown(self.process)}; write SalesProcess([...])"
            )
        faults += self._misscaled("probability_scale")
        for word in self.category_words.values():
            try:
                _word(Category, word, "category_words")
            except InvalidValueError as fault:
                faults.append(str(fault))
        try:
            self._check_currency()
        except InvalidValueError as fault:
            faults.append(str(fault))
        return faults + super()._faults()

    @classmethod
    def _of_toml(cls, data: dict[str, Any]) -> Self:
        if "process" in data:
            data["process"] = SalesProcess([_stage(one) for one in _tables(data["process"])])
        return super()._of_toml(data)

    def _check_currency(self) -> None:
        if self.currency == NO_CURRENCY:
            raise InvalidValueError("currency must be that of the amounts, got 'XXX', which is none; name it")
        if self.currency is not None:
            exponent(self.currency)


def _stage(data: object) -> Stage:
    if isinstance(data, Mapping):
        enums: dict[str, type[Outcome | Category]] = {"outcome": Outcome, "category": Category}
        data = {
            key: _word(enums[key], value, f"a stage's {key}") if key in enums else value for key, value in data.items()
        }
    stage: Stage = made(Stage, data, "a stage")
    return stage


def _word(kind: type[Outcome | Category], word: object, what: str) -> Outcome | Category:
    try:
        return kind(word)
    except ValueError:
        known = [one.value for one in kind]
        raise InvalidValueError(f"{what} must be a known word, got {shown(word)}; {nearest(word, known)}") from None


def _tables(data: object) -> list[Any]:
    if not isinstance(data, list):
        raise InvalidValueError(f"process must be an array of stages, got {shown(data)}; write [[process]]")
    return data
