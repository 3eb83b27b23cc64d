"""What the doctor says is filed: Vietnamese, dated, with what runs; programs read stable keys."""

import ast
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document

from obligations.errors import Refused
from obligations.services.care.doctor import examination, examine
from obligations.services.care.document import findings_page, render_page
from obligations.services.care.finding import Finding, verdict
from obligations.services.care.remembered import BACKUP, DRILL, remember
from obligations.services.context import App
from tests.plan197 import HANOI, hanoi

ROOT = Path(__file__).parents[3]
NOW = hanoi(2026, 11, 19, 9)


def test_every_finding_is_a_vietnamese_sentence_with_a_key_of_its_own(app: App) -> None:
    app.settings.home.mkdir(exist_ok=True)
    found = examine(app.settings, NOW, deploy=True)
    keys = [f.what for f in found]
    assert len(keys) == len(set(keys))
    assert {"clock", "SQLite", "home", "disk", "schema", "audit trail", "base url", "landline"} <= set(keys)
    assert len({f.code for f in found}) == len(found)
    assert all(re.fullmatch(r"[a-z0-9_]+_(ok|[a-z]+)", f.code) for f in found)
    assert all(f.code.endswith("_ok") == (f.state == "ok") for f in found)
    assert "prefect_password" in keys
    assert all(f.what.isascii() and f.title and f.detail for f in found)
    assert all(bool(f.advice) == (f.state != "ok") for f in found)
    assert all(f.ok == (f.state != "problem") for f in found)


def test_every_code_stands_in_the_documentation() -> None:
    page, codes = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), set()
    sources = [*(ROOT / "obligations/services/care").glob("*.py"), ROOT / "obligations/services/care/accounts.py"]
    for source in sources:
        for call in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "Finding.seen"):
                continue
            given = {k.arg: k.value for k in call.keywords}
            assert ("well" in given) == ("reason" in given), ast.unparse(call)
            what = call.args[0]
            if "reason" in given and isinstance(what, ast.Constant):
                words = [n.value for n in ast.walk(given["reason"]) if isinstance(n, ast.Constant)]
                codes |= {re.sub("[^a-z0-9]+", "_", f"{what.value} {word}".lower()) for word in words}
    assert len(codes) > 25
    assert sorted(code for code in codes if f"`{code}`" not in page) == []


def test_nothing_secret_is_said(app: App) -> None:
    settings = app.settings.model_copy(update={"mail_url": "vnmail://u:mat-khau-thu@127.0.0.1:9/?from=a@x.example"})
    found = examination(settings, NOW, deploy=True)
    said = str(found)
    assert "mat-khau-thu" not in said
    assert str(settings.secret_key) not in said


def test_the_page_names_what_runs_and_what_is_to_be_done(app: App) -> None:
    found = examination(app.settings, NOW, deploy=True)
    page = findings_page(
        "Kết quả kiểm tra hệ thống", "Sở Tài chính", found.about, found.findings, NOW.astimezone(HANOI)
    )
    text = render_page(page, "kiem-tra.md").decode()
    for said in (
        "Lập lúc: 09:00 ngày 19/11/2026",
        "Phiên bản dondoc",
        "Python",
        "SQLite",
        "fastapi",
        verdict(found.findings),
    ):
        assert said.replace("_", r"\_") in text
    assert "| Không đạt | http://127.0.0.1:8000 | đặt DONDOC\\_BASE\\_URL" in text
    document = Document(io.BytesIO(render_page(page, "kiem-tra.docx")))
    assert len(document.tables[0].rows) == len(found.findings) + 1
    assert render_page(page, "a.docx") == render_page(page, "b.docx")
    with pytest.raises(Refused, match=r"\.docx hoặc \.md"):
        render_page(page, "kiem-tra.pdf")


def test_the_verdict_counts() -> None:
    well = Finding.seen("a", "A", "tốt")
    wrong = Finding.seen("b", "B", "hỏng", well=False, advice="sửa")
    odd = Finding.seen("c", "C", "lạ", well=False, warns=True, advice="xem")
    assert verdict([well, wrong, well, odd]) == "02 nội dung đạt, 01 nội dung cần lưu ý, 01 nội dung không đạt"
    assert [f.ok for f in (well, wrong, odd)] == [True, False, True]


def test_old_backups_and_drills_are_warned_of_and_fail_nothing(app: App) -> None:
    with app.write(NOW, "cli:quan-tri") as ctx:
        remember(ctx, BACKUP, "/b/dondoc-1.tar.gz", "/b")
        remember(ctx, DRILL, "/b/dondoc-1.tar.gz", "/b")

    def states(days: int) -> list[str]:
        found = {f.what: f.state for f in examine(app.settings, NOW + timedelta(days=days))}
        return [found[name] for name in ("backup", "restore drill")]

    assert states(1) == ["ok", "ok"]
    assert states(3) == ["warning", "ok"]
    assert states(91) == ["warning", "warning"]
