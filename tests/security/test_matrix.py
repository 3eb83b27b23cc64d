"""One agency's session on every page and act of an agency, with every id of another's: 404, and never anything else.

The same with the session of one link and every id of another task of the same agency: refused, by a page that says so or by 404. The routes are read off the application, so that a new page is asked too. The mutants take the one condition away that keeps
agencies apart, or tasks; a matrix that did not see it would prove nothing.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import true
from sqlmodel import col, select

from models.tables import (
    AccessLink,
    Agency,
    Attachment,
    Contact,
    FeedToken,
    Message,
    MoreTimeRequest,
    PortalSession,
    Receipt,
    Submission,
)
from obligations.services.accounts import access
from obligations.services.feeds.access import issue_token
from portal.application import create_app
from tests.portal.conftest import PDF, Site, key_in, token_in
from tests.portal.rights import routes_of
from tests.portal.test_requests import asked as asked_now
from tests.portal.test_requests import assignment

MINE, THEIRS = "so-y-te", "so-tu-phap"
FIELDS = {
    "more-time": {"wanted_on": "30/11/2026", "reason": "chờ số liệu"},
    "signing": {"expected_on": "24/11/2026"},
    "dispute": {"reason": "không phải của chúng tôi", "evidence": "12/QĐ-UBND"},
    "recall": {"reason": "nhầm", "submission": "none"},
    "withdraw": {"request": "none"},
    "{number}": {"address": "moi@x.example", "label": "", "reason": "chuyển công tác"},
    "covered": {"by": "so-tai-chinh"},
    "sent-otherwise": {
        "way": "post",
        "document_number": "45/BC-STP",
        "document_on": "18/11/2026",
        "sent_on": "18/11/2026",
    },
    "drop-draft": {},
    "acknowledge": {},
}
OF_THE_AGENCY = ("number", "calendar")
"""Contacts and calendars: every link of the agency reaches them."""
SCOPED = {"/a/{assignment}", "/a/receipts/{submission}", "/attachments/{public_id}"}
"""Routes whose reading rests on ``scope`` alone; the others also ask for the agency's own number."""


def things(site: Site, code: str) -> dict[str, list[str]]:
    """Everything of one agency by the name its id has in an address or a form: report, file, request, contact, calendar."""
    agency = site.agency(code)
    path = f"/a/{site.assignment(code)}"
    page = agency.get(path)
    data = {"csrf": token_in(page), "key": key_in(page), "action": "send", "form": "soft", "note": f"của {code}"}
    assert agency.post(path, data=data, files={"files": ("a.pdf", PDF, "application/pdf")}).status_code == 303
    csrf = {"csrf": token_in(agency.get(path))}
    assert agency.post(f"{path}/more-time", data={**csrf, **FIELDS["more-time"]}).status_code == 303
    with site.app.write(site.now, "test") as ctx:
        issue_token(ctx, code, "lịch")
        own = ctx.session.exec(select(Agency.id).where(Agency.code == code)).one()

        def of(kind: type, column: str = "public_id") -> list[str]:
            query = select(getattr(kind, column)).where(kind.agency_id == own)  # type: ignore[attr-defined]
            return [str(value) for value in ctx.session.exec(query).all()]

        sent = of(Submission)
        files = select(Attachment.public_id).join(Submission, col(Attachment.submission_id) == col(Submission.id))
        asked = select(MoreTimeRequest.public_id).order_by(col(MoreTimeRequest.id).desc())
        return {
            "assignment": [site.assignment(code)],
            "submission": sent,
            "number": of(Contact, "id"),
            "public_id": [
                *ctx.session.exec(files.where(Submission.agency_id == own)).all(),
                *of(Message),
            ],
            "calendar": of(FeedToken),
            "request": [ctx.session.exec(asked).first() or ""],
        }


def asked(
    site: Site, mine: Mapping[str, list[str]], theirs: Mapping[str, list[str]]
) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Method, route, address and form of every question: foreign ids in addresses, and in the forms of one's own pages."""
    for route in routes_of(create_app(site.app)):
        if not route.path.startswith(("/a/", "/attachments/")) or "{" not in route.path:
            continue
        (name,) = re.findall(r"\{(\w+)\}", route.path)
        for foreign in (*theirs.get(name, []), *theirs.get("calendar" if name == "public_id" else "", [])):
            for method in sorted(route.methods - {"HEAD"}):
                yield (
                    method,
                    route.path,
                    route.path.replace(f"{{{name}}}", foreign),
                    FIELDS.get(route.path.rsplit("/", 1)[1], {}),
                )
    own = f"/a/{mine['assignment'][0]}"
    for act, field in (("recall", "submission"), ("isolate", "submission"), ("more-time/withdraw", "request")):
        for foreign in theirs[field]:
            yield "POST", f"/a/{{assignment}}/{act}", f"{own}/{act}", {field: foreign, "reason": "thử"}


def answers(site: Site) -> list[tuple[str, str, int]]:
    """Method, route and status of every question of one agency about another."""
    theirs, mine = things(site, THEIRS), things(site, MINE)
    return _answers(site, site.agency(MINE), mine, theirs)


def other_task(site: Site) -> tuple[httpx.Client, dict[str, list[str]], dict[str, list[str]]]:
    """A browser that opened the link of an ad-hoc request, that task, and all there is of the agency's report of the year."""
    asked_of = {name: ids for name, ids in things(site, MINE).items() if name not in OF_THE_AGENCY}
    made = asked_now(site, MINE)
    request = assignment(site, made, MINE).public_id
    return site.by_link(MINE, request), {"assignment": [request]}, asked_of


def _answers(
    site: Site, stranger: httpx.Client, mine: Mapping[str, list[str]], theirs: Mapping[str, list[str]]
) -> list[tuple[str, str, int]]:
    csrf = {"csrf": token_in(stranger.get("/a"))}
    return [
        (method, route, _ask(stranger, method, address, {**csrf, **fields}).status_code)
        for method, route, address, fields in asked(site, mine, theirs)
    ]


def _ask(client: httpx.Client, method: str, address: str, fields: dict[str, str]) -> httpx.Response:
    if method == "GET":
        return client.get(address)
    return client.post(address, data={"key": "a-key-of-mine", "action": "send", "form": "nil", **fields})


def traces(site: Site) -> dict[str, object]:
    """What must be as it was when everything was refused."""
    with site.app.read(site.now) as ctx:
        kinds = (Submission, Receipt, Attachment, Contact, FeedToken, MoreTimeRequest, AccessLink)
        rows = {kind.__name__: [row.model_dump() for row in ctx.session.exec(select(kind)).all()] for kind in kinds}
        return {**rows, "sessions": len(ctx.session.exec(select(PortalSession)).all())}


def test_every_foreign_thing_is_not_there(site: Site) -> None:
    site.confirm()
    found = answers(site)
    assert len({route for _, route, _ in found}) >= 14
    assert [row for row in found if row[2] != 404] == []


def test_nothing_of_the_other_changes(site: Site) -> None:
    site.confirm()
    theirs, mine = things(site, THEIRS), things(site, MINE)
    stranger = site.agency(MINE)
    csrf = {"csrf": token_in(stranger.get("/a"))}
    before = traces(site)
    site.now += timedelta(minutes=1)
    for method, _, address, fields in asked(site, mine, theirs):
        _ask(stranger, method, address, {**csrf, **fields})
    assert traces(site) == before


def test_without_the_scope_the_matrix_would_see_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: the condition that keeps agencies apart lets everything through."""
    site.confirm()
    real = access.scope
    for module in list(sys.modules.values()):
        if getattr(module, "scope", None) is real:
            monkeypatch.setattr(module, "scope", lambda *_: true())
    leaking = {route for method, route, status in answers(site) if status == 200}
    assert leaking >= SCOPED, "taking the scope away must show on every page that rests on it"


def test_every_other_task_is_closed_to_the_link_of_one(site: Site) -> None:
    """Reading says which task it is and how to open it; files, acts and everything else are not there."""
    site.confirm()
    stranger, mine, theirs = other_task(site)
    found = _answers(site, stranger, mine, theirs)
    assert len({route for _, route, _ in found}) >= 12
    pages = {route for method, route, status in found if (method, status) == ("GET", 403)}
    assert pages == {route for method, route, _ in found if method == "GET" and route.startswith("/a/")}
    assert [row for row in found if row[2] != (403 if row[0] == "GET" and row[1] in pages else 404)] == []
    assert stranger.get(f"/a/{mine['assignment'][0]}").status_code == 200


def test_nothing_of_the_other_task_changes(site: Site) -> None:
    site.confirm()
    stranger, mine, theirs = other_task(site)
    csrf = {"csrf": token_in(stranger.get("/a"))}
    before = traces(site)
    for method, _, address, fields in asked(site, mine, theirs):
        _ask(stranger, method, address, {**csrf, **fields})
    assert traces(site) == before


def test_without_the_condition_on_tasks_the_matrix_would_see_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second mutant: a link opens whatever is its agency's."""
    site.confirm()
    real = access.opened
    for module in list(sys.modules.values()):
        if getattr(module, "opened", None) is real:
            monkeypatch.setattr(module, "opened", lambda *_: true())
    leaking = {(method, route) for method, route, status in _answers(site, *other_task(site)) if status in (200, 303)}
    assert {route for method, route in leaking if method == "GET"} >= SCOPED
    assert ("POST", "/a/{assignment}/signing") in leaking
