"""Who is credited with how much of a deal."""

from __future__ import annotations

from fractions import Fraction

from attrs import field, frozen

from salesmetrics.errors import refuse, shown
from salesmetrics.model.ramp import IntoShare, exact_share

__all__ = ["Credit"]


def _share(given: IntoShare) -> Fraction:
    return exact_share(given, "Credit.share")


@frozen
class Credit:
    """A rep's share of a deal. A deal without credits is its owner's alone.

    Args:
        deal: The id of the deal.
        rep: Who is credited.
        share: A fraction in (0, 1]; the shares of a deal add up to exactly 1, so write thirds as `Fraction(1, 3)`.
        overlay: Whether it is the credit of a specialist who helped, and comes on top: it counts for the rep's own
            overlay quota and never for a team, and is not among the shares that add up to 1.

    Raises:
        InvalidValueError: A field is not of its kind.

    Examples:
        >>> Credit("D-1", "Ada", 0.75).share
        Fraction(3, 4)
    """

    deal: str | int
    rep: str
    share: Fraction = field(converter=_share)
    overlay: bool = False

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if type(self.deal) not in (str, int) or self.deal == "":
            faults.append(f"Credit.deal must be an id, got {shown(self.deal)}; give text or a whole number")
        if type(self.rep) is not str:
            faults.append(f"Credit.rep must be text, got {shown(self.rep)}; name the rep")
        if not 0 < self.share <= 1:
            faults.append(f"Credit.share must be a fraction in (0, 1], got {self.share}; did you mean hundredths?")
        if type(self.overlay) is not bool:
            faults.append(f"Credit.overlay must be True or False, got {shown(self.overlay)}; write overlay=True")
        refuse(faults)
