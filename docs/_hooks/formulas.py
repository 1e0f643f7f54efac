"""mkdocs hook: turn the formulas that pymdownx.arithmatex marked into MathML.

Browsers render MathML natively, so the pages need no script and no font of their own,
and formulas work offline and without JavaScript. docs/assets/formulas.css picks the font.
"""

import logging
import re
from html import unescape

from latex2mathml.converter import convert

# What arithmatex leaves with `generic: true`: \(inline\) in a span, \[display\] in a div.
FORMULA = re.compile(r'<(?P<tag>span|div) class="arithmatex">\\[(\[](?P<latex>.*?)\\[)\]]</(?P=tag)>', re.DOTALL)

# Where latex2mathml's choice makes browsers space or stretch a sign wrongly.
REPAIRS = {
    # A bar opens, closes or divides; as it comes it is spaced like "+".
    '<mo stretchy="false">&#x0007C;</mo>': '<mo stretchy="false" lspace="0" rspace="0">|</mo>',
    "<mi>&#x000B1;</mi>": "<mo>&#x000B1;</mo>",  # \pm is an operator, not a name
    '<mo accent="true">&#x02015;</mo>': '<mo stretchy="true">&#x0203E;</mo>',  # \overline
}

log = logging.getLogger("mkdocs.hooks.formulas")  # below "mkdocs", so that --strict counts it


def render(match: re.Match[str]) -> str:
    latex = unescape(match["latex"]).strip()
    block = match["tag"] == "div"
    mathml = convert(latex, display="block" if block else "inline")
    # latex2mathml does not fail on what it does not know: it prints it as it stands.
    if "\\" in mathml or ">&<" in mathml:
        log.warning("Formula not understood: %s", latex)
    for wrong, right in REPAIRS.items():
        mathml = mathml.replace(wrong, right)
    return f"<p>{mathml}</p>" if block else mathml  # <p> for the space above and below


def on_page_content(html: str, **_: object) -> str:
    return FORMULA.sub(render, html)
