from typing import Any

import pytest

from salesmetrics import InvalidValueError
from salesmetrics.model.currencies import _CODES_BY_EXPONENT, NO_CURRENCY, exponent

# ISO 4217 list one, as pycountry 26.2.16 gives it, without metals, units of account and test codes.
ACTIVE = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF
CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF
IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS
VED VES VND VUV WST XAD XAF XCD XCG XOF XPF XXX YER ZAR ZMW ZWG
""".split()
WITHDRAWN = "ANG BGN CUC HRK SLL ZWL".split()
NOT_TWO = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF XXX".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


@pytest.mark.parametrize("code", ACTIVE + WITHDRAWN)
def test_every_currency_has_its_decimals(code: str) -> None:
    assert exponent(code) == NOT_TWO.get(code, 2)


def test_there_is_no_other_currency_and_none_twice() -> None:
    listed = [code for codes in _CODES_BY_EXPONENT.values() for code in codes.split()]
    assert sorted(listed) == sorted(ACTIVE + WITHDRAWN)


def test_no_currency_is_the_code_of_iso() -> None:
    assert NO_CURRENCY == "XXX"


@pytest.mark.parametrize("code", "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA".split())
def test_metals_units_of_account_and_test_codes_are_no_money(code: str) -> None:
    with pytest.raises(InvalidValueError, match=f"^currency must be an ISO 4217 code, got '{code}'; "):
        exponent(code)


STRANGE = ["$", "US$", "RMB", "YEN", "Dollar"]  # like some code in two letters of three, which is like none
NO_TEXT: list[Any] = [None, 840, 2.0, True, b"USD", [], {}, ("USD",)]


@pytest.mark.parametrize(
    ("currency", "hint"),
    [
        ("usd", "did you mean 'USD'?"),
        ("eur", "did you mean 'EUR'?"),
        ("USD ", "did you mean 'USD'?"),
        ("US", "did you mean 'USD'?"),
        ("UDS", "did you mean 'USD'?"),
        ("EURO", "did you mean 'EUR'?"),
        *[(value, "write a text like 'USD'") for value in NO_TEXT],
        *[(text, "known are 'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW' and 164 more") for text in STRANGE],
    ],
)
def test_other_things_are_refused_with_a_remedy(currency: Any, hint: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        exponent(currency)
    assert str(caught.value) == f"currency must be an ISO 4217 code, got {currency!r}; {hint}"


@pytest.mark.parametrize("currency", ["x" * 1_000_000, "\x00\ud800" * 500_000], ids=["long", "control"])
def test_enormous_text_is_refused_in_few_words(currency: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        exponent(currency)
    assert len(str(caught.value)) < 300
