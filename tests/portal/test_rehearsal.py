"""Pages are opened before the first comes, and nothing is left of it."""

import logging
import re

import pytest
from sqlalchemy import func
from sqlmodel import select

from models.tables import PortalSession
from portal.application import create_app
from portal.rehearsal import rehearse
from tests.portal.conftest import Site
from tests.statements import statements

AGENCY = "so-tu-phap"


def test_what_most_people_open_is_compiled_and_nothing_is_written(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.confirm()
    new = create_app(site.app, lambda: site.now)
    with caplog.at_level(logging.INFO), statements(site.app.database) as asked:
        rehearse(new)
    assert not caplog.records, "every page answered 200"
    for table in ("period", "assignment", "message", "feed_entry", "plan"):
        assert any(re.search(rf'(FROM|JOIN) "?{table}\b', said) for said, _ in asked), table
    assert not [said for said, _ in asked if said.startswith(("UPDATE", "INSERT", "DELETE", "BEGIN IMMEDIATE"))]
    with site.app.read(site.now) as ctx:
        assert ctx.session.exec(select(func.count()).select_from(PortalSession)).one() == 0


def test_an_empty_installation_starts_as_well(empty_site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        rehearse(create_app(empty_site.app, lambda: empty_site.now))
    assert not caplog.records


def test_a_page_that_fails_keeps_nobody_out(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no such page")

    monkeypatch.setattr("portal.routes.staff.dashboard", broken)
    with caplog.at_level(logging.WARNING):
        rehearse(create_app(site.app, lambda: site.now))
    assert "/ answered 500 before the first came" in caplog.text
