"""What every refusal of hostile input must be: one of our own errors, in few words that can be printed."""

from __future__ import annotations

from salesmetrics import InvalidTableError, SalesMetricsError

__all__ = ["check_refusal"]


def check_refusal(fault: SalesMetricsError) -> None:
    """Each fault is a printable line of fewer than 2,000 characters, which says what to change."""
    if isinstance(fault, InvalidTableError):
        faults = [str(problem) for problem in fault.problems]
        head, *listed = str(fault).split("\n")
        assert listed == [f"- {one}" for one in faults]
        assert head.isprintable()
    else:
        faults = str(fault).split("; and ")
    assert faults
    for said in faults:
        assert said.isprintable()
        assert "; " in said
        assert len(said) < 2000
