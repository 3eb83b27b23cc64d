"""Đối chiếu văn bản đến: paste or upload the document system's register, look at the matches, record them in one click."""

import base64
import binascii
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from obligations.errors import Refused, WrongValue
from obligations.rules.contact_words import Problem
from obligations.rules.register.columns import FIELDS
from obligations.services.desk.reconcile import Reconciliation, Recorded, reconcile, record_matches
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.overview.views_dashboard import period_rows
from obligations.services.table_file import TableError
from portal import texts_vi as texts
from portal.asking import Registrar, portal_of
from portal.forms import line, uploads_of, whole
from portal.gate import TypedForm
from portal.pages import page
from portal.problems import status_of

router = APIRouter(include_in_schema=False)
LARGEST = 600 << 10
"""Bytes of a register that the page carries from its preview to the recording."""
SHOWN_UNMATCHED = 300


@router.api_route("/reconcile", methods=["GET", "HEAD"])
def ask(request: Request, who: Registrar, period: str = "") -> Response:
    """Where to paste it."""
    return _ask(request, who.name, period)


@router.post("/reconcile")
def match(request: Request, who: Registrar, form: TypedForm) -> Response:
    """What would be recorded; nothing is."""
    period, pasted = line(form, "period"), form.get("pasted")
    try:
        content = _content(form)
        found = _found(request, who.name, content, form, period)
    except Refused as problem:
        return _ask(request, who.name, period, pasted if isinstance(pasted, str) else "", problem)
    if found.register.lacking:
        return _page(request, "reconcile_columns.html", found, content, form)
    return _page(request, "reconcile.html", found, content, form)


@router.post("/reconcile/record")
def record(request: Request, who: Registrar, form: TypedForm) -> Response:
    """Record the sure rows and those that a person chose; what is left is shown again."""
    content, period, portal = _carried(form), line(form, "period"), portal_of(request)
    sure = {n for typed in form.getlist("sure") if isinstance(typed, str) and (n := whole(typed)) is not None}
    chosen = {**_by_line(form, "row:"), **_by_line(form, "other:")}  # what was typed says more than what was proposed
    try:
        with portal.app.write(portal.clock(), who.name) as ctx:
            before = reconcile(ctx, content, _places(form), period or None, _mended(form))
            done = record_matches(ctx, before, sure, chosen)
            refresh_feeds(ctx)
    except TableError as error:
        raise WrongValue("file", Problem(error.line, error.code).vietnamese()) from error
    return _page(request, "reconcile.html", _found(request, who.name, content, form, period), content, form, done)


def _ask(request: Request, name: str, period: str, pasted: str = "", problem: Refused | None = None) -> Response:
    portal = portal_of(request)
    with portal.app.read(portal.clock(), name) as ctx:
        periods = [row for row in period_rows(ctx) if row.state != "ended"]
    status, said = (status_of(problem), problem.said) if problem else (200, "")
    return page(
        request, "reconcile_ask.html", status=status, periods=periods, chosen=period, pasted=pasted, problem=said
    )


def _found(request: Request, name: str, content: bytes, form: FormData, period: str) -> Reconciliation:
    portal = portal_of(request)
    try:
        with portal.app.read(portal.clock(), name) as ctx:
            return reconcile(ctx, content, _places(form), period or None, _mended(form))
    except TableError as error:
        raise WrongValue("file", Problem(error.line, error.code).vietnamese()) from error


def _content(form: FormData) -> bytes:
    """A file when one was chosen, otherwise what was pasted, or what the page carries while columns are chosen."""
    files, pasted = uploads_of(form, "file"), form.get("pasted")
    if form.get("content"):
        return _carried(form)
    content = files[0].file.read(LARGEST + 1) if files else str(pasted or "").strip("\r\n").encode()
    if not content.strip():
        raise WrongValue("file", texts.REGISTER["none"])
    if len(content) > LARGEST:
        raise WrongValue("file", texts.REGISTER["large"])
    return content


def _carried(form: FormData) -> bytes:
    given = form.get("content")
    try:
        return base64.b64decode(given if isinstance(given, str) else "", validate=True)
    except (binascii.Error, ValueError) as error:
        raise WrongValue("content", texts.REGISTER["none"]) from error


def _places(form: FormData) -> dict[str, int]:
    """Columns that a person named: ``column:author`` = place from 0."""
    said = {field: line(form, f"column:{field}") for field in FIELDS}
    return {field: place for field, typed in said.items() if (place := whole(typed)) is not None}


def _by_line(form: FormData, prefix: str) -> dict[int, str]:
    """What stands in fields named ``row:12``: by the line of the register."""
    said = {int(k[len(prefix) :]): line(form, k) for k in form if k.startswith(prefix) and k[len(prefix) :].isdecimal()}
    return {number: value for number, value in said.items() if value}


def _mended(form: FormData) -> dict[int, dict[str, str]]:
    """Cells that a person mended on the page: ``fix:arrived_on:12``."""
    found: dict[int, dict[str, str]] = {}
    for field in FIELDS:
        for number, value in _by_line(form, f"fix:{field}:").items():
            found.setdefault(number, {})[field] = value
    return found


def _well_mended(form: FormData, found: Reconciliation) -> list[tuple[str, int, str]]:
    """What the page carries on: field, line and text of cells that can be read now; the others are asked for again."""
    wrong = {(each.field, each.line) for each in found.register.wrong}
    cells = [(field, number, value) for number, said in _mended(form).items() for field, value in said.items()]
    return [cell for cell in cells if cell[:2] not in wrong]


def _page(
    request: Request,
    template: str,
    found: Reconciliation,
    content: bytes,
    form: FormData,
    recorded: Recorded | None = None,
) -> Response:
    places: Mapping[str, int] = found.register.places
    return page(
        request,
        template,
        found=found,
        content=base64.b64encode(content).decode(),
        period=line(form, "period"),
        mended=_well_mended(form, found),
        places=places,
        recorded=recorded,
        fields=texts.REGISTER_FIELD,
        shown_unmatched=SHOWN_UNMATCHED,
    )
