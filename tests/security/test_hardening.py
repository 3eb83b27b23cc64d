"""What an attacker, a busy database or a repetition may not do: each once, against the running portal."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pysqlite3
import pytest
from sqlmodel import select

from models.tables import Attachment, IdempotencyKey
from obligations.services.accounts.access import account_by_name, create_account, sign_in_link
from obligations.services.interface.tokens import issue_agency_token
from portal.asking import client_of
from tests.portal.conftest import PDF, Site, key_in, token_in

AGENCY = "so-tu-phap"


def program(site: Site) -> httpx.Client:
    with site.app.write(site.now, "test") as ctx:
        secret = issue_agency_token(ctx, AGENCY, "thử", 90, ["read", "submit"]).secret
    client = site.client()
    client.headers["authorization"] = f"Bearer {secret}"
    return client


def locked(site: Site) -> pysqlite3.Connection:
    """Somebody who holds the database and does not let go."""
    connection = pysqlite3.connect(str(site.app.settings.home / "dondoc.db"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def test_a_locked_database_asks_for_patience_and_keeps_what_was_typed(site: Site) -> None:
    site.confirm()
    staff, page = site.staff(), f"/assignments/{site.assignment(AGENCY)}"
    token, unit = token_in(staff.get(page)), program(site)
    unit.get("/api/v1/own/duties")  # the use of the token is written down now
    holder = locked(site)
    try:
        answer = staff.post(f"{page}/exempt", data={"csrf": token, "reason": "không có nhiệm vụ trong kỳ"})
        asked = unit.post(
            f"/api/v1/own/duties/{site.assignment(AGENCY)}/acknowledge",
            headers={"idempotency-key": "mot-khoa-thu"},
            json={},
        )
    finally:
        holder.close()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "không có nhiệm vụ trong kỳ" in answer.text
    assert (asked.status_code, asked.headers["retry-after"]) == (503, "5")
    assert asked.headers["content-type"] == "application/problem+json"
    assert staff.post(f"{page}/exempt", data={"csrf": token, "reason": "x"}).status_code == 303


@pytest.mark.parametrize(
    ("path", "field"), [("/me/sessions/end", "number"), ("/programs/tokens", "days"), ("/reconcile/record", "sure")]
)
@pytest.mark.parametrize("typed", ["²", "٣", "9" * 40, "-1", "1e3"])
def test_what_only_looks_like_a_number_is_none(site: Site, path: str, field: str, typed: str) -> None:
    staff = site.staff()
    token = token_in(staff.get("/me"))
    assert staff.post(path, data={"csrf": token, field: typed, "name": "x", "kind": "account"}).status_code < 500


def test_an_answer_that_is_kept_gives_no_secret_away(site: Site) -> None:
    site.confirm()
    unit = program(site)
    key = {"idempotency-key": "lich-cua-toi"}
    first = unit.post("/api/v1/own/calendars", json={"label": "máy"}, headers=key)
    again = unit.post("/api/v1/own/calendars", json={"label": "máy"}, headers=key)
    assert (first.status_code, again.json()) == (again.status_code, first.json())
    address = next(value for value in first.json().values() if isinstance(value, str) and "/f/a/" in value)
    token = address.split("/f/a/")[1].split("/")[0].encode()
    with site.app.read(site.now) as ctx:
        assert token not in ctx.session.exec(select(IdempotencyKey.answer)).one().encode()
    assert not any(token in path.read_bytes() for path in site.app.settings.home.rglob("*") if path.is_file())


def test_the_last_hop_counts_where_a_proxy_stands_in_front() -> None:
    class Peer:
        host = "127.0.0.1"

    class Asked:
        client = Peer()

        def __init__(self, *forwarded: str, local: bool = False) -> None:
            self.app = type("A", (), {"state": type("S", (), {"portal": type("P", (), {"is_loopback": local})})})
            self.headers = httpx.Headers([("x-forwarded-for", each) for each in forwarded])
            self.headers.getlist = lambda name: [v for k, v in self.headers.multi_items() if k == name]  # type: ignore[attr-defined]

    assert client_of(Asked("6.6.6.6, 10.1.2.3")) == "10.1.2.3"  # type: ignore[arg-type]
    assert client_of(Asked("6.6.6.6", "10.1.2.3")) == "10.1.2.3"  # type: ignore[arg-type]
    assert client_of(Asked()) == "127.0.0.1"  # type: ignore[arg-type]
    assert client_of(Asked("6.6.6.6", local=True)) == "127.0.0.1", (
        "nothing stands in front: anybody may have written it"
    )  # type: ignore[arg-type]


def test_too_many_wrong_codes_say_how_long_to_wait(site: Site) -> None:
    client = site.client()
    token = token_in(client.get("/s"))
    for _ in range(21):
        answer = client.post("/s", data={"csrf": token, "code": "AAAA-BBBB"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 60


def test_addresses_are_for_those_who_write_to_them(site: Site) -> None:
    site.confirm()
    with site.app.write(site.now, "test") as ctx:
        create_account(ctx, "xem", "Người xem", "xem@x.example", "observer")
        way_in = sign_in_link(ctx, account_by_name(ctx, "xem"))
    coordinator, observer, nobody = site.staff(), site._through(way_in), site.client()
    row = coordinator.get("/api/v1/messages?limit=1").json()[0]
    one, listed = row["public_id"], f"?agency={row['agency_code']}"
    for path in (f"/messages{listed}", f"/api/v1/messages{listed}", f"/messages/{one}", f"/api/v1/messages/{one}"):
        assert row["address"] in coordinator.get(path).text, path
        for other in (observer, nobody):
            assert row["address"] not in other.get(path).text, path


def test_a_repetition_leaves_no_second_file(site: Site) -> None:
    site.confirm()
    agency, unit = site.agency(AGENCY), program(site)
    path = f"/a/{site.assignment(AGENCY)}"
    page = agency.get(path)
    data = {"csrf": token_in(page), "key": key_in(page), "action": "send", "form": "soft", "note": "một"}
    for _ in range(3):
        assert agency.post(path, data=data, files={"files": ("a.pdf", PDF, "application/pdf")}).status_code == 303
    for _ in range(3):
        unit.post(
            f"/api/v1/own/duties/{site.assignment(AGENCY)}/submissions",
            data={"report": '{"form": "soft", "nil_rest": true}'},
            files={"files": ("b.pdf", PDF + b"x", "application/pdf")},
            headers={"idempotency-key": "mot-khoa-thu"},
        ).raise_for_status()
    with site.app.read(site.now) as ctx:
        known = set(ctx.session.exec(select(Attachment.stored_as)).all())
    assert {each.name for each in site.app.settings.files.iterdir()} == known
    assert len(known) == 2


def test_a_nul_is_no_text(site: Site) -> None:
    site.confirm()
    unit = program(site)
    answer = unit.post(
        f"/api/v1/own/duties/{site.assignment(AGENCY)}/more-time",
        json={"wanted_on": "2026-11-30", "reason": "a\x00b"},
        headers={"idempotency-key": "mot-khoa-thu"},
    )
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:dondoc:problem:invalid")


def test_what_is_written_is_for_its_own_account_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {**os.environ, "DONDOC_HOME": str(home)}
    subprocess.run(
        [sys.executable, "-m", "cli.main", "plan", "apply", "plans/files/197-kh-ubnd.yaml"],
        env=environment,
        check=False,
        capture_output=True,
    )
    made = [home, *home.rglob("*")]
    assert any(path.name == "dondoc.db" for path in made)
    assert [path for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
