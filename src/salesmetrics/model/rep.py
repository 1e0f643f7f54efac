"""A sales rep, and the time that they were with the company."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.labels import EMPTY, Label, freeze_labels
from salesmetrics.model.period import check_day

__all__ = ["Rep"]


@frozen
class Rep:
    """A person who sells.

    Args:
        id: What deals call their owner.
        name: The name to show.
        hired: First day of work.
        left: First day no longer at work; `None` while employed.
        role: Such as "account executive".
        labels: The user's own fields.

    Raises:
        InvalidValueError: A field is not of its kind, or the rep left before being hired.

    Examples:
        >>> Rep("r1", "Ada Quill", date(2025, 3, 1), labels={"office": "North"}).labels["office"]
        'North'
    """

    id: str
    name: str
    hired: date
    left: date | None = None
    role: str | None = None
    labels: Mapping[str, Label] = field(default=EMPTY, converter=freeze_labels)

    def __attrs_post_init__(self) -> None:
        for what, text in (("id", self.id), ("name", self.name)):
            if not isinstance(text, str) or not text:
                raise InvalidValueError(f"Rep.{what} must be text, got {shown(text)}; name the rep")
        if self.role is not None and not isinstance(self.role, str):
            raise InvalidValueError(f"Rep.role must be text or None, got {shown(self.role)}; leave it out")
        check_day(self.hired, "Rep.hired")
        if self.left is not None:
            check_day(self.left, "Rep.left")
            if self.left < self.hired:
                raise InvalidValueError(
                    f"Rep.left must not be before hired {self.hired}, got {self.left}; exchange the two or correct one"
                )
