"""The consolidated report as .docx in the department's own layout: its template with every mark replaced.

Nothing of the template is run; what a report says is never read for marks.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from reports.cleaning import line
from reports.document import ConsolidatedReport
from reports.docx_reading import UnreadableDocx, open_docx, texts_of
from reports.fields import ref_runs
from reports.layout import LONGEST_PROPERTY, finish
from reports.number_check import own_differences
from reports.numbers import PREFIX, Number, numbers_of
from reports.template_marks import BLOCKS, NUMBERS, TEXTS
from reports.template_scan import MARK, MOST_PROBLEMS, Scanned, own_texts, scan

MOST_BYTES = 8 << 20
"""Bytes of text of a template, unpacked."""
_RPR, _PPR, _R = qn("w:rPr"), qn("w:pPr"), qn("w:r")


class BadTemplate(Exception):
    """What is wrong with a template, a sentence for each thing, in Vietnamese."""

    def __init__(self, problems: list[str]) -> None:
        more = len(problems) - MOST_PROBLEMS
        shown = [*problems[:MOST_PROBLEMS], *([f"Còn {more} lỗi khác."] if more > 0 else [])]
        super().__init__(" ".join(shown))
        self.problems = shown


def render_template(template: bytes, report: ConsolidatedReport) -> bytes:
    """The file's bytes, equal for equal reports and templates; BadTemplate says what is wrong."""
    try:
        document = open_docx(template, MOST_BYTES)
    except UnreadableDocx as error:
        raise BadTemplate(
            ["Không đọc được tệp mẫu, hoặc tệp quá lớn. Đề nghị mở bằng Word, lưu lại dạng .docx."]
        ) from error
    found = scan(document)
    if found.problems:
        raise BadTemplate(found.problems)
    _prepare(document, found)
    _inline(found, report)
    for name, paragraph in found.blocks.items():
        _block(document, paragraph, name, report)
    _properties(document, report)
    wrong = [difference.said for difference in own_differences(document)]
    if wrong:
        raise BadTemplate(wrong)
    return finish(document, report.as_of)


def _prepare(document: DocumentObject, found: Scanned) -> None:
    """Without the guide, with the one table style that we need, and with ids of bookmarks below ours."""
    if found.guide is not None:
        for element in [found.guide, *found.guide.itersiblings()]:
            if element.tag != qn("w:sectPr"):
                element.getparent().remove(element)
    styles = document.styles
    if not any(s.type == WD_STYLE_TYPE.TABLE and s.name == "Table Grid" for s in styles):
        style = deepcopy(Document().styles["Table Grid"].element)
        style.set(qn("w:styleId"), "DondocGrid")
        styles.element.append(style)
    for _, root in texts_of(document):
        ids: dict[str, str] = {}
        for mark in root.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd")):
            old = str(mark.get(qn("w:id")))
            mark.set(qn("w:id"), ids.setdefault(old, str(len(ids))))


def _inline(found: Scanned, report: ConsolidatedReport) -> None:
    texts = {name: mark.of(report) for name, mark in TEXTS.items()}
    counts = {number.key.removeprefix(PREFIX): number for number in numbers_of(report).counts}
    for paragraph in found.inline:
        _replace(paragraph, texts, counts)


def _replace(paragraph: BaseOxmlElement, texts: Mapping[str, str], counts: Mapping[str, Number]) -> None:
    """From the last mark to the first, so that what stands before keeps its place. A name in capitals gives capitals."""
    nodes = own_texts(paragraph)
    starts = [0]
    for node in nodes:
        starts.append(starts[-1] + len(node.text or ""))
    for match in reversed(list(MARK.finditer("".join(node.text or "" for node in nodes)))):
        name = match[1].casefold()
        if name not in texts and name not in NUMBERS:
            continue
        first = next(n for n in range(len(nodes)) if starts[n] <= match.start() < starts[n + 1])
        last = next(n for n in range(len(nodes)) if starts[n] < match.end() <= starts[n + 1])
        before = (nodes[first].text or "")[: match.start() - starts[first]]
        after = (nodes[last].text or "")[match.end() - starts[last] :]
        for node in nodes[first + 1 : last]:
            _write(node, "")
        if name in texts:
            value = texts[name].upper() if match[1].isupper() else texts[name]
            _write(nodes[last], after)
            _write(nodes[first], before + value + (after if last == first else ""))
        else:
            _split(nodes[first], nodes[last], before, after, counts[name])


def _split(first: BaseOxmlElement, last: BaseOxmlElement, before: str, after: str, number: Number) -> None:
    """The run of ``first`` ends before the mark; the field follows; what came behind the mark goes on in its own run."""
    run = first.getparent()
    properties = run.find(_RPR)
    if last is first:
        rest = OxmlElement("w:r")
        if properties is not None:
            rest.append(deepcopy(properties))
        text = OxmlElement("w:t")
        _write(text, after)
        rest.append(text)
        rest.extend(list(first.itersiblings()))
        run.addnext(rest)
    else:
        _write(last, after)
    _write(first, before)
    for element in reversed(ref_runs(number.key, number.text, properties)):
        run.addnext(element)


def _write(node: BaseOxmlElement, text: str) -> None:
    node.text = text
    node.set(qn("xml:space"), "preserve")


def _block(document: DocumentObject, paragraph: BaseOxmlElement, name: str, report: ConsolidatedReport) -> None:
    """Write the part at the end, where the library writes, and move it to its place; it takes on the look of its mark."""
    body = document.element.body
    known = set(body)
    BLOCKS[name].part(document, report)
    new = [element for element in body if element not in known]
    look = own_texts(paragraph)[0].getparent().find(_RPR)
    style = paragraph.find(f"{_PPR}/{qn('w:pStyle')}")
    for element in new:
        paragraph.addprevious(element)
        _dress(element, look, style)
    if paragraph.find(f"{_PPR}/{qn('w:sectPr')}") is None:
        body.remove(paragraph)
    else:  # it ends a section, whose page the part stands on
        for node in own_texts(paragraph):
            _write(node, "")


def _dress(element: BaseOxmlElement, look: BaseOxmlElement | None, style: BaseOxmlElement | None) -> None:
    """The font and size of the mark where the part has none of its own, and the style of its paragraph outside tables."""
    if style is not None and element.tag == qn("w:p"):
        element.get_or_add_pPr().insert(0, deepcopy(style))
    if look is None:
        return
    for run in element.iter(_R):
        properties = run.get_or_add_rPr()
        for tag, add in (("w:rFonts", properties.get_or_add_rFonts), ("w:sz", properties.get_or_add_sz)):
            given = look.find(qn(tag))
            if given is not None and properties.find(qn(tag)) is None:
                made = add()
                for key, value in given.attrib.items():
                    made.set(key, value)


def _properties(document: DocumentObject, report: ConsolidatedReport) -> None:
    properties = document.core_properties
    properties.title = line(report.title)[:LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = line(report.issuer)[:LONGEST_PROPERTY]
    properties.created = properties.modified = report.as_of.astimezone(UTC).replace(tzinfo=None)
