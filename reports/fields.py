"""The few pieces of WordprocessingML that python-docx has no public way to write."""

from collections.abc import Sequence
from copy import deepcopy

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

_AFTER_BORDERS = (
    "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct",
    "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind",
    "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment",
    "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip
"""The schema fixes the order of paragraph properties (ECMA-376 part 1, 17.3.1.26); Word may refuse another."""


def page_number(run: Run) -> None:
    """The field PAGE."""
    for kind in ("begin", "", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = "PAGE"
        run._r.append(element)  # noqa: SLF001 - no public way


def top_rule(paragraph: Paragraph) -> None:
    """A thin line as wide as the paragraph between its indents."""
    borders, rule = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        rule.set(qn(f"w:{name}"), value)
    borders.append(rule)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *_AFTER_BORDERS)  # noqa: SLF001 - no public way


def outline_level(paragraph: Paragraph, level: int) -> None:
    """Shows the paragraph in Word's navigation pane; ``level`` from 0."""
    element = OxmlElement("w:outlineLvl")
    element.set(qn("w:val"), str(level))
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - no public way
    properties.insert_element_before(element, *_AFTER_BORDERS[_AFTER_BORDERS.index("w:divId") :])


def keep_row(row: _Row, *, repeat: bool = False) -> None:
    """A row that never breaks across pages; ``repeat`` prints it again on top of each page."""
    for name in ("w:cantSplit", *(("w:tblHeader",) if repeat else ())):
        element = OxmlElement(name)
        element.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(element)  # noqa: SLF001 - no public way


def repeat_row(table: Table, rows: Sequence[Sequence[str]]) -> None:
    """Rows that look as the last one does, which is styled cell by cell once: many times faster than to style each."""
    if not rows:
        return
    pattern = table.rows[-1]._tr  # noqa: SLF001 - no public way
    parent = pattern.getparent()
    for texts in rows:
        made = deepcopy(pattern)
        for run, text in zip(made.iter(qn("w:r")), texts, strict=True):
            run.text = text
        parent.append(made)


def ref_runs(key: str, text: str, properties: BaseOxmlElement | None = None) -> list[BaseOxmlElement]:
    """The field REF to a bookmark, with the value shown until it is updated. ``properties``: how its runs look.

    ``MERGEFORMAT`` keeps the look of the place where it stands; without it an update brings that of the bookmark.
    """
    runs = []
    for kind in ("begin", "code", "separate", "text", "end"):
        run = OxmlElement("w:r")
        if properties is not None:
            run.append(deepcopy(properties))
        if kind == "code":
            element = OxmlElement("w:instrText")
            element.text = f" REF {key} \\h \\* MERGEFORMAT "
            element.set(qn("xml:space"), "preserve")
        elif kind == "text":
            element = OxmlElement("w:t")
            element.text = text
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run.append(element)
        runs.append(run)
    return runs


def bookmark_last_cells(table: Table, marks: Sequence[Sequence[tuple[str, int]]]) -> None:
    """Put the texts of the last cells of each row below the head between the ends of bookmarks: name and number unique in the document."""
    for row, names in zip(table._tbl.tr_lst[1:], marks, strict=True):  # noqa: SLF001 - no public way, and rows are slow
        for cell, (key, number) in zip(row.tc_lst[-len(names) :], names, strict=True):
            runs = list(cell.iter(qn("w:r")))
            start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
            for element in (start, end):
                element.set(qn("w:id"), str(number))
            start.set(qn("w:name"), key)
            runs[0].addprevious(start)
            runs[-1].addnext(end)
