"""Errors as people and programs see them: a page in Vietnamese or problem+json, with the request's id, never a trace."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from obligations.errors import NotFound, Refused, WrongValue
from obligations.services.accounts.mail_link import mails_links
from obligations.services.feeds.access import FeedGone
from obligations.services.member.closed import name_of_closed
from portal import texts_vi as texts
from portal.asking import AGENCY, API, READING, STAFF, actor, portal_of
from portal.body_limits import too_large
from portal.gate import link_csrf, waiting_at_second
from portal.kept_form import kept_page, typed_texts, unread_page
from portal.pages import page
from portal.problems import ROLE, is_mark, named_value, named_values, problem, wrong_values

log = logging.getLogger("dondoc.portal")

FEEDS = "/f/"
TYPED = (HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)
"""After these the form may be there no more, and what was typed into it is shown to be copied."""
TRY_AGAIN = 5
"""Seconds after which a busy database is asked again."""


async def error_answer(
    request: Request, status: int, detail: str = "", headers: dict[str, str] | None = None
) -> Response:
    """The answer to a request that came to nothing."""
    path = request.url.path
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        detail = too_large(path, portal_of(request).app.settings.upload_limit_mb)
    if path.startswith(API):
        return problem(status, detail, _request_id(request), headers)
    title, advice = texts.error_text(status)
    if path.startswith(FEEDS):
        return PlainTextResponse(f"{title}\n", status, headers)
    if detail == "sign-in":
        return await run_in_threadpool(sign_in_asked, request, status)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        advice = detail
        if (shown := await unread_page(request, detail)) is not None:
            return shown
    if detail.startswith(ROLE):
        title, advice = texts.NO_ROLE[0], texts.needed_roles(detail.removeprefix(ROLE))
    if detail == "link":
        return await run_in_threadpool(_no_link, request, status)
    if status in (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY):
        advice = detail or advice
    typed = typed_texts(request) if status in TYPED else []
    response = await run_in_threadpool(error_page, request, status, title, advice, side=_side(path), typed=typed)
    response.headers.update(headers or {})
    return response


def _no_link(request: Request, status: int) -> Response:
    """No personal link was opened: whoever comes from a calendar's entry has one sent to the agency that owes it."""
    task = request.path_params.get("assignment", "") if request.method in READING else ""
    asked = f"/s/task/{quote(task, safe='')}" if task else ""
    typed, csrf = typed_texts(request), link_csrf(request, asked)
    return error_page(request, status, *texts.NO_LINK, side=AGENCY, typed=typed, task_link=asked, link_csrf=csrf)


def _closed(request: Request) -> Response | None:
    """The page of what is the agency's and not opened by its link; None where there is no such thing, or an act was asked for."""
    who = actor(request, AGENCY) if request.url.path.startswith("/a/") and request.method in READING else None
    wanted = request.path_params.get("submission") or request.path_params.get("assignment")
    if who is None or not wanted:
        return None
    portal = portal_of(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        name = name_of_closed(ctx, who, wanted)
    return page(request, "not_opened.html", status=403, title=name) if name else None


def error_page(
    request: Request,
    status: int,
    title: str,
    advice: str,
    *,
    side: str = STAFF,
    typed: Sequence[str] = (),
    task_link: str = "",
    link_csrf: str = "",
) -> Response:
    """What came of it and what to do, with what was ``typed`` in vain; every page of that kind is made here.

    ``task_link``: where a link to what was asked for is sent for, with its own token.
    """
    return page(
        request,
        "error.html",
        status=status,
        title=title,
        advice=advice,
        side=side,
        typed=typed,
        task_link=task_link,
        link_csrf=link_csrf,
    )


def sign_in_asked(request: Request, status: int = 200) -> Response:
    """The page that signs people in, with the ways this installation has, and what was typed into a form in vain."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        by_mail = mails_links(ctx)
    waits = waiting_at_second(request)
    province = portal.app.settings.oidc_name if portal.app.settings.oidc_issuer else ""
    csrf = link_csrf(request, "/login")
    minutes = portal.app.settings.link_minutes
    return page(
        request,
        "sign_in_needed.html",
        status=status,
        by_mail=by_mail,
        waits=waits,
        province=province,
        login_csrf=csrf,
        minutes=minutes,
        typed=typed_texts(request) if status == HTTPStatus.FORBIDDEN else [],
        side=STAFF,
    )


def _side(path: str) -> str:
    return AGENCY if path == "/a" or path.startswith(("/a/", "/s/", "/attachments/")) else STAFF


def add_error_answers(site: FastAPI) -> None:
    """Teach the application every error it may meet; anything else is caught by the shell."""

    @site.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        return await error_answer(request, error.status_code, _known_detail(error), dict(error.headers or {}))

    @site.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        if request.url.path.startswith(API):
            return problem(422, "", _request_id(request), errors=wrong_values(error.errors()))
        return await error_answer(request, 422)

    @site.exception_handler(FeedGone)
    async def _gone(request: Request, _error: FeedGone) -> Response:
        return await error_answer(request, 410)

    @site.exception_handler(NotFound)
    async def _missing(request: Request, error: NotFound) -> Response:
        named = _named_in_vain(request, error)
        return named or await run_in_threadpool(_closed, request) or await error_answer(request, 404)

    @site.exception_handler(Refused)
    async def _refused(request: Request, error: Refused) -> Response:
        return await _kept(request, HTTPStatus.CONFLICT, error.said) or await error_answer(request, 409, error.said)

    @site.exception_handler(WrongValue)
    async def _wrong(request: Request, error: WrongValue) -> Response:
        if request.url.path.startswith(API):
            return problem(422, error.said, _request_id(request), errors=named_values(error))
        shown = await kept_page(
            request, error.said, HTTPStatus.UNPROCESSABLE_ENTITY, [field for field, _ in error.every]
        )
        return shown or await error_answer(request, 422, error.said)

    @site.exception_handler(OperationalError)
    async def _busy(request: Request, error: OperationalError) -> Response:
        """A database that is locked or away: nothing was written, and a moment later it works."""
        log.warning("request %s: the database did not answer: %s", _request_id(request), error.orig)
        said = texts.error_text(503)[1]
        answer = await _kept(request, HTTPStatus.SERVICE_UNAVAILABLE, said) or await error_answer(request, 503)
        answer.headers["retry-after"] = str(TRY_AGAIN)
        return answer


def _named_in_vain(request: Request, error: NotFound) -> Response | None:
    """For a program whose address is right and whose body names what there is not; None otherwise."""
    if not error.field or not request.url.path.startswith(API):
        return None
    return problem(422, error.said, _request_id(request), errors=[named_value(error.field, error.said)])


async def _kept(request: Request, status: int, said: str) -> Response | None:
    """The page of the form again, for people."""
    return None if request.url.path.startswith(API) else await kept_page(request, said, status)


def _known_detail(error: HTTPException) -> str:
    """Only our own marks; a library's English text never reaches a page."""
    return error.detail if is_mark(error.detail) else ""


def _request_id(request: Request) -> str:
    return str(request.scope.get("dondoc.request_id", ""))
