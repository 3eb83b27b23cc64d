"""What an agency asks for besides reporting, and the coordinator's answers."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from models.enums import SubmissionChannel
from obligations.errors import Refused, WrongValue
from obligations.services.asks.more_time import (
    answer_by_agreement,
    answer_by_extension,
    ask_more_time,
    refuse_request,
    waiting_requests,
    withdraw_request,
)
from obligations.services.asks.own_duty import own_duty
from obligations.services.asks.recall import recall
from obligations.services.asks.sent_otherwise import Said, say_sent
from obligations.services.asks.signing import promise_signing
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.reviewing.covered import cover, coverers
from obligations.services.views.agency import duty_page
from portal.asking import Coordinator, Member, portal_of
from portal.forms import line, needed, needed_day, text
from portal.gate import TypedForm
from portal.pages import back, page
from portal.texts_vi import DRAFT, OTHER_WAYS, PROBLEM

router = APIRouter(include_in_schema=False)


@router.post("/a/{assignment}/more-time")
def ask(request: Request, assignment: str, who: Member, form: TypedForm) -> Response:
    """Đề nghị thêm thời gian."""
    wanted_on = needed_day(form, "wanted_on", "ngày đề nghị")
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        ask_more_time(ctx, who, assignment, wanted_on, text(form, "reason"), line(form, "document"))
    return back(f"/a/{assignment}", "asked")


@router.post("/a/{assignment}/more-time/withdraw")
def withdraw(request: Request, assignment: str, who: Member, form: TypedForm) -> Response:
    """Rút đề nghị."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        withdraw_request(ctx, who, line(form, "request"))
    return back(f"/a/{assignment}", "ask-withdrawn")


@router.post("/a/{assignment}/signing")
def signing(request: Request, assignment: str, who: Member, form: TypedForm) -> Response:
    """Đang trình ký, dự kiến một ngày."""
    expected_on = needed_day(form, "expected_on", "ngày dự kiến ký")
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        promise_signing(ctx, who, assignment, expected_on)
    return back(f"/a/{assignment}", "signing")


@router.post("/a/{assignment}/sent-otherwise")
def sent_otherwise(request: Request, assignment: str, who: Member, form: TypedForm) -> Response:
    """Đã gửi văn bản bằng đường khác."""
    way = line(form, "way")
    if way not in OTHER_WAYS:
        raise WrongValue("way", PROBLEM["needed"].format(what="đường gửi"))
    said = Said(
        number=needed(form, "document_number", "số, ký hiệu văn bản"),
        document_on=needed_day(form, "document_on", "ngày văn bản"),
        way=SubmissionChannel(way),
        sent_on=needed_day(form, "sent_on", "ngày gửi"),
    )
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        say_sent(ctx, who, assignment, said)
        refresh_feeds(ctx, agency_id=who.agency_id)
    return back(f"/a/{assignment}", "sent-otherwise")


@router.api_route("/a/{assignment}/covered", methods=["GET", "HEAD"])
def covered_by(request: Request, assignment: str, who: Member) -> Response:
    """Whose report may have covered the duty."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = duty_page(ctx, who, assignment)
        rows = coverers(ctx, shown.assignment_id, reported=False)
    if not (shown.may_send and shown.asks.may_be_covered):
        raise Refused(DRAFT["over"])
    return page(request, "duty_covered.html", page=shown, duty=shown.duty, rows=rows, csrf=who.csrf)


@router.post("/a/{assignment}/covered")
def covered(request: Request, assignment: str, who: Member, form: TypedForm) -> Response:
    """Đã tổng hợp trong báo cáo của another agency."""
    by, portal = needed(form, "by", "cơ quan đã tổng hợp"), portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        own_duty(ctx, who, assignment)
        cover(ctx, assignment, by, by_agency=True)
        refresh_feeds(ctx, agency_id=who.agency_id)
    return back(f"/a/{assignment}", "covered-said")


@router.post("/a/{assignment}/recall")
def take_back(request: Request, assignment: str, who: Member, form: TypedForm) -> Response:
    """Thu hồi báo cáo."""
    submission, reason = needed(form, "submission", "lần gửi"), text(form, "reason")
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        recall(ctx, who, submission, reason)
        refresh_feeds(ctx, agency_id=who.agency_id)
    return back(f"/a/{assignment}", "report-recalled")


@router.api_route("/asks", methods=["GET", "HEAD"])
def waiting(request: Request, who: Coordinator) -> Response:
    """Every request that waits for an answer."""
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        rows = waiting_requests(ctx)
    return page(request, "asks.html", rows=rows)


@router.post("/asks/{ask}/extend")
def extend(request: Request, ask: str, who: Coordinator, form: TypedForm) -> Response:
    """Gia hạn by the issuer's document."""
    due_on = needed_day(form, "due_on", "thời hạn mới")
    number = needed(form, "document_number", "số, ký hiệu văn bản gia hạn")
    document_on = needed_day(form, "document_on", "ngày văn bản gia hạn")
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        answer_by_extension(ctx, ask, due_on, number, document_on)
        refresh_feeds(ctx)
    return back("/asks", "extended")


@router.post("/asks/{ask}/agree")
def agree(request: Request, ask: str, who: Coordinator, form: TypedForm) -> Response:
    """Thống nhất thời gian gửi chậm."""
    until_on = needed_day(form, "until_on", "ngày thống nhất")
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        answer_by_agreement(ctx, ask, until_on)
        refresh_feeds(ctx)
    return back("/asks", "agreed")


@router.post("/asks/{ask}/refuse")
def refuse(request: Request, ask: str, who: Coordinator, form: TypedForm) -> Response:
    """Giữ nguyên thời hạn."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        refuse_request(ctx, ask, text(form, "answer"))
    return back("/asks", "ask-refused")
