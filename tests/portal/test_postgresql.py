"""Every page and every reading operation on PostgreSQL: a statement that only SQLite takes would show here."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from obligations.settings import Settings
from portal.application import create_app
from tests.obligations.interface.receiver import HERE
from tests.portal.conftest import Site, adopt, serve
from tests.portal.interface.conftest import V1
from tests.portal.pages import STAFF, World, live
from tests.portal.rights import TOKEN, rights


@pytest.fixture
def office(make_postgresql: Callable[[], str], tmp_path: Path) -> Iterator[Site]:
    """A running portal on PostgreSQL with plan 197."""
    yield from serve(
        Settings(home=tmp_path, database_url=make_postgresql(), secret_key="any", **HERE),
        adopt,  # type: ignore[arg-type]
    )


def test_every_page_and_operation_is_served(office: Site) -> None:
    world = live(office)
    wrong = []
    for shown in {p for several in world.pages.values() for p in several}:
        status = world.clients[shown.who].get(shown.path).status_code
        if status != (404 if "khong-co" in shown.path else shown.status):
            wrong.append((shown, status))
    assert wrong == []
    assert _operations(office, world) == []


def _operations(office: Site, world: World) -> list[tuple[str, int, str]]:
    """Every reading operation that answers neither with something nor with nothing."""
    values = {
        "assignment": office.assignment("so-tu-phap"),
        "public_id": office.period(),
        "code": "so-tu-phap",
        "slug": "x",
        "name": "x.docx",
    }
    asked = "?plan=197-kh-ubnd&from=2026-01-01&to=2026-12-31&year=2026&q=so"
    wrong = []
    for row in rights(create_app(office.app, lambda: office.now)):
        if row.method != "GET" or not row.path.startswith(V1) or row.who == TOKEN:
            continue
        path = re.sub(r"\{(\w+)\}", lambda m: values[m[1]], row.path)
        answer = world.clients[STAFF].get(path + asked)
        if answer.status_code not in (200, 404):
            wrong.append((path, answer.status_code, answer.text[:200]))
    return wrong
