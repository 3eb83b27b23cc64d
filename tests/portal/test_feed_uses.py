"""Who read a calendar is written down together, once a second; reading never waits for it."""

import logging
from datetime import timedelta

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from models.tables import FeedToken
from obligations.services.feeds.access import issue_token
from portal.feed_uses import FeedUses
from tests.portal.conftest import Site, serve, soon
from tests.statements import statements

AGENCY = "so-tu-phap"


def read_by(site: Site) -> list[str]:
    with site.app.read(site.now) as ctx:
        return list(ctx.session.exec(select(FeedToken.last_user_agent).order_by(FeedToken.id)).all())  # type: ignore[arg-type]


def issued(site: Site, *labels: str) -> list[str]:
    with site.app.write(site.now, "test") as ctx:
        return [issue_token(ctx, AGENCY, label) for label in labels]


def test_a_reading_writes_nothing_and_is_written_down_soon(site: Site) -> None:
    first, second = issued(site, "một", "hai")
    client = site.client()
    with statements(site.app.database, begins="UPDATE") as asked:
        for token in (first, second):
            assert client.get(f"/f/a/{token}/lich.ics", headers={"user-agent": "Thunderbird"}).status_code == 200
        soon(lambda: read_by(site) == ["Thunderbird"] * 2)
    assert len(asked) == 1, "one statement for both"


def test_what_waits_is_written_when_the_process_ends(site: Site) -> None:
    (token,) = issued(site, "một")
    uses = FeedUses(site.app)
    uses.note(token, "Outlook", site.now)
    uses.write()
    uses.note(token, "Google", site.now + timedelta(minutes=59))
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
    uses = FeedUses(site.app)
    uses.note(token, "Outlook", site.now)

    def busy(*_: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setattr("portal.feed_uses.note_uses", busy)
        uses.write()
    assert "uses of 1 calendars" in caplog.text
    uses.write()
    assert read_by(site) == ["Outlook"]
