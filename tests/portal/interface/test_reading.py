"""Going through lists, and the reach of every operation by every kind of token."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from models.alphabet import fold
from models.enums import AssignmentState, BatchState
from models.tables import Agency, Assignment, NoticeBatch
from obligations.services.accounts.access import Actor
from obligations.services.accounts.people import create_account
from obligations.services.asks.more_time import ask_more_time
from obligations.services.chasing.pauses import pause, resume
from obligations.services.context import Context
from obligations.services.feeds.access import issue_token
from obligations.services.interface.tokens import issue_token as issue_api_token
from obligations.services.requests.draft import RequestDraft
from obligations.services.requests.report import request_report
from portal.application import create_app
from tests.portal.conftest import PDF, Site
from tests.portal.interface.conftest import Program, Programs, problem
from tests.portal.rights import TOKEN, rights, routes_of

MINE, THEIRS = "so-tu-phap", "so-y-te"
NEXT = re.compile(r'<([^>]+)>; rel="next"')
LISTS: dict[str, dict[str, Any]] = {
    "/periods": {},
    "/messages": {},
    "/agencies": {},
    "/contacts": {},
    "/feeds": {},
    "/audit": {},
    "/requests": {},
    "/batches": {"everything": True},
    "/asks": {},
    "/pauses": {"everything": True},
    "/holidays": {"year": 2026},
}


def walked(program: Program, path: str, **params: Any) -> Iterator[list[dict[str, Any]]]:
    answer = program.get(path, **params)
    while True:
        assert answer.status_code == 200, answer.text
        yield answer.json()
        onward = NEXT.search(answer.headers.get("link", ""))
        if onward is None:
            return
        answer = program.get(onward[1])


@pytest.mark.parametrize("path", LISTS)
def test_a_walk_shows_every_row_once(site: Site, programs: Programs, path: str) -> None:
    site.confirm()
    with site.app.write(site.now, "test") as ctx:
        for number in range(3):
            _one_more_of_each(ctx, number)
    office, asked = programs(), LISTS[path]
    whole = [row for rows in walked(office, path, limit=200, **asked) for row in rows]
    small = list(walked(office, path, limit=max(len(whole) // 4, 1), **asked))
    assert len(small) >= 2
    if path == "/audit":  # its own reading writes nothing, but the use of a token may be noted in between
        whole, small = whole[-50:], [[row for rows in small for row in rows][-50:]]
    assert [row for rows in small for row in rows] == whole
    assert len({str(sorted(row.items(), key=str)) for row in whole}) == len(whole)


def _one_more_of_each(ctx: Context, number: int) -> None:
    """Of what a fresh portal has none."""
    issue_token(ctx, MINE, f"máy {number}")
    due_at = ctx.as_of + timedelta(days=1, minutes=number)
    request_report(ctx, RequestDraft(to=(MINE,), content="Báo cáo nhanh", due_at=due_at, key=f"lần {number}"))
    decided = {"decided_at": ctx.as_of, "decided_by": "cv", "state": BatchState.stopped}
    ctx.session.add(NoticeBatch(key=f"overdue:{number}:0", shown_at=ctx.as_of, goes_at=ctx.as_of, **decided))
    query = select(Assignment, Agency).join(Agency, col(Assignment.agency_id) == Agency.id)
    owed = query.where(Assignment.state == AssignmentState.open).order_by(col(Assignment.id)).offset(number).limit(1)
    duty, agency = ctx.session.exec(owed).one()
    who = Actor(f"agency:{agency.code}", agency.name, "", agency_id=agency.id)
    ask_more_time(ctx, who, duty.public_id, ctx.today + timedelta(days=9), "Chờ số liệu")
    pause(ctx, "bảo trì")
    resume(ctx, "xong")


def test_a_list_keeps_its_question_from_page_to_page(site: Site, programs: Programs) -> None:
    site.confirm()
    rows = [row for rows in walked(programs(), "/messages", state="planned", agency="Sở", limit=5) for row in rows]
    assert len(rows) > 5
    assert {row["state"] for row in rows} == {"planned"}
    assert all("so" in fold(row["agency"]) for row in rows), "with or without marks"


def test_a_cursor_is_only_what_was_given(site: Site, programs: Programs) -> None:
    site.confirm()
    office = programs()
    for cursor in ("x", "%%", "AAAA", "LTE", "é", "x" * 301):
        assert office.get("/messages", cursor=cursor).status_code == 422
    problem(office.get("/messages", cursor="x"), 422, "cursor")
    problem(office.get("/agencies", cursor="a2hvbmctY28"), 410, "cursor-gone")
    assert office.get("/messages", limit=0).status_code == 422
    assert office.get("/messages", limit=201).status_code == 422


def own_of(program: Program, site: Site, code: str) -> dict[str, str]:
    """An id of each kind of thing that an agency has, by the name of the parameter."""
    at = f"/own/duties/{site.assignment(code)}"
    file = [("files", ("a.pdf", PDF, "application/pdf"))]
    made = program.post(f"{at}/submissions", files=file, report={"form": "soft", "nil_rest": True})
    receipt = program.get(f"/own/receipts/{made.json()['public_id']}").json()
    program.post("/own/calendars", {"label": "máy"})
    return {
        "assignment": site.assignment(code),
        "submission": made.json()["public_id"],
        "attachment": receipt["version"]["files"][0]["public_id"],
        "calendar": program.get("/own/calendars").json()["uses"][0]["public_id"],
        "number": str(program.get("/own/contacts").json()[0]["id"]),
    }


BODIES: dict[str, Any] = {
    "more-time": {"wanted_on": "2026-11-30", "reason": "x"},
    "signing": {"expected_on": "2026-11-24"},
    "covered": {"by": "so-tai-chinh"},
    "sent-otherwise": {"document_number": "1/BC", "document_on": "2026-11-02", "way": "post", "sent_on": "2026-11-02"},
    "dispute": {"reason": "x", "evidence": "12/QĐ"},
    "joint": {"submission": "x"},
    "recall": {"reason": "x"},
    "replace": {"address": "moi@x.example", "reason": "x"},
}


def test_the_things_of_another_agency_are_not_there(site: Site, programs: Programs) -> None:
    """Every operation of an agency's token, read off the description, asked with its own ids and with another's."""
    site.confirm()
    me, them = programs(agency=MINE), programs(agency=THEIRS)
    mine, theirs = own_of(me, site, MINE), own_of(them, site, THEIRS)
    asked = them.post(f"/own/duties/{theirs['assignment']}/more-time", BODIES["more-time"])
    theirs["ask"] = asked.json().get("id", "")
    described = site.client().get("/api/openapi.json").json()["paths"]
    tried = 0
    for path, methods in described.items():
        if "/own/" not in path or "{" not in path:
            continue
        names = {"{public_id}": "attachment" if "attachments" in path else "calendar"}
        foreign = re.sub(r"\{(\w+)\}", lambda m: theirs[names.get(m[0], m[1])], path)  # noqa: B023
        for method in methods:
            end = path.rsplit("/", 1)[1]
            if end == "submissions":
                answer = me.post(foreign, report={"form": "soft", "nil_rest": True})
            elif method == "get":
                answer = me.get(foreign)
                own = re.sub(r"\{(\w+)\}", lambda m: mine[names.get(m[0], m[1])], path)  # noqa: B023
                assert me.get(own).status_code == 200, own
            else:
                answer = me.post(foreign, BODIES.get(end))
            problem(answer, 404, "not-found")
            tried += 1
    assert tried >= 12
    seen = me.get("/own/everything").text + me.get("/own/duties").text + me.get("/own/contacts").text
    assert not [value for name, value in theirs.items() if name != "number" and value and value in seen]


def test_every_operation_keeps_to_its_scope_and_its_kind_of_token(site: Site, programs: Programs) -> None:
    site.confirm()
    reader, unit = programs("read"), programs(agency=MINE)
    silent = programs("submit", agency=MINE)
    with site.app.write(site.now, "test") as ctx:
        create_account(ctx, "xem", "Người xem", "xem@x.example", "observer")
        observer = issue_api_token(ctx, "xem", "chỉ xem", 90, ["read", "review", "record", "send", "manage"])
    watching = Program(site.client(), observer.secret)
    wrong = []
    for path, methods in site.client().get("/api/openapi.json").json()["paths"].items():
        for method in methods:
            at, own = path.replace("{number}", "1"), "/own/" in path
            at = re.sub(r"\{\w+\}", "x", at)
            told = {name: _ask(program, method, at) for name, program in _who(reader, unit, silent, watching)}
            if own:
                expected = told["reader"] == told["observer"] == 403 and told["silent"] == (
                    403 if method == "get" else told["silent"]
                )
            elif method == "post":
                expected = set(told.values()) == {403}
            else:
                expected = told["reader"] != 403 and told["unit"] == told["silent"] == 403
            if not expected or max(told.values()) >= 500:
                wrong.append((method, path, told))
    assert wrong == []


def _who(*programs: Program) -> Iterator[tuple[str, Program]]:
    yield from zip(("reader", "unit", "silent", "observer"), programs, strict=True)


def _ask(program: Program, method: str, path: str) -> int:
    answer: httpx.Response = program.get(path) if method == "get" else program.post(path, {})
    return answer.status_code


def test_the_rights_of_the_interface_are_those_of_the_pages(site: Site) -> None:
    """What a page may be used for by some roles, the operation that does the same may by the same roles."""
    rows = {(row.method, row.path): row for row in rights(create_app(site.app))}
    for page, operation in PAGES.items():
        if operation is None:
            continue
        asked, answers = rows[("POST", page)], rows[("POST", f"/api/v1{operation}")]
        if page.startswith("/a/"):
            assert answers.who == f"{TOKEN} (`submit`)", operation
        else:
            assert answers.roles == asked.roles, (page, operation)


def test_everything_the_pages_do_programs_can_do(site: Site) -> None:
    routes = list(routes_of(create_app(site.app)))
    acts = {r.path for r in routes if "POST" in r.methods and not r.path.startswith(BY_PEOPLE)}
    assert acts == set(PAGES), "say in PAGES which operation does what a new page does, or why none does"
    known = {r.path.removeprefix("/api/v1") for r in routes if "POST" in r.methods and r.path.startswith("/api/v1")}
    assert {operation for operation in PAGES.values() if operation} <= known


BY_PEOPLE = ("/api/", "/hooks/", "/login", "/logout", "/second", "/me/", "/s", "/a/logout", "/accounts", "/programs")
"""Machines' own ways in; and what only a person may do, so that a stolen token makes neither accounts nor tokens."""
DUTY = "/own/duties/{assignment}"
PAGES = {
    "/assignments/{assignment}/isolate": "/submissions/{submission}/isolate",
    "/assignments/{assignment}/isolations/{isolation}/ask": None,  # two people destroy what nobody may read, no program
    "/assignments/{assignment}/isolations/{isolation}/destroy": None,
    "/assignments/{assignment}/isolations/{isolation}/release": None,
    "/a/calendar": "/own/calendars",
    "/a/calendar/{public_id}/revoke": "/own/calendars/{public_id}/revoke",
    "/a/everything/link": None,  # a token opens everything of its agency as it is
    "/a/contacts": "/own/contacts",
    "/a/contacts/{number}": "/own/contacts/{number}/replace",
    "/a/{assignment}": f"{DUTY}/submissions",
    "/a/{assignment}/acknowledge": f"{DUTY}/acknowledge",
    "/a/{assignment}/covered": f"{DUTY}/covered",
    "/a/{assignment}/dispute": f"{DUTY}/dispute",
    "/a/{assignment}/drop-draft": None,  # what is being typed on the page
    "/a/{assignment}/isolate": "/own/submissions/{submission}/isolate",
    "/a/{assignment}/more-time": f"{DUTY}/more-time",
    "/a/{assignment}/dispute/withdraw": f"{DUTY}/dispute/withdraw",
    "/a/{assignment}/more-time/withdraw": "/own/more-time/{ask}/withdraw",
    "/a/{assignment}/recall": "/own/submissions/{submission}/recall",
    "/a/{assignment}/sent-otherwise": f"{DUTY}/sent-otherwise",
    "/a/{assignment}/signing": f"{DUTY}/signing",
    "/asks/{ask}/agree": "/asks/{ask}/agree",
    "/asks/{ask}/extend": "/asks/{ask}/extend",
    "/asks/{ask}/refuse": "/asks/{ask}/refuse",
    "/assignments/{assignment}/accept": "/assignments/{assignment}/accept",
    "/assignments/{assignment}/agree-lateness": "/assignments/{assignment}/agree-lateness",
    "/assignments/{assignment}/calls": "/assignments/{assignment}/calls",
    "/assignments/{assignment}/calls/{call}/undo": "/calls/{call}/undo",
    "/assignments/{assignment}/covered": "/assignments/{assignment}/covered",
    "/assignments/{assignment}/decide": "/assignments/{assignment}/decide",
    "/assignments/{assignment}/end-snooze": "/assignments/{assignment}/end-snooze",
    "/assignments/{assignment}/exempt": "/assignments/{assignment}/exempt",
    "/assignments/{assignment}/extend": "/assignments/{assignment}/extend",
    "/assignments/{assignment}/record": "/assignments/{assignment}/record",
    "/assignments/{assignment}/return": "/assignments/{assignment}/return",
    "/assignments/{assignment}/snooze": "/assignments/{assignment}/snooze",
    "/assignments/{assignment}/undo": "/assignments/{assignment}/undo",
    "/batches/{public_id}/correct": "/batches/{public_id}/correct",
    "/batches/{public_id}/release": "/batches/{public_id}/release",
    "/batches/{public_id}/stop": "/batches/{public_id}/stop",
    "/contacts/add": "/contacts",
    "/contacts/import": "/contacts/import",
    "/contacts/import/confirm": "/contacts/import",
    "/contacts/{number}/remove": "/contacts/{number}/remove",
    "/contacts/{number}/replace": "/contacts/{number}/replace",
    "/contacts/{number}/revive": "/contacts/{number}/revive",
    "/feeds": "/feeds",
    "/feeds/{public_id}/revoke": "/feeds/{public_id}/revoke",
    "/holidays/new": "/holidays",
    "/holidays/new/preview": "/holidays/preview",
    "/messages/approve": "/messages/approve",
    "/messages/submit": "/messages/submit",
    "/messages/{public_id}/again": "/messages/{public_id}/again",
    "/messages/{public_id}/approve": "/messages/{public_id}/approve",
    "/messages/{public_id}/cancel": "/messages/{public_id}/cancel",
    "/messages/{public_id}/release": "/messages/{public_id}/release",
    "/messages/{public_id}/send-back": "/messages/{public_id}/send-back",
    "/messages/{public_id}/submit": "/messages/{public_id}/submit",
    "/pauses": "/pauses",
    "/plans/preview": "/plans/preview",
    "/consolidations/{public_id}/check": "/consolidations/{public_id}/check",
    "/report-templates": "/report-templates",
    "/report-templates/{public_id}/withdraw": "/report-templates/{public_id}/withdraw",
    "/consolidations/{public_id}/approve": "/consolidations/{public_id}/approve",
    "/consolidations/{public_id}/correct-issue": "/consolidations/{public_id}/correct-issue",
    "/consolidations/{public_id}/edited": "/consolidations/{public_id}/edited",
    "/consolidations/{public_id}/edited/drop": "/consolidations/{public_id}/edited/drop",
    "/consolidations/{public_id}/issue": "/consolidations/{public_id}/issue",
    "/consolidations/{public_id}/send-back": "/consolidations/{public_id}/send-back",
    "/consolidations/{public_id}/submit": "/consolidations/{public_id}/submit",
    "/periods/{public_id}/after-issue": "/periods/{public_id}/after-issue",
    "/periods/{public_id}/basis": "/periods/{public_id}/letter",
    "/periods/{public_id}/confirm": "/periods/{public_id}/confirm",
    "/periods/{public_id}/consolidate": "/periods/{public_id}/consolidate",
    "/periods/{public_id}/correct": "/periods/{public_id}/correct",
    "/periods/{public_id}/extend": "/periods/{public_id}/extend",
    "/periods/{public_id}/extend/preview": "/periods/{public_id}/extend/preview",
    "/periods/{public_id}/undo-extension": "/periods/{public_id}/undo-extension",
    "/periods/{public_id}/remind": "/periods/{public_id}/remind",
    "/periods/{public_id}/remind/preview": "/periods/{public_id}/remind/preview",
    "/periods/{public_id}/snooze": "/periods/{public_id}/snooze",
    "/reconcile": "/register/match",
    "/reconcile/record": "/register/record",
    "/reorganise": "/reorganise",
    "/reorganise/preview": "/reorganise/preview",
    "/requests/new": "/requests",
    "/requests/{slug}/cancel": "/requests/{slug}/cancel",
}
"""Every act of a page with the operation that does the same (``/periods/{public_id}/cite-plan`` is the page's ``basis`` too)."""
