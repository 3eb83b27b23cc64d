"""What was in use is written down together, once a second; reading never waits for it."""

import logging
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from models.tables import FeedToken, PortalSession
from obligations.services.accounts.sessions import keep_awake
from obligations.services.feeds.access import FeedUse, issue_token, note_uses
from portal.uses import Uses
from tests.portal.conftest import Site, serve, soon
from tests.statements import statements

AGENCY = "so-tu-phap"


def read_by(site: Site) -> list[str]:
    with site.app.read(site.now) as ctx:
        return list(ctx.session.exec(select(FeedToken.last_user_agent).order_by(FeedToken.id)).all())  # type: ignore[arg-type]


def seen(site: Site) -> list[datetime | None]:
    with site.app.read(site.now) as ctx:
        return list(ctx.session.exec(select(PortalSession.seen_at)).all())


def issued(site: Site, *labels: str) -> list[str]:
    with site.app.write(site.now, "test") as ctx:
        return [issue_token(ctx, AGENCY, label) for label in labels]


def test_a_reading_is_written_down_soon(site: Site) -> None:
    first, second = issued(site, "một", "hai")
    client = site.client()
    for token in (first, second):
        assert client.get(f"/f/a/{token}/lich.ics", headers={"user-agent": "Thunderbird"}).status_code == 200
    soon(lambda: read_by(site) == ["Thunderbird"] * 2)


def test_a_session_in_use_is_written_down_soon(site: Site) -> None:
    client = site.staff()
    site.now += timedelta(minutes=5)
    assert client.get("/").status_code == 200
    soon(lambda: seen(site) == [site.now])


def test_all_that_waits_is_one_transaction(site: Site) -> None:
    tokens = issued(site, "một", "hai")
    site.staff()
    with site.app.read(site.now) as ctx:
        (session,) = ctx.session.exec(select(PortalSession.id)).all()
    uses = Uses(site.app, lambda: site.now)
    for token in tokens:
        uses.note(note_uses, token, FeedUse(site.now, "Thunderbird"))
    for minutes in (1, 2):
        uses.note(keep_awake, session, site.now + timedelta(minutes=minutes))
    with statements(site.app.database, begins="BEGIN") as begun:
        uses.write()
        uses.write()
    assert len(begun) == 1
    assert (read_by(site), seen(site)) == (["Thunderbird"] * 2, [site.now + timedelta(minutes=2)])


def test_what_waits_is_written_when_the_process_ends(site: Site) -> None:
    (token,) = issued(site, "một")
    uses = Uses(site.app, lambda: site.now)
    uses.note(note_uses, token, FeedUse(site.now, "Outlook"))
    uses.write()
    uses.note(note_uses, token, FeedUse(site.now + timedelta(minutes=59), "Google"))
    uses.write()
    assert read_by(site) == ["Outlook"], "at most once an hour"
    for other in serve(site.app.settings, lambda _app: None):
        other.now = site.now + timedelta(hours=2)
        assert httpx.get(f"{other.url}/f/a/{token}/lich.ics", headers={"user-agent": "Apple"}).status_code == 200
    assert read_by(site) == ["Apple"]


def test_a_busy_database_keeps_what_waits(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (token,) = issued(site, "một")
    uses = Uses(site.app, lambda: site.now)
    uses.note(note_uses, token, FeedUse(site.now, "Outlook"))

    def busy(*_: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setattr("obligations.services.context.App.write", busy)
        uses.write()
    assert "with the next ones" in caplog.text
    uses.note(note_uses, "x" * 43, FeedUse(site.now, "Google"))
    uses.write()
    assert read_by(site) == ["Outlook"]
