"""Sắp xếp đơn vị: one form, what would move and who would be told, then the act."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from models.enums import SuccessionKind
from obligations.errors import Refused, WrongValue
from obligations.services.accounts.access import Actor
from obligations.services.agencies.agencies_view import agencies
from obligations.services.setup.reorganise import Reorganisation, preview_reorganisation, reorganise
from portal import texts_vi as texts
from portal.asking import Keeper, portal_of
from portal.forms import day_of, line
from portal.gate import TypedForm
from portal.pages import back, page
from portal.problems import status_of

router = APIRouter(include_in_schema=False, prefix="/reorganise")
PLACES = 6
"""Lines for agencies that the form begins with."""
MOST = 60
FIELDS = ("kind", "on", "number", "decided_on", "scope", "new_name", "roles_to")


@router.api_route("", methods=["GET", "HEAD"])
def ask(request: Request, who: Keeper, agency: str = "") -> Response:
    """The empty form; ``agency`` stands in it already."""
    empty: dict[str, object] = dict.fromkeys(FIELDS, "")
    return _form(request, who, {**empty, "sources": [agency] if agency else [], "targets": []})


@router.post("/preview")
def look(request: Request, who: Keeper, form: TypedForm) -> Response:
    """What it would do; nothing is changed."""
    typed, portal = _typed(form), portal_of(request)
    try:
        what = _meant(typed)
        seen = preview_reorganisation(portal.app, what, portal.clock(), who.name)
    except Refused as problem:
        return _form(request, who, typed, problem.said, status_of(problem))
    return page(
        request, "reorganise_preview.html", typed=typed, plan=seen.recorded, names=seen.names, titles=seen.titles
    )


@router.post("")
def act(request: Request, who: Keeper, form: TypedForm) -> Response:
    """Record it; pressed twice it is once."""
    typed, portal = _typed(form), portal_of(request)
    if line(form, "action") == "edit":
        return _form(request, who, typed)
    try:
        with portal.app.write(portal.clock(), who.name) as ctx:
            done = reorganise(ctx, _meant(typed))
    except Refused as problem:
        return _form(request, who, typed, problem.said, status_of(problem))
    return back(f"/agencies/{(done.targets or done.sources)[0]}", "reorganised")


def _typed(form: FormData) -> dict[str, object]:
    typed: dict[str, object] = {name: line(form, name) for name in FIELDS}
    for side in ("sources", "targets"):
        lines = [" ".join(v.split())[:300] for v in form.getlist(side) if isinstance(v, str)]
        typed[side] = [each for each in lines if each][:MOST]
    return typed


def _meant(typed: dict[str, object]) -> Reorganisation:
    kind, said = str(typed.get("kind", "")), {name: str(typed.get(name, "")) for name in FIELDS}
    if kind not in set(SuccessionKind):
        raise WrongValue("kind", texts.REORGANISE["kind"])
    if not said["number"] or not said["decided_on"]:
        raise WrongValue("number", texts.REORGANISE["decision"])
    if not said["on"]:
        raise WrongValue("on", texts.REORGANISE["on"])
    sources, targets = ([str(v) for v in typed[side]] for side in ("sources", "targets"))  # type: ignore[attr-defined]
    return Reorganisation(
        kind=SuccessionKind(kind),
        sources=sources,
        targets=targets,
        on=day_of(said["on"], "on"),
        decision=f"{said['number']}, {day_of(said['decided_on'], 'decided_on'):%d/%m/%Y}",
        scope=said["scope"],
        new_name=said["new_name"],
        roles_to=said["roles_to"],
    )


def _form(request: Request, who: Actor, typed: dict[str, object], problem: str = "", status: int = 200) -> Response:
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        known = agencies(ctx, ctx.today)
    return page(request, "reorganise.html", status=status, typed=typed, agencies=known, problem=problem, places=PLACES)
