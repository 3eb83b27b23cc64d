"""No honest file is refused: neither what other programs wrote nor what offices are known to leave in theirs."""

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from starlette.datastructures import UploadFile

from portal.uploads import Checked, check_upload
from tests.security.good_files import GOOD, Good

DATA = sorted(path for path in (Path(__file__).parent / "data").iterdir() if path.suffix != ".md")
BYTES_EACH, BYTES_TOGETHER = 32_000, 500_000


def checked(name: str, content: bytes) -> Checked:
    return check_upload(UploadFile(io.BytesIO(content), size=len(content), filename=name), 20)


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.what)
def test_what_offices_write_is_taken(good: Good) -> None:
    assert checked(good.name, good.make()).borrows == good.borrows


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.name)
def test_what_other_programs_wrote_is_taken(path: Path) -> None:
    assert checked(path.name, path.read_bytes()).name == path.name


def test_the_files_kept_here_are_few_small_and_named() -> None:
    sizes = [path.stat().st_size for path in DATA]
    readme = (DATA[0].parent / "README.md").read_text(encoding="utf-8")
    assert len(DATA) >= 25
    assert max(sizes) < BYTES_EACH
    assert sum(sizes) < BYTES_TOGETHER
    assert [path.name for path in DATA if f"`{path.name}`" not in readme] == []


def _report(paragraphs: int) -> bytes:
    document, buffer = docx.Document(), io.BytesIO()
    for number in range(paragraphs):
        document.add_paragraph(
            f"Đoạn {number}: đã tổ chức {number % 7} hội nghị tuyên truyền, phổ biến giáo dục pháp luật."
        )
    document.save(buffer)
    return buffer.getvalue()


def _table(rows: int) -> bytes:
    book, buffer = openpyxl.Workbook(write_only=True), io.BytesIO()
    page = book.create_sheet()
    for number in range(rows):
        page.append([f"Xã {number}", number, number * 1.5, "x"])
    book.save(buffer)
    return buffer.getvalue()


def _scan(pages: int) -> bytes:
    """A signed file with many pages: objects, streams of noise, links."""
    noise = bytes(range(256)) * 40
    page = b"%d 0 obj\n<< /Length %d /A << /S /URI /URI (https://hungyen.gov.vn) >> >>\nstream\n%s\nendstream\nendobj\n"
    body = b"".join(page % (number, len(noise), noise) for number in range(1, pages + 1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\n%%EOF\n"


@pytest.mark.parametrize(
    ("name", "make", "size"), [("a.docx", _report, 1_000), ("a.xlsx", _table, 4_000), ("a.pdf", _scan, 400)]
)
def test_twice_the_pages_is_about_twice_the_work(name: str, make: Callable[[int], bytes], size: int) -> None:
    small, large = make(size), make(2 * size)
    turns = [(_work(name, small), _work(name, large)) for _ in range(5)]
    assert min(twice for _, twice in turns) <= 2.5 * min(once for once, _ in turns) + 0.02


def _work(name: str, content: bytes) -> float:
    began = time.thread_time()
    checked(name, content)
    return time.thread_time() - began


def test_a_package_of_many_pictures_is_taken() -> None:
    """A report with photographs: stored, not packed again."""
    buffer = io.BytesIO(_report(10))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive:
        types = archive.read("[Content_Types].xml").decode()
        assert 'Extension="jpeg"' in types
        for number in range(200):
            archive.writestr(f"word/media/image{number}.jpeg", b"\xff\xd8\xff" + bytes(5_000))
    assert checked("a.docx", buffer.getvalue()).borrows is False
