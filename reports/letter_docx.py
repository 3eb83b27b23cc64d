"""A công văn as .docx in the layout of Nghị định 30/2020/NĐ-CP: number, day and signer left for people."""

from dataclasses import dataclass
from datetime import datetime

from docx.shared import Pt

from reports.blocks import BLANK_DAY, annex, letterhead, signature
from reports.cleaning import line
from reports.layout import body, finish, grid, new_document, write

ANNEX = (("TT", 1.0), ("Báo cáo, nhiệm vụ", 6.0), ("Vị trí trong văn bản", 3.3), ("Thời hạn", 3.7), ("Tình trạng", 2.5))


@dataclass(frozen=True)
class Letter:
    """One letter. ``rows`` are the annex, under ``columns`` after the number: to one body what it owes, to many who is late.

    ``as_of`` aware; equal letters of one moment give equal bytes.
    """

    issuer_parent: str
    issuer: str
    issuer_code: str
    place: str
    about: str
    addressee: str
    paragraphs: tuple[str, ...]
    annex_title: str
    rows: tuple[tuple[str, ...], ...]
    as_of: datetime
    columns: tuple[tuple[str, float], ...] = ANNEX
    """Heading and width in centimetres of each."""


def render_letter_docx(letter: Letter) -> bytes:
    """The file's bytes."""
    document = new_document(letter.about, letter.issuer, letter.as_of)
    letterhead(document, letter.issuer_parent, letter.issuer, letter.issuer_code, letter.place, about=letter.about)
    write(document, f"Kính gửi: {line(letter.addressee)}").paragraph_format.space_after = Pt(10)
    for text in letter.paragraphs:
        body(document, text)
    signature(document, ("Như trên",))
    source = f"/{line(letter.issuer_code)}-…. {BLANK_DAY.strip()}          của {line(letter.issuer)}"
    annex(document, None, letter.annex_title, source, "Công văn")
    names, widths = [name for name, _ in letter.columns], [width for _, width in letter.columns]
    grid(document, names, [(str(n), *(line(cell) for cell in row)) for n, row in enumerate(letter.rows, 1)], widths)
    return finish(document, letter.as_of)
