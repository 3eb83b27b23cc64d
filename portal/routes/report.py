"""The report of one duty: typed, kept as a draft, looked at, taken away to be signed, sent."""

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import FormData, UploadFile

from models.alphabet import slug
from models.enums import SubmissionChannel, SubmissionForm
from obligations.errors import NotFound, Refused, WrongValue
from obligations.services.accounts.access import Actor
from obligations.services.asks.joint import join_report
from obligations.services.asks.own_duty import own_duty
from obligations.services.drafting.drafts import StaleDraft, draft_of, drop_draft, save_draft
from obligations.services.drafting.form_files import make_form_file
from obligations.services.drafting.own_report import own_report
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.reporting.earlier import earlier_report, last_numbers
from obligations.services.storage import StoredFile
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from obligations.services.views.agency import DutyPage, duty_page
from portal import texts_vi as texts
from portal.asking import Member, Portal, portal_of
from portal.form_file import FIELD, check_read, read_upload
from portal.forms import (
    ReportForm,
    Wrong,
    add_figure_rows,
    blank_report,
    day_of,
    drafted_report,
    needed,
    read_report,
    says,
    take_over,
    uploads_of,
)
from portal.gate import TypedForm
from portal.pages import attachment_headers, back, page
from portal.problems import status_of
from portal.storing import stored_uploads
from portal.uploads import OOXML

router = APIRouter(include_in_schema=False)
NOT_CARRIED = ("csrf", "action", "files", FIELD)
Action = Callable[[Request, Actor, DutyPage, ReportForm, FormData], Response]


@router.api_route("/a/{assignment}", methods=["GET", "HEAD"])
def duty(request: Request, assignment: str, who: Member) -> Response:
    """One duty: what is owed and why, the form with what was typed before, the versions sent."""
    portal, key = portal_of(request), secrets.token_urlsafe(18)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = duty_page(ctx, who, assignment)
        draft = draft_of(ctx, who, shown.assignment_id)
    if draft.version and shown.may_send:
        return _form_page(request, who, shown, drafted_report(key, draft), draft_at=draft.saved_at)
    return _form_page(request, who, shown, blank_report(key, shown.versions[0] if shown.versions else None))


@router.post("/a/{assignment}")
def act(request: Request, assignment: str, who: Member, form: TypedForm) -> Response:
    """What the pressed button asks for; what was typed stays on the page whatever happens."""
    portal = portal_of(request)
    chosen = form.get("action")
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = duty_page(ctx, who, assignment, asks=False, versions=chosen not in UNSEEN)
    if shown.agency_id != who.agency_id:  # what a predecessor sent is read, never sent again in its name
        raise NotFound("no such assignment")
    typed = read_report(form, shown.outline)
    if typed.problems:  # of the typing itself: not even a draft takes a part of it
        return _refuse(request, who, shown, typed)
    return ACTIONS.get(chosen if isinstance(chosen, str) else "", _send)(request, who, shown, typed, form)


@router.post("/a/{assignment}/drop-draft")
def drop(request: Request, assignment: str, who: Member) -> Response:
    """Bỏ bản nháp."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        drop_draft(ctx, who, own_duty(ctx, who, assignment, owing=False).id or 0)
    return back(f"/a/{assignment}", "draft-dropped")


def _refuse(request: Request, who: Actor, shown: DutyPage, typed: ReportForm) -> Response:
    """Nothing is done; the page shows all that was typed, a page that saves by itself is answered in JSON."""
    if _by_itself(request):
        return JSONResponse({"said": " ".join([texts.DRAFT["not_saved"], *typed.problems])}, 422)
    return _form_page(request, who, shown, typed, status=422, trouble=texts.KEPT["title"])


def _by_itself(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _send(request: Request, who: Actor, shown: DutyPage, typed: ReportForm, form: FormData) -> Response:
    """Record one version; the draft has done its work."""
    check_read(typed, form)
    return _record(request, who, shown, typed, uploads_of(form), drop=True)


def _record(
    request: Request,
    who: Actor,
    shown: DutyPage,
    typed: ReportForm,
    uploads: Sequence[UploadFile],
    *,
    drop: bool = False,
) -> Response:
    portal = portal_of(request)
    _check(portal, shown, typed, len(uploads))
    if typed.problems:
        return _form_page(request, who, shown, typed, status=422, signing=not drop)
    try:
        with stored_uploads(portal.app, uploads) as (stored, used), portal.app.write(portal.clock(), who.name) as ctx:
            sent = submit_report(ctx, _submission(who, shown, typed, stored), stored)
            if drop:
                drop_draft(ctx, who, shown.assignment_id)
            refresh_feeds(ctx, agency_id=who.agency_id, assignment_id=shown.assignment_id)
            used.append(not sent.replayed)
    except WrongValue as problem:
        typed.problems = [Wrong(*each) for each in problem.every]
        return _form_page(request, who, shown, typed, status=422, signing=not drop)
    return back(f"/a/receipts/{sent.public_id}")


def _sign(request: Request, who: Actor, shown: DutyPage, typed: ReportForm, form: FormData) -> Response:
    """Bổ sung văn bản đã ký: number, day and file; what was typed comes from the newest version, a draft stays."""
    newest = next((version for version in shown.versions if version.state != "recalled"), None)
    if newest is None:
        raise Refused(texts.DRAFT["nothing_sent"])
    carried = blank_report(typed.key, newest)
    carried.form, carried.document_number, carried.document_on = "signed", typed.document_number, typed.document_on
    return _record(request, who, shown, carried, uploads_of(form))


def _join(request: Request, who: Actor, shown: DutyPage, typed: ReportForm, form: FormData) -> Response:
    """Báo cáo lồng ghép: the document sent for another duty, with what is typed here as this one's part."""
    chosen = needed(form, "joint", texts.DRAFT["joint"])
    check_read(typed, form)
    typed.check_figures()
    typed.check_nil(shown.outline)
    if typed.problems:
        return _form_page(request, who, shown, typed, status=422)
    portal = portal_of(request)
    part, ticked = typed.content(shown.outline), "in_document" in form
    try:
        with portal.app.write(portal.clock(), who.name) as ctx:
            sent = join_report(ctx, who, shown.duty.public_id, chosen, part, in_document=ticked)
            drop_draft(ctx, who, shown.assignment_id)
            refresh_feeds(ctx, agency_id=who.agency_id, assignment_id=shown.assignment_id)
    except Refused as problem:
        typed.problems.append(Wrong("joint", problem.said))
        return _form_page(request, who, shown, typed, status=status_of(problem))
    return back(f"/a/receipts/{sent.public_id}")


def _save(request: Request, who: Actor, shown: DutyPage, typed: ReportForm, _form: FormData) -> Response:
    """Keep what was typed; a page that saves by itself is answered in JSON."""
    portal = portal_of(request)
    by_itself = _by_itself(request)
    try:
        with portal.app.write(portal.clock(), who.name) as ctx:
            draft = save_draft(ctx, who, shown.duty.public_id, typed.as_draft(), typed.draft_version)
    except StaleDraft as problem:
        if by_itself:
            return JSONResponse({"said": str(problem)}, 409)
        typed.problems = [Wrong("draft_version", f"{problem} {texts.DRAFT['again']}")]
        typed.draft_version = problem.version
        return _form_page(request, who, shown, typed, status=409, trouble=texts.KEPT["title"])
    if by_itself:
        at = portal.clock().astimezone(portal.app.settings.zone)
        return JSONResponse({"version": draft.version, "said": texts.DRAFT["saved"].format(at=f"{at:%H:%M}")})
    return back(f"/a/{shown.duty.public_id}", "draft-saved")


def _preview(request: Request, who: Actor, shown: DutyPage, typed: ReportForm, form: FormData) -> Response:
    """Exactly what would be recorded; files are chosen there."""
    _check(portal_of(request), shown, typed, 1)  # a file may still be chosen on the next page
    check_read(typed, form)
    if typed.problems:
        return _form_page(request, who, shown, typed, status=422)
    content, portal = typed.content(shown.outline), portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        earlier = earlier_report(ctx, who, shown.duty.public_id)
    carried = [(k, v) for k, v in form.multi_items() if isinstance(v, str) and k not in NOT_CARRIED]
    return page(
        request,
        "duty_preview.html",
        page=shown,
        duty=shown.duty,
        typed=typed,
        content=content,
        earlier=earlier,
        last=last_numbers(earlier, content["figures"]),
        carried=carried,
        csrf=who.csrf,
        upload_limit=portal.app.settings.upload_limit_mb,
    )


def _docx(request: Request, who: Actor, shown: DutyPage, typed: ReportForm, _form: FormData) -> Response:
    """The agency's own report, to be signed."""
    typed.check_figures()
    if typed.problems:
        return _form_page(request, who, shown, typed, status=422)
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        body = own_report(ctx, shown, typed.content(shown.outline))
    return Response(
        body, media_type=OOXML[".docx"], headers=attachment_headers(f"bao-cao-{slug(shown.duty.period_text)}.docx")
    )


def _last(request: Request, who: Actor, shown: DutyPage, typed: ReportForm, _form: FormData) -> Response:
    """Last period's text where nothing is typed yet; its figures stand beside and are never taken over."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        earlier = earlier_report(ctx, who, shown.duty.public_id)
    if earlier is not None:
        for entry in earlier.entries:
            clause = str(entry.get("clause"))
            now = typed.entry(clause)
            if not any(now[part] for part in ("result", "difficulty", "proposal")):
                typed.entries[clause] = {**entry, "nil": False}
    return _form_page(request, who, shown, typed, earlier=earlier, asked_earlier=True)


def _form_file(kind: str) -> Action:
    """The form with what is typed so far, to be filled in elsewhere."""

    def made(request: Request, who: Actor, shown: DutyPage, typed: ReportForm, _form: FormData) -> Response:
        portal = portal_of(request)
        entries = {str(e.pop("clause")): e for e in typed.content(shown.outline)["entries"]}
        figures = [f for f in typed.figures if says(f)]
        with portal.app.read(portal.clock(), who.name) as ctx:
            body = make_form_file(ctx, shown, kind, entries, figures)
        name = f"mau-bao-cao-{slug(shown.duty.period_text)}.{kind}"
        return Response(body, media_type=OOXML[f".{kind}"], headers=attachment_headers(name))

    return made


def _read(request: Request, who: Actor, shown: DutyPage, typed: ReportForm, form: FormData) -> Response:
    """A filled-in form file, shown in the form: nothing is kept or sent; with any problem nothing is taken."""
    found = read_upload(portal_of(request), form, shown)
    if found.problems:
        typed.problems += [Wrong(FIELD, said) for said in found.problems]
        return _form_page(request, who, shown, typed, status=422, trouble=texts.FORM_FILE["trouble"])
    take_over(typed, found.entries, found.figures)
    return _form_page(request, who, shown, typed, from_file=found.notices)


def _edit(request: Request, who: Actor, shown: DutyPage, typed: ReportForm, _form: FormData) -> Response:
    return _form_page(request, who, shown, typed)


def _more(request: Request, who: Actor, shown: DutyPage, typed: ReportForm, _form: FormData) -> Response:
    return _form_page(request, who, shown, add_figure_rows(typed))


UNSEEN = (None, "send", "draft")
"""Done without a look at what was sent before; a page that is shown again reads it anew."""
ACTIONS: dict[str, Action] = {
    "send": _send,
    "sign": _sign,
    "join": _join,
    "draft": _save,
    "preview": _preview,
    "docx": _docx,
    "last": _last,
    "form-docx": _form_file("docx"),
    "form-xlsx": _form_file("xlsx"),
    "read": _read,
    "edit": _edit,
    "more": _more,
}


def _check(portal: Portal, shown: DutyPage, typed: ReportForm, files: int) -> None:
    if not shown.may_send:
        raise Refused(texts.DRAFT["over"])
    typed.check(shown.outline, portal.clock().astimezone(portal.app.settings.zone).date(), files=files)


def _submission(who: Actor, shown: DutyPage, typed: ReportForm, stored: Sequence[StoredFile]) -> SubmissionDraft:
    """What is recorded. The same page pressed twice is one report; sent once more with other content it is another version."""
    said = (typed.as_draft(), [file.sha256 for file in stored])
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
    return SubmissionDraft(
        agency_id=shown.agency_id,
        assignment_ids=[shown.assignment_id],
        form=SubmissionForm(typed.form),
        channel=SubmissionChannel.portal,
        content=typed.content(shown.outline),
        idempotency_key=f"portal:{who.agency_id}:{typed.key}:{digest}",
        document_number=typed.document_number or None,
        document_on=day_of(typed.document_on, "document_on") if typed.document_on else None,
        note=typed.note,
    )


def _form_page(
    request: Request, who: Actor, shown: DutyPage, typed: ReportForm, status: int = 200, **more: object
) -> Response:
    if request.method == "POST":  # what may be asked for besides is read only for the page that shows it
        with portal_of(request).app.read(portal_of(request).clock(), who.name) as ctx:
            shown = duty_page(ctx, who, shown.duty.public_id)
    extra: dict[str, Any] = {
        "draft_at": None,
        "earlier": None,
        "asked_earlier": False,
        "from_file": [],
        "trouble": texts.DRAFT["trouble"],
        "signing": False,
        **more,
    }
    return page(
        request,
        "duty.html",
        status=status,
        page=shown,
        duty=shown.duty,
        typed=typed,
        csrf=who.csrf,
        upload_limit=portal_of(request).app.settings.upload_limit_mb,
        **extra,
    )
