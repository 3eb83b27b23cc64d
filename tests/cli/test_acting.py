"""Commands that act: confirm, tick, feed tokens, contacts, audit."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Dondoc, refused
from tests.plan197 import PLAN, REPORT

Ask = Callable[..., Any]
CONFIRM = ("period", "confirm", PLAN, REPORT, "2026")
DAY = ("--as-of", "2026-11-19T09:00")
NEXT_MORNING = ("--as-of", "2026-11-20T08:00")
HEAD = "agency,audience,channel,address,label,purpose,source\n"


def test_confirm_plans_one_message_for_each_that_owes_and_tick_sends_it_once(home: Path, ask: Ask) -> None:
    codes = [row["code"] for row in ask("agencies", "list", "--on", "2026-11-19") if row["level"] == "commune"][:2]
    done = ask(*CONFIRM, "--received", ", ".join(codes), *DAY)
    assert (done["period"], done["received"]) == ("2026", 2)
    planned = ask("messages", "list", "--limit", "100000")
    assert len(planned) == done["planned"] > 200
    assert max(Counter(row["agency"] for row in planned).values()) == 1
    assert {row["state"] for row in planned} == {"planned"}
    assert not {row["agency"] for row in planned} & set(codes)
    first = ask("tick", *NEXT_MORNING)
    assert first["delivered"]["recorded"] == done["planned"]
    again = ask("tick", *NEXT_MORNING)
    assert set(again["delivered"].values()) == {0}
    assert (again["opened"], again["planned"], again["drafts"], again["feeds_changed"]) == (0, 0, 0, 0)
    report = next(row for row in ask("status", *NEXT_MORNING)["periods"] if row["obligation"] == REPORT)
    assert (report["submitted"], report["awaiting_confirmation"]) == (2, False)


def test_a_confirmation_naming_a_stranger_changes_nothing(home: Path, dondoc: Dondoc, ask: Ask) -> None:
    refused(dondoc(*CONFIRM, "--received", "khong-co", *DAY), "khong-co")
    report = next(row for row in ask("status")["periods"] if row["obligation"] == REPORT)
    assert report["awaiting_confirmation"] is True
    refused(dondoc("period", "confirm", PLAN, REPORT, "1999", *DAY), "1999")


@pytest.mark.parametrize("verb", [("tick",), ("open",), ("chase",), ("deliver",), ("publish",), CONFIRM])
def test_as_of_is_refused_on_a_live_service(
    home: Path, dondoc: Dondoc, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...]
) -> None:
    monkeypatch.delenv("DONDOC_ALLOW_AS_OF")
    before = (home / "dondoc.db").read_bytes()
    refused(dondoc(*verb, *DAY), "DONDOC_ALLOW_AS_OF=1", "simulate")
    assert (home / "dondoc.db").read_bytes() == before


def test_feed_tokens_are_shown_once_and_revoked(home: Path, dondoc: Dondoc, ask: Ask) -> None:
    code = next(row["code"] for row in ask("agencies", "list", "--on", "2026-11-19") if row["level"] == "commune")
    url = ask("feed", "tokens", "issue", code, "--label", "Văn thư")["url"]
    assert url.endswith(f"/{code}.ics")
    secret = url.split("/f/a/")[1].split("/")[0]
    (row,) = [r for r in ask("feed", "tokens", "list") if r["label"] == "Văn thư"]
    assert secret not in json.dumps(ask("feed", "tokens", "list"))
    ask("feed", "tokens", "revoke", row["public_id"])
    (row,) = [r for r in ask("feed", "tokens", "list") if r["label"] == "Văn thư"]
    assert row["revoked_at"]
    refused(dondoc("feed", "tokens", "issue", "khong-co"), "khong-co")
    refused(dondoc("feed", "tokens", "revoke", "khong-co"))


def test_the_trail_is_whole_until_someone_changes_it(home: Path, dondoc: Dondoc, ask: Ask) -> None:
    import pysqlite3

    ask(*CONFIRM, *DAY)
    assert ask("audit", "verify") == {"whole": True, "problems": []}
    lines = [json.loads(line) for line in dondoc("audit", "export").out.splitlines()]
    assert "period.confirmed" in {line["action"] for line in lines}
    with pysqlite3.connect(str(home / "dondoc.db")) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE audit_entry SET actor = 'kẻ khác'")
    broken = dondoc("audit", "verify", "--format", "json")
    assert broken.code == 1
    assert json.loads(broken.out)["problems"]


def test_contacts_are_imported_whole_or_not_at_all(home: Path, dondoc: Dondoc, ask: Ask, tmp_path: Path) -> None:
    code = next(row["code"] for row in ask("agencies", "list", "--on", "2026-11-19") if row["level"] == "commune")
    file = tmp_path / "contacts.csv"
    good = f"{code},clerk,email,vanthu@xa.example,Văn thư,đôn đốc,công văn 1\n"
    file.write_text(HEAD + good + "khong-co,clerk,email,a@b.example,,x,y\n" + f"{code},boss,email,a@b.example,,x,y\n")
    refused(dondoc("contacts", "import", file), "line 3", "khong-co", "line 4", "boss", "Nothing was imported")
    assert "vanthu@xa.example" not in {row["address"] for row in ask("agencies", "list")}
    file.write_text(HEAD + good, encoding="utf-8-sig")
    assert ask("contacts", "import", file)["imported"] == 1
    found = {row["code"]: row["address"] for row in ask("agencies", "list")}
    assert found[code] == "vanthu@xa.example"


def test_contacts_one_by_one_and_by_file(home: Path, dondoc: Dondoc, ask: Ask, tmp_path: Path) -> None:
    code = "so-tu-phap"
    new = ask("contacts", "add", code, "vanthu@stp.example", "--purpose", "đôn đốc", "--source", "danh bạ")["id"]
    (mine,) = [row for row in ask("contacts", "list", "--agency", code) if row["id"] == new]
    assert mine["address"] == "v…@stp.example"
    assert "vanthu@stp.example" in dondoc("contacts", "list", "--agency", code, "--show", "--format", "json").out
    by = ask("contacts", "replace", new, "vt@stp.example", "--reason", "đổi hộp thư")["by"]
    refused(dondoc("contacts", "revive", by, "--reason", "x"), "đang được dùng")
    assert ask("contacts", "remove", by, "--reason", "chuyển công tác") == {"removed": by}
    refused(dondoc("contacts", "remove", by, "--reason", "x"), "no such contact")
    assert code in {row["agency"] for row in ask("contacts", "health") if row["missing"]}
    sheet = tmp_path / "mau.xlsx"
    assert "contacts import" in dondoc("contacts", "template", sheet).out
    done = ask("contacts", "import", sheet, "--dry-run")
    assert (done["imported"], done["without_address"] > 200) == (0, True)
