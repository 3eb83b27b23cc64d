"""Days off and worked Saturdays of a document, typed; what they move is seen before they count."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from calendars.overrides import Override
from obligations.errors import Refused, WrongValue
from obligations.services.accounts.access import Actor
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.setup.reorganise import duty_titles
from obligations.services.working_days.holidays_import import HolidayImport, take_days
from portal import texts_vi as texts
from portal.asking import Keeper, Portal, portal_of
from portal.forms import day_of, line
from portal.gate import TypedForm
from portal.pages import back, page
from portal.problems import status_of

router = APIRouter(include_in_schema=False, prefix="/holidays/new")
ROWS = 8
LONGEST = 200
Typed = dict[str, object]


@router.api_route("", methods=["GET", "HEAD"])
def ask(request: Request, who: Keeper) -> Response:
    """Where they are typed."""
    return _form(request, who, {"document": "", "known_since": "", "provisional": False, "rows": []})


@router.post("/preview")
def look(request: Request, who: Keeper, form: TypedForm) -> Response:
    """What moves: deadlines, reminders, messages that wait. Nothing is kept."""
    typed, portal = _typed(form), portal_of(request)
    try:
        days = _days(typed, _today(portal))
    except Refused as problem:
        return _form(request, who, typed, problem.said, status_of(problem))
    with portal.app.write(portal.clock(), who.name) as ctx:
        found = take_days(ctx, days, str(typed["document"]), dry_run=True)
        titles = duty_titles(ctx)
    return page(request, "holidays_preview.html", typed=typed, found=found, warnings=_warnings(found), titles=titles)


@router.post("")
def take(request: Request, who: Keeper, form: TypedForm) -> Response:
    """Take them; a second time changes nothing."""
    typed, portal = _typed(form), portal_of(request)
    if line(form, "action") == "edit":
        return _form(request, who, typed)
    days = _days(typed, _today(portal))
    with portal.app.write(portal.clock(), who.name) as ctx:
        take_days(ctx, days, str(typed["document"]))
        refresh_feeds(ctx)
    return back(f"/holidays?year={days[0].day.year}", "holidays-taken")


def _typed(form: FormData) -> Typed:
    rows = []
    for n in range(60):
        if f"day:{n}" not in form:
            break
        rows.append({name: line(form, f"{name}:{n}") for name in ("day", "kind", "name")})
    return {
        "document": line(form, "document"),
        "known_since": line(form, "known_since"),
        "provisional": "provisional" in form,
        "rows": [row for row in rows if row["day"] or row["name"]],
    }


def _days(typed: Typed, today: date) -> tuple[Override, ...]:
    """Refused with every problem at once, each by its line."""
    rows: list[Mapping[str, str]] = typed["rows"]  # type: ignore[assignment]  # as _typed made it
    problems = [] if rows else [texts.HOLIDAY["none"]]
    known = _known_since(typed, today, problems)
    if not typed["document"]:
        problems.append(texts.HOLIDAY["document"])
    found: dict[date, tuple[int, Override]] = {}
    for n, row in enumerate(rows, 1):
        said = _row(n, row, str(typed["document"]), known or today, not typed["provisional"], found)
        if said:
            problems.append(texts.HOLIDAY["row"].format(n=n, said=said))
    if problems:
        raise WrongValue("days", " ".join(problems))
    return tuple(override for _, override in found.values())


def _known_since(typed: Typed, today: date, problems: list[str]) -> date | None:
    try:
        known = day_of(str(typed["known_since"]), "known_since") if typed["known_since"] else None
    except Refused as error:
        problems.append(str(error))
        return None
    if known is None or known > today:
        problems.append(texts.HOLIDAY["known" if known is None else "future"])
    return known


def _row(
    n: int,
    row: Mapping[str, str],
    document: str,
    known: date,
    confirmed: bool,
    found: dict[date, tuple[int, Override]],
) -> str:
    """Add the day; what is wrong with it otherwise."""
    try:
        day = day_of(row["day"], "day")
    except Refused:
        return texts.HOLIDAY["day"].format(value=row["day"])
    if row["kind"] not in ("off", "worked"):
        return texts.HOLIDAY["kind"]
    if not row["name"]:
        return texts.HOLIDAY["name"]
    if day in found:
        return texts.HOLIDAY["twice"].format(value=f"{day:%d/%m/%Y}", first=found[day][0])
    kind: Literal["off", "worked"] = "off" if row["kind"] == "off" else "worked"
    found[day] = n, Override(day, kind, row["name"][:LONGEST], document[:LONGEST], known, confirmed, "imported")
    return ""


def _warnings(found: HolidayImport) -> list[str]:
    """The remarks in Vietnamese, each with its day."""
    said = []
    for warning in found.warnings:
        day = date.fromisoformat(warning[:10])
        words = next((words for mark, words in texts.HOLIDAY_REMARK if mark in warning), "")
        said.append(f"{day:%d/%m/%Y} {words}." if words else warning)
    return said


def _today(portal: Portal) -> date:
    return portal.clock().astimezone(portal.app.settings.zone).date()


def _form(request: Request, _who: Actor, typed: Typed, problem: str = "", status: int = 200) -> Response:
    return page(request, "holidays_new.html", status=status, typed=typed, problem=problem, least=ROWS)
