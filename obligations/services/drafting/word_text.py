"""The text of a piece of a Word document as a person sees it once every tracked change is accepted.

python-docx leaves out runs that were inserted under track changes: a clerk's words would vanish unseen.
"""

from dataclasses import dataclass

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

_MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_PARAGRAPH, _TEXT, _LISTED = qn("w:p"), qn("w:t"), f"{qn('w:pPr')}/{qn('w:numPr')}"
_PLAIN = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_GONE = {qn(f"w:{n}") for n in ("pPr", "rPr", "tcPr", "trPr", "tblPr", "sdtPr", "del", "moveFrom", "instrText")}
_LOST = {*(qn(f"w:{n}") for n in ("drawing", "pict", "object", "sym")), _MARKUP, f"{_MATHS}oMath", f"{_MATHS}oMathPara"}


@dataclass(frozen=True)
class Said:
    """``lost``: a picture, formula or symbol stands there that no text can hold."""

    text: str
    lost: bool


def said_in(element: BaseOxmlElement) -> Said:
    """Paragraphs as lines; an item of a list begins with a dash, as it would be typed."""
    found, lost = list[str](), list[str]()
    _collect(element, found, lost)
    return Said("".join(found).strip(), bool(lost))


def _collect(element: BaseOxmlElement, found: list[str], lost: list[str]) -> None:
    for child in element:
        if child.tag in _GONE:
            continue
        if child.tag in _LOST:
            lost.append(str(child.tag))
        elif child.tag == _TEXT:
            found.append(child.text or "")
        elif child.tag in _PLAIN:
            found.append(_PLAIN[child.tag])
        else:
            if child.tag == _PARAGRAPH:
                found.append("\n- " if child.find(_LISTED) is not None else "\n")
            _collect(child, found, lost)
