"""Tạm dừng thông báo, and resting the reminders of one duty or period."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.services.chasing.pauses import pause, resume
from obligations.services.chasing.snooze import end_snooze, snooze, snooze_period
from portal.asking import Coordinator, Keeper, portal_of
from portal.forms import line, needed, needed_day
from portal.gate import TypedForm
from portal.pages import back

router = APIRouter(include_in_schema=False)
OWN_PAGE = re.compile(r"^/(plans|assignments/[A-Za-z0-9_-]{1,32})$")


@router.post("/pauses")
def pause_or_resume(request: Request, who: Keeper, form: TypedForm) -> Response:
    """Begin or end a pause of everything, a plan or an agency, from the page that shows it."""
    portal, reason = portal_of(request), needed(form, "reason", "lý do")
    plan, agency, shown = line(form, "plan") or None, line(form, "agency") or None, line(form, "page")
    resuming = line(form, "act") == "resume"
    with portal.app.write(portal.clock(), who.name) as ctx:
        if resuming:
            resume(ctx, reason, plan=plan, agency=agency)
        else:
            pause(ctx, reason, plan=plan, agency=agency)
    return back(shown if OWN_PAGE.match(shown) else "/", "resumed" if resuming else "paused")


@router.post("/assignments/{assignment}/snooze")
def snooze_it(request: Request, assignment: str, who: Coordinator, form: TypedForm) -> Response:
    """Tạm dừng nhắc đến ngày… for one duty."""
    until_on, reason = needed_day(form, "until_on", "ngày tạm dừng nhắc"), needed(form, "reason", "lý do")
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        snooze(ctx, assignment, until_on, reason)
    return back(f"/assignments/{assignment}", "snoozed")


@router.post("/assignments/{assignment}/end-snooze")
def end_snooze_it(request: Request, assignment: str, who: Coordinator, form: TypedForm) -> Response:
    """Chase again."""
    portal, reason = portal_of(request), needed(form, "reason", "lý do")
    with portal.app.write(portal.clock(), who.name) as ctx:
        end_snooze(ctx, assignment, reason)
    return back(f"/assignments/{assignment}", "snooze-ended")


@router.post("/periods/{public_id}/snooze")
def snooze_all(request: Request, public_id: str, who: Coordinator, form: TypedForm) -> Response:
    """Tạm dừng nhắc đến ngày… for every agency of a period that still owes, or one."""
    until_on, reason = needed_day(form, "until_on", "ngày tạm dừng nhắc"), needed(form, "reason", "lý do")
    portal, agency = portal_of(request), line(form, "agency")
    with portal.app.write(portal.clock(), who.name) as ctx:
        snooze_period(ctx, public_id, until_on, reason, [agency] if agency else [])
    return back(f"/periods/{public_id}", "snoozed")
