"""The blocks every report carries: letterhead, name, signature, annex."""

from collections.abc import Sequence

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from docx.table import _Cell

from reports.cleaning import line
from reports.document import Figure
from reports.fields import top_rule
from reports.layout import HEAD, LIST, SMALL, grid, plain_table, style_line, write
from reports.wording import FIGURE_COLUMNS

BLANK_DAY = "ngày        tháng        năm          "
"""The clerk writes the day with the number, when the document is issued."""


def letterhead(
    document: DocumentObject, parent: str, issuer: str, code: str, place: str, *, party: bool = False, about: str = ""
) -> None:
    """Issuer on the left, national motto on the right; number and day stay blank for the clerk.

    ``party``: a Party body writes neither the country's name nor its motto, but the Party's name.
    ``about``: of a letter (công văn), which has no name but says here what it is about.
    """
    left, right = plain_table(document, (6.3, 10.2))
    style_line(left.paragraphs[0], line(parent).upper(), size=SMALL)
    write(left, line(issuer).upper(), bold=True, size=SMALL)
    _underline(left, 2.2)
    report = f"-BC/{line(code)}" if party else f"/BC-{line(code)}"
    write(left, f"Số:          {f'/{line(code)}-….' if about else report}", size=HEAD)
    if about:
        write(left, f"V/v {line(about)}", size=SMALL)
    if party:
        style_line(right.paragraphs[0], "ĐẢNG CỘNG SẢN VIỆT NAM", bold=True, size=HEAD)
        _underline(right, 2.0)
    else:
        style_line(right.paragraphs[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=SMALL)
        write(right, "Độc lập - Tự do - Hạnh phúc", bold=True, size=HEAD)
        _underline(right, 2.0)
    write(right, f"{line(place)}, {BLANK_DAY}", italic=True, size=HEAD)
    write(document, "", size=SMALL)


def _underline(cell: _Cell, indent: float) -> None:
    """The line beneath the last paragraph of a cell; ``indent`` in centimetres on both sides."""
    paragraph = write(cell, "", size=4)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Cm(indent)
    paragraph.paragraph_format.space_before = Pt(2)
    top_rule(paragraph)


def name_block(document: DocumentObject, about: str, addressee: str) -> None:
    """BÁO CÁO, what it is about, and to whom."""
    write(document, "BÁO CÁO", bold=True)
    write(document, line(about), bold=True)
    write(document, "", size=SMALL)
    write(document, f"Kính gửi: {line(addressee)}").paragraph_format.space_after = Pt(10)


def signature(document: DocumentObject, recipients: Sequence[str]) -> None:
    """Recipients on the left; authority, post and name of the signer on the right, for a person to fill."""
    if document.paragraphs:
        document.paragraphs[-1].paragraph_format.keep_with_next = True
    left, right = plain_table(document, (8.0, 8.5))
    head = left.paragraphs[0]
    style_line(head, "Nơi nhận:", bold=True, italic=True, size=SMALL, align=WD_ALIGN_PARAGRAPH.LEFT)
    for text in (*(f"- {line(r)};" for r in recipients), "- Lưu: VT, ….."):
        write(left, text, size=LIST, align=WD_ALIGN_PARAGRAPH.LEFT)
    style_line(right.paragraphs[0], "[TM./KT. …]", bold=True)
    write(right, "[CHỨC VỤ NGƯỜI KÝ]", bold=True)
    for _ in range(4):
        write(right, "")
    write(right, "[Họ và tên]", bold=True)


def annex(document: DocumentObject, number: int | None, title: str, source: str, of: str = "Báo cáo") -> None:
    """The head of an annex, on a new page; the only one has no number. ``of``: what kind of document it goes with."""
    name = "Phụ lục" if number is None else f"Phụ lục {number}"
    write(document, name, bold=True).paragraph_format.page_break_before = True
    write(document, line(title).upper(), bold=True)
    write(document, f"(Kèm theo {of} số:          {source})", italic=True, size=HEAD).paragraph_format.space_after = Pt(
        8
    )


def figures_grid(document: DocumentObject, figures: Sequence[Figure]) -> None:
    """Figures as the agencies wrote them."""
    rows = [(f.clause, f.name, f.agency, f.value, f.unit, f.kind, f.note) for f in figures]
    grid(document, FIGURE_COLUMNS, rows, (2.5, 3.6, 3.2, 1.9, 1.7, 2.0, 1.6))
