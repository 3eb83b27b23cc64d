"""Tình trạng hệ thống: for administrators alone, the doctor's findings, and everything in one file."""

import html
import io
import time
import zipfile

import httpx
import pytest
from docx import Document

from obligations.services.accounts.access import create_account, sign_in_link
from obligations.services.care.doctor import examination
from tests.portal.conftest import Site, token_in


@pytest.fixture
def keeper(site: Site) -> httpx.Client:
    """The sample account of a new installation looks after it too."""
    return site.staff()


def test_the_page_says_what_the_command_says(site: Site, keeper: httpx.Client) -> None:
    shown = html.unescape(keeper.get("/system").text)
    found = examination(site.app.settings, site.now)
    for finding in found.findings:
        assert finding.title in shown
        assert finding.advice in shown
    answer = keeper.get("/system/kiem-tra.docx")
    assert "attachment" in answer.headers["content-disposition"]
    assert len(Document(io.BytesIO(answer.content)).tables[0].rows) == len(found.findings) + 1
    assert keeper.get("/system/kiem-tra.md").text.startswith("# Kết quả kiểm tra hệ thống")
    assert keeper.get("/system/kiem-tra.exe").status_code == 404


def test_everything_is_handed_out_once_and_audited(site: Site, keeper: httpx.Client) -> None:
    token = token_in(keeper.get("/system"))
    answer = keeper.post("/system/export", data={"csrf": token})
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        assert {"00-muc-luc.docx", "luoc-do.json", "SHA256SUMS.txt", "bang/agency.csv"} <= set(packed.namelist())
    until = time.monotonic() + 10
    while (left := list(site.app.settings.files.iterdir())) and time.monotonic() < until:
        time.sleep(0.05)  # it is removed after the last byte went
    assert left == [], "nothing stays on the server"
    said = html.unescape(keeper.get("/audit").text)
    assert "Xuất toàn bộ dữ liệu" in said
    assert keeper.post("/system/export").status_code == 403, "never from another page"


def test_nobody_else_comes_in(site: Site) -> None:
    with site.app.write(site.now, "test") as ctx:
        path = sign_in_link(ctx, create_account(ctx, "lan", "Lan", "lan@stc.example", "coordinator"))
    coordinator = site._through(path)
    assert 'href="/system"' not in coordinator.get("/registers").text
    for path in ("/system", "/system/kiem-tra.md"):
        assert site.client().get(path).status_code == 403, "not even on the machine itself"
        assert coordinator.get(path).status_code == 403
