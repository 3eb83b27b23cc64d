"""Who may use which route, read off the application itself. ``python -m tests.portal.rights`` writes docs/rights.md."""

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from obligations.rules.rights import ROLES
from obligations.services.context import open_app
from obligations.settings import Settings
from portal.application import create_app
from portal.asking import NEEDS_NAME, OPEN_PATHS, OPEN_PREFIXES, READING, Having, Scoped, agency, named
from portal.routes.v1.common import own, submitter

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"
OPEN, MEMBER, NAMED, READER = "anybody", "an agency's session", "any account", "any account with a role"
TOKEN = "an agency's token"
LOCAL = "any account with a role; without a name on the machine itself"
HEAD = """# Who may do what

Made by `python -m tests.portal.rights` from the dependencies of the routes; a test walks every route with every role and
compares both with this page.

| role | Vietnamese | for |
|---|---|---|
| `coordinator` | chuyên viên theo dõi, tổng hợp | decides about reports and notices |
| `approver` | lãnh đạo duyệt | approves what goes to leaders |
| `registrar` | văn thư | records what came in and the numbers of letters, nothing else |
| `administrator` | quản trị | accounts, handing over, stopping notices, the trail; reads everything, decides no report |
| `observer` | chỉ xem | reads |

An account may hold several, by itself or for somebody else between two days. `POST /periods/{public_id}/basis` asks for
`coordinator` when the plan alone is to be cited. "Anybody" means that a token, a signature or nothing at all decides.
Below `/api/v1` a token needs the scope in brackets besides the role of its account; reading needs `read`.

| method | path | who |
|---|---|---|
"""


@dataclass(frozen=True, order=True)
class Right:
    """One row. ``roles`` empty unless it is roles that decide."""

    path: str
    method: str
    who: str
    roles: tuple[str, ...] = ()


def rights(site: FastAPI) -> list[Right]:
    """Every method of every route, by path; HEAD is as GET."""
    return sorted({_right(route, method) for route in routes_of(site) for method in route.methods - {"HEAD"}})


def markdown(rows: list[Right]) -> str:
    """The whole page."""
    lines = [f"| {row.method} | `{row.path}` | {row.who} |" for row in rows]
    return HEAD + "\n".join(lines) + "\n"


def routes_of(site: FastAPI) -> Iterator[APIRoute]:
    """Every route of the application, those of included routers too."""

    def walk(items: Any) -> Iterator[APIRoute]:
        for route in items:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                yield from walk(inner.routes)
            elif isinstance(route, APIRoute):
                yield route

    yield from walk(site.routes)


def _right(route: APIRoute, method: str) -> Right:
    path = route.path
    asked = [d for d in _calls(route.dependant) if isinstance(d, Having)]
    if asked:
        assert len(asked) == 1, path
        (having,) = asked
        scope = f" (`{having.scope}`)" if isinstance(having, Scoped) else ""
        return Right(path, method, " or ".join(f"`{role}`" for role in having.roles) + scope, having.roles)
    calls = list(_calls(route.dependant))
    if own in calls or submitter in calls:
        return Right(path, method, TOKEN + (" (`submit`)" if submitter in calls else ""))
    if named in calls:
        return Right(path, method, NAMED)
    if agency in calls:
        return Right(path, method, MEMBER)
    if path in OPEN_PATHS or path.startswith(OPEN_PREFIXES):
        return Right(path, method, OPEN)
    assert method in READING, f"{method} {path} changes something and names no role"
    return Right(path, method, READER if _example(path).startswith(NEEDS_NAME) else LOCAL, ROLES)


def _calls(dependant: Dependant) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def _example(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "x", path)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        app = open_app(Settings(home=Path(home), secret_key="any"))
        PAGE.write_text(markdown(rights(create_app(app))), encoding="utf-8")
        app.close()
    sys.exit(0)
