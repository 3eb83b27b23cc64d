"""Who has not sent, on one A4: names in columns by group, counts, the moment, room to sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from docx.table import _Cell

from reports.cleaning import line
from reports.layout import SMALL, finish, new_document, plain_table, style_line, write

ROOM = ((50, 2, 12.0), (85, 3, 11.0), (190, 4, 9.5), (10_000, 5, 7.5))
"""Up to so many lines: columns and points in which they still fit one page."""
WIDTH = 18.4
"""Between the side margins, in centimetres: narrower than a letter's, for this sheet is not filed."""
LEFT = WD_ALIGN_PARAGRAPH.LEFT
WITHIN = "trong đó "
"""How the words of a count begin that is part of the one before it."""
LONG = 26
"""Characters beyond which a name takes a second line of the narrowest column."""


@dataclass(frozen=True)
class NotSentGroup:
    """One group: ``total`` of those that owe, ``units`` that have not sent with what must be known of each."""

    name: str
    total: int
    units: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NotSentSheet:
    """The sheet as plain values; ``as_of`` aware: equal sheets of one moment give equal bytes."""

    issuer: str
    title: str
    about: str
    basis: str
    due: str
    moment: str
    counts: tuple[tuple[str, int], ...]
    groups: tuple[NotSentGroup, ...]
    note: str
    as_of: datetime

    @property
    def sum_up(self) -> str:
        """``tổng số 150, đã nhận 80 (trong đó 02 mới có bản mềm), chưa gửi 70``."""
        said: list[tuple[str, list[str]]] = []
        for words, count in self.counts:
            if words.startswith(WITHIN) and said:
                said[-1][1].append(f"{count:02d} {words.removeprefix(WITHIN)}")
            else:
                said.append((f"{words} {count:02d}", []))
        return ", ".join(f"{head} ({WITHIN}{', '.join(parts)})" if parts else head for head, parts in said)

    @property
    def lines(self) -> int:
        """Lines that the names take, roughly, and two for each group's heading."""
        units = [unit for group in self.groups for unit in group.units]
        return sum(1 + (len(name) + len(mark) > LONG) for name, mark in units) + 3 * len(self.groups)


def columns_of(items: Sequence[str], count: int) -> list[list[str]]:
    """The items in so many columns, read downwards; the last may be shorter."""
    height = -(-len(items) // count)
    return [list(items[n * height : (n + 1) * height]) for n in range(count)]


def render_not_sent_docx(sheet: NotSentSheet) -> bytes:
    """The file's bytes."""
    columns, size = next((columns, size) for most, columns, size in ROOM if sheet.lines <= most)
    document = new_document(sheet.title, sheet.issuer, sheet.as_of)
    section = document.sections[0]
    section.top_margin = section.bottom_margin = Cm(1.0)
    section.left_margin, section.right_margin = Cm(1.6), Cm(1.0)
    first = document.paragraphs[0] if document.paragraphs else document.add_paragraph()
    style_line(first, line(sheet.issuer), size=11, align=LEFT)
    write(document, line(sheet.title).upper(), bold=True, size=13)
    write(document, line(sheet.about), bold=True, size=SMALL)
    write(document, f"{line(sheet.basis)}; thời hạn {sheet.due}", italic=True, size=10)
    write(document, f"Tính đến {sheet.moment}: {sheet.sum_up}.", size=11).paragraph_format.space_after = Pt(4)
    if sheet.note:
        write(document, sheet.note, italic=True, size=10, align=LEFT)
    for group in sheet.groups:
        _group(document, group, columns, size)
    if not sheet.groups:
        write(document, "Không còn cơ quan, đơn vị nào chưa gửi.", size=SMALL)
    _signatures(document)
    return finish(document, sheet.as_of)


def _group(document: DocumentObject, group: NotSentGroup, columns: int, size: float) -> None:
    heading = write(
        document, f"{line(group.name)}: {len(group.units):02d}/{group.total:02d}", bold=True, size=10, align=LEFT
    )
    heading.paragraph_format.space_before, heading.paragraph_format.keep_with_next = Pt(3), True
    names = [f"{n}. {line(name)}{f' ({line(mark)})' if mark else ''}" for n, (name, mark) in enumerate(group.units, 1)]
    for cell, part in zip(plain_table(document, [WIDTH / columns] * columns), columns_of(names, columns), strict=True):
        _names(cell, part, size)


def _names(cell: _Cell, names: Sequence[str], size: float) -> None:
    for number, name in enumerate(names or ("",)):  # an empty cell is as high as the text it could hold
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        style_line(paragraph, name, align=LEFT)
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(0.45), Cm(-0.45)
        paragraph.runs[0].font.size = Pt(size)


def _signatures(document: DocumentObject) -> None:
    left, right = plain_table(document, [WIDTH / 2] * 2)
    for cell, who in ((left, "Người lập"), (right, "Lãnh đạo phòng")):
        style_line(cell.paragraphs[0], who, bold=True, size=11).paragraph_format.space_before = Pt(8)
        write(cell, "(ký, ghi rõ họ tên)", italic=True, size=10).paragraph_format.space_after = Pt(20)
