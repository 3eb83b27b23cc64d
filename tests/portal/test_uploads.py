"""Which files are taken, tried through the form itself."""

import io
import socket
import zipfile
from collections.abc import Callable

import pytest
from sqlmodel import select

from models.tables import Attachment, Submission
from portal import texts_vi as texts
from portal.uploads import clean_name
from tests.portal.conftest import LATE, PDF, Site, key_in, token_in
from tests.security.corpus import SHEET_TYPE, WORD_TYPE, types
from tests.security.corpus import package as whole
from tests.security.good_files import excel_linked

AGENCY = "so-tu-phap"
WORD, SHEET = types(), types(SHEET_TYPE)


def package(types: bytes = WORD, **parts: bytes) -> bytes:
    return whole(parts, head=types, main=SHEET_TYPE if types == SHEET else WORD_TYPE)


def symlink() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", WORD)
        link = zipfile.ZipInfo("word/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def many_entries() -> bytes:
    return package(WORD, **{f"word/{n}.xml": b"" for n in range(2001)})


BAD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "an executable renamed": ("bao-cao.pdf", lambda: b"MZ\x90\x00" + b"\0" * 100),
    "a script": ("bao-cao.js", lambda: b"alert(1)"),
    "html called pdf": ("bao-cao.pdf", lambda: b"<html><script>alert(1)</script>"),
    "pdf after junk": ("bao-cao.pdf", lambda: b"junk" + PDF),
    "pdf that runs script": ("bao-cao.pdf", lambda: PDF + b"<< /S /JavaScript /JS (app.alert) >>"),
    "pdf that starts a program": ("bao-cao.pdf", lambda: PDF + b"x" * 70000 + b"<< /S /Launch >>"),
    "a macro document": ("bao-cao.docm", package),
    "a macro document renamed": ("bao-cao.docx", lambda: package(WORD, **{"word/vbaProject.bin": b"x"})),
    "macro content type": (
        "bao-cao.docx",
        lambda: package(WORD.replace(b"document.main", b"document.macroEnabled.main")),
    ),
    "a sheet called docx": ("bao-cao.docx", lambda: package(SHEET)),
    "a plain zip called xlsx": ("so-lieu.xlsx", lambda: package(b"<Types/>")),
    "an old doc called docx": ("bao-cao.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "a bomb": ("bao-cao.docx", lambda: package(WORD, **{"word/document.xml": b"\0" * (30 << 20)})),
    "too many entries": ("bao-cao.docx", many_entries),
    "a path that climbs": ("bao-cao.docx", lambda: package(WORD, **{"../../etc/cron.d/x": b"x"})),
    "an absolute path": ("bao-cao.docx", lambda: package(WORD, **{"/etc/passwd": b"x"})),
    "a link": ("bao-cao.docx", symlink),
    "a nested archive": ("bao-cao.docx", lambda: package(WORD, **{"word/inner.zip": package()})),
    "entities": ("bao-cao.docx", lambda: package(b'<!DOCTYPE x [<!ENTITY a "b">]>' + WORD)),
    "a broken package": ("bao-cao.docx", lambda: package()[:60]),
    "an empty file": ("bao-cao.pdf", lambda: b""),
    "no suffix": ("bao-cao", lambda: PDF),
    "a hidden second suffix": ("bao-cao\u202efdp.exe", lambda: PDF),
}


def post(site: Site, name: str, content: bytes) -> int:
    member = site.agency(AGENCY)
    path = f"/a/{site.assignment(AGENCY)}"
    page = member.get(path)
    data = {"csrf": token_in(page), "key": key_in(page), "form": "soft", "note": "giữ lại khi lỗi"}
    response = member.post(path, data=data, files={"files": (name, content, "application/pdf")})
    if response.status_code == 422:
        assert "giữ lại khi lỗi" in response.text
    return response.status_code


def test_no_bad_file_is_taken_and_nothing_is_left(site: Site) -> None:
    site.confirm()
    taken = {what: post(site, name, make()) for what, (name, make) in BAD.items()}
    assert {what: status for what, status in taken.items() if status != 422} == {}
    with site.app.read(LATE) as ctx:
        assert ctx.session.exec(select(Submission)).all() == []
    folder = site.app.settings.files
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Báo cáo số 45.pdf", PDF),
        ("BAO CAO.DOCX", package(WORD, **{"word/document.xml": b"<w/>"})),
        ("số liệu.xlsx", package(SHEET, **{"xl/workbook.xml": b"<w/>"})),
        ("../../etc/" + "đ" * 300 + ".pdf", PDF),
    ],
)
def test_good_files_are_kept_under_random_names(site: Site, name: str, content: bytes) -> None:
    site.confirm()
    assert post(site, name, content) == 303
    with site.app.read(LATE) as ctx:
        row = ctx.session.exec(select(Attachment)).one()
    assert "/" not in row.file_name
    assert len(row.file_name) < 200
    assert (site.app.settings.files / row.stored_as).read_bytes() == content
    download = site.staff().get(f"/attachments/{row.public_id}")
    assert download.content == content
    assert download.headers["content-disposition"].startswith("attachment; filename=")
    assert download.headers["content-security-policy"].startswith("sandbox")
    assert download.headers["x-content-type-options"] == "nosniff"


def test_a_file_that_shows_another_ones_figures_says_so_to_who_reads_it(site: Site) -> None:
    site.confirm()
    assert post(site, "so-lieu.xlsx", excel_linked()) == 303
    said = texts.BORROWS
    assert said in site.staff().get(f"/assignments/{site.assignment(AGENCY)}").text
    assert said in site.agency(AGENCY).get(f"/a/{site.assignment(AGENCY)}").text


def test_a_file_without_such_figures_says_nothing(site: Site) -> None:
    site.confirm()
    assert post(site, "bao-cao.pdf", PDF) == 303
    assert texts.BORROWS not in site.staff().get(f"/assignments/{site.assignment(AGENCY)}").text


def test_one_bad_file_among_good_ones_keeps_none(site: Site) -> None:
    site.confirm()
    member = site.agency(AGENCY)
    path = f"/a/{site.assignment(AGENCY)}"
    page = member.get(path)
    data = {"csrf": token_in(page), "key": key_in(page), "form": "soft"}
    files = [("files", ("a.pdf", PDF, "application/pdf")), ("files", ("b.pdf", b"no", "application/pdf"))]
    assert member.post(path, data=data, files=files).status_code == 422
    assert not site.app.settings.files.exists()


def test_a_file_over_the_limit_and_a_body_over_all_limits(site: Site) -> None:
    site.confirm()
    limit = site.app.settings.upload_limit_mb << 20
    assert post(site, "to.pdf", PDF + b"\0" * limit) == 422
    with socket.create_connection(("127.0.0.1", int(site.url.rpartition(":")[2]))) as raw:
        raw.sendall(b"POST /logout HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1099511627776\r\n\r\n")
        assert raw.recv(64).startswith(b"HTTP/1.1 413")
    chunks = (b"x" * (1 << 16) for _ in range(40))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert site.client().post("/logout", content=chunks, headers=kind).status_code == 413


def test_names_keep_their_letters_and_lose_what_hides() -> None:
    assert clean_name("C:\\tmp\\Báo cáo.PDF") == "Báo cáo.pdf"
    assert clean_name("a\u202efdp.exe\x00") == "afdp.exe"
    assert clean_name("..") == "tep"
    assert clean_name(".pdf") == "tep.pdf"
    assert clean_name("Ba\u0301o.pdf") == "Báo.pdf"
