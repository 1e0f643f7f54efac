"""ISO 4217 currency codes and how many decimals each one has."""

from __future__ import annotations

from collections.abc import Callable

from salesmetrics.errors import InvalidValueError, nearest, shown

__all__ = ["NO_CURRENCY", "exponent", "nearest_currency"]

NO_CURRENCY = "XXX"
"""ISO 4217's "no currency": the currency of the empty sum, whose only amount is zero."""


def nearest_currency(code: str) -> str:
    """The end of a sentence that offers the closest code, or lists a few."""
    return nearest(code, _EXPONENTS, alike=0.7)


def exponent(currency: str, hint: Callable[[str], str] = nearest_currency) -> int:
    """How many decimals a currency has: 2 for USD, 0 for JPY, 3 for BHD.

    Args:
        currency: The code.
        hint: What to say of a text that is no code.

    Raises:
        InvalidValueError: It is not an ISO 4217 code of money.

    Examples:
        >>> exponent("USD"), exponent("JPY"), exponent("BHD")
        (2, 0, 3)
    """
    try:
        return _EXPONENTS[currency]
    except (KeyError, TypeError):
        what_to_do = hint(currency) if isinstance(currency, str) else "write a text like 'USD'"
        raise InvalidValueError(f"currency must be an ISO 4217 code, got {shown(currency)}; {what_to_do}") from None


# Funds, metals and test codes (XAU, XDR, XTS ...) have no minor unit and are not money here.
_CODES_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF XXX",
    2: """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
          CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD
          HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP
          MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD
          SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS
          VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
          ANG BGN CUC HRK SLL ZWL""",  # the last line: withdrawn since 2022, and still in many exports
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS = {code: digits for digits, codes in _CODES_BY_EXPONENT.items() for code in codes.split()}
