"""``dondoc request``: shown first, made once, listed, called after, taken back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cli.conftest import Dondoc, refused

Ask = Callable[..., Any]
NOW = ("--as-of", "2026-11-23T15:10")
WORDS = ("--to", "so-y-te,so-tu-phap", "--content", "Báo cáo nhanh thiệt hại do mưa lũ", "--urgency", "hoa-toc")
TOMORROW = ("--by", "trước 10h sáng mai")


def test_a_dry_run_shows_text_agencies_and_every_moment(home: Path, dondoc: Dondoc, ask: Ask) -> None:
    before = (home / "dondoc.db").read_bytes()
    shown = ask("request", *WORDS, *TOMORROW, "--dry-run", *NOW)
    assert shown["requested"]["due_at"] == "2026-11-24T10:00:00+07:00"
    assert shown["subject"].startswith("Hỏa tốc: Báo cáo nhanh thiệt hại do mưa lũ, trước 10h00 ngày 24/11/2026")
    assert [(r["code"], r["at"][8:16]) for r in shown["reminders"]][:3] == [
        ("H-8", "23T21:30"),
        ("H-4", "24T06:00"),
        ("H-2", "24T08:00"),
    ]
    printed = dondoc("request", *WORDS, *TOMORROW, "--dry-run", *NOW).out
    assert "Gửi lúc 15:10 23/11/2026 đến 2 cơ quan, đơn vị; thời hạn 10:00 24/11/2026" in printed
    assert "  21:30 23/11/2026  nhắc trước hạn 08 giờ" in printed
    assert "Sở Y tế <vanthu.so-y-te@hungyen.example>" in printed
    assert "Mức độ khẩn: Hỏa tốc" in printed
    assert ask("request", "list") == []
    assert ask("messages", "list") == []
    assert len(before) == len((home / "dondoc.db").read_bytes())


def test_made_once_told_at_once_called_after_and_taken_back(home: Path, dondoc: Dondoc, ask: Ask) -> None:
    made = ask("request", *WORDS, *TOMORROW, "--document", "12/STC-DN, 23/11/2026", *NOW)
    again = ask("request", *WORDS, *TOMORROW, "--document", "12/STC-DN, 23/11/2026", *NOW)
    assert (made["slug"], made["agencies"], made["replayed"]) == ("dn-2026-00001", 2, False)
    assert (again["slug"], again["replayed"]) == (made["slug"], True)
    assert [(m["kind"], m["state"]) for m in ask("messages", "list")] == [("request", "recorded")] * 2
    (row,) = ask("request", "list")
    assert (row["urgency"], row["agencies"], row["waiting"]) == ("Hỏa tốc", 2, 2)
    assert [r["code"] for r in ask("request", "calls", made["slug"], *NOW)] == ["so-tu-phap", "so-y-te"]
    done = ask("request", "cancel", made["slug"], "--reason", "Đã có số liệu", *NOW)
    assert (done["stopped"], done["told"]) == (0, 2)
    assert ask("request", "calls", made["slug"], *NOW) == []
    refused(dondoc("request", "cancel", made["slug"], "--reason", "lần nữa", *NOW), "kết thúc")
    assert ask("audit", "verify")["whole"] is True


def test_what_is_unclear_or_missing_is_refused(home: Path, dondoc: Dondoc, ask: Ask) -> None:
    refused(dondoc("request", *WORDS, "--by", "sáng mai", *NOW), "chưa rõ giờ")
    refused(dondoc("request", *WORDS, "--by", "3h mai", *NOW), "sáng hay chiều")
    refused(dondoc("request", *WORDS, "--by", "2026-11-23T10:00", *NOW), "đã qua")
    refused(dondoc("request", *WORDS, *TOMORROW, "--document", "12/STC-DN", *NOW), "số, ký hiệu và ngày")
    refused(dondoc("request", "--to", "so-y-tee", "--content", "x", *TOMORROW, *NOW), "so-y-te")
    refused(dondoc("request", "calls", "197-kh-ubnd"), "request list")
    missing = dondoc("request", "--to", "so-y-te", *NOW)
    assert (missing.code, "--content, --by" in missing.err) == (2, True)
    assert dondoc("request", *WORDS, *TOMORROW, "--urgency", "gap", *NOW).code == 2
    assert ask("request", "list") == []


def test_a_simulation_shows_its_reminders_at_their_hours(home: Path, ask: Ask) -> None:
    ask("request", *WORDS, *TOMORROW, *NOW)
    rows = ask("simulate", "--from", "2026-11-23", "--to", "2026-11-24")
    times = [(row["at"][8:16], row["kind"]) for row in rows if row["agency"] == "so-y-te"]
    assert times == [
        ("23T15:10", "request"),
        ("23T21:30", "request_reminder"),
        ("24T06:00", "request_reminder"),
        ("24T08:00", "request_reminder"),
        ("24T09:00", "request_reminder"),
        ("24T11:00", "request_overdue"),
        ("24T12:00", "request_overdue"),
        ("24T14:00", "request_overdue"),
    ]
    later = ask("simulate", "--from", "2026-11-24", "--to", "2026-11-24")
    assert [row["at"][8:16] for row in later if row["agency"] == "so-y-te"] == [at for at, _ in times[2:]]
