"""What every operation of the JSON interface shares: who asks, repeating safely, going through lists."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBearer
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from obligations.errors import WrongValue
from obligations.rules.rights import ADMINISTRATOR, APPROVER, COORDINATOR, OBSERVER, REGISTRAR
from obligations.rules.scopes import MANAGE, READ, RECORD, REVIEW, SEND, SUBMIT
from obligations.rules.years import FIRST_DAY, LAST_DAY
from obligations.services.accounts.access import Actor
from obligations.services.context import Context
from obligations.services.interface.idempotency import Asked, KeyReused, keep, take
from obligations.services.interface.tokens import note_act
from portal.asking import Scoped, check_scope, portal_of, token_of
from portal.gate import FORM_TYPES, MOST_FIELDS, MOST_FILES
from portal.problems import CURSOR, CURSOR_GONE, KEY_REUSED, OWN_TOKEN
from portal.storing import FIELD as FILES

TOKEN = HTTPBearer(auto_error=False, description="`dondoc tokens issue`; the gate decides, this only describes it.")
PROBLEM: dict[str, Any] = {
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
}
ERRORS: dict[int | str, dict[str, Any]] = {
    401: {"description": "The token is not known, has ended or was revoked", **PROBLEM},
    403: {"description": "Nobody asks, or whoever asks may not", **PROBLEM},
    422: {
        "description": "A value is missing, cannot be meant or is not taken (a file too); `errors` names each. Given otherwise it may go on",
        **PROBLEM,
    },
    429: {"description": "One token asks too often; see Retry-After", **PROBLEM},
}
PAGED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "One page; the Link header (RFC 8288) names the next",
        "headers": {"Link": {"schema": {"type": "string"}, "description": 'rel="next", when there is more'}},
    },
    410: {"description": "The row of the cursor is gone; read from the beginning", **PROBLEM},
}
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"description": "No such thing, or not for this asker", **PROBLEM}}
ACT: dict[int | str, dict[str, Any]] = {
    **NOT_FOUND,
    409: {"description": "It cannot be done now, whatever is given; `detail` says why, in Vietnamese", **PROBLEM},
}
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="One for each act: repeated within 24 hours, it is answered as the first time and nothing is done again",
    ),
]
MOST, FEW = 200, 50
Item = TypeVar("Item")
Body = TypeVar("Body", bound=BaseModel)

Reviewer = Annotated[Actor, Depends(Scoped(REVIEW, COORDINATOR))]
Recorder = Annotated[Actor, Depends(Scoped(RECORD, COORDINATOR, REGISTRAR))]
Sender = Annotated[Actor, Depends(Scoped(SEND, COORDINATOR))]
Approving = Annotated[Actor, Depends(Scoped(SEND, APPROVER))]
Caretaker = Annotated[Actor, Depends(Scoped(MANAGE, COORDINATOR))]
Manager = Annotated[Actor, Depends(Scoped(MANAGE, COORDINATOR, ADMINISTRATOR))]
Named = Annotated[Actor, Depends(Scoped(READ, COORDINATOR, APPROVER, REGISTRAR, ADMINISTRATOR, OBSERVER))]
"""Reads what is never open without a name."""
Trail = Annotated[Actor, Depends(Scoped(READ, COORDINATOR, APPROVER, ADMINISTRATOR, OBSERVER))]
Keeper = Annotated[Actor, Depends(Scoped(READ, COORDINATOR, ADMINISTRATOR))]
Filing = Annotated[Actor, Depends(Scoped(READ, COORDINATOR, REGISTRAR))]
"""Takes whole files of a period away."""
Overseer = Annotated[Actor, Depends(Scoped(READ, COORDINATOR))]


async def own(request: Request) -> Actor:
    """The agency whose token asks; 403 for anybody else: an agency's people have its pages."""
    token = token_of(request)
    if token is None or token.actor.agency_id is None:
        raise HTTPException(403, OWN_TOKEN)
    return token.actor


async def submitter(request: Request) -> Actor:
    """The agency whose token carries ``submit``; 403 otherwise."""
    who = await own(request)
    check_scope(request, SUBMIT)
    return who


Own = Annotated[Actor, Depends(own)]
Submitter = Annotated[Actor, Depends(submitter)]


class In(BaseModel):
    """A body: unknown fields are refused, so that a slip of the pen is no silent nothing."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _is_text(cls, given: object) -> object:
        """A NUL is no text: PostgreSQL keeps none, and no office file."""
        if isinstance(given, dict) and any(isinstance(value, str) and "\0" in value for value in given.values()):
            raise ValueError("a text holds the character U+0000")
        return given


class Reason(In):
    """Why."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class Remarks(In):
    """Why something submitted goes back."""

    remarks: Annotated[str, Field(min_length=1, max_length=20_000)]


Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
"""A day within the years that plans and working days are reckoned for."""
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime.combine(FIRST_DAY, time.min, UTC), le=datetime.combine(LAST_DAY, time.max, UTC)),
]
"""An instant within the same years, with its offset."""
Line = Annotated[str, Field(min_length=1, max_length=300)]
Cursor = Annotated[str | None, Query(max_length=300, description="`next` of the page before, from its Link header")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="At most so many")]


def read_json(kind: type[Body], given: str, part: str) -> Body:
    """A part of a form that carries JSON; what is wrong with it is told as for a body."""
    try:
        return kind.model_validate_json(given)
    except ValidationError as error:
        wrong = [{**e, "loc": ("body", part, *e["loc"])} for e in error.errors(include_url=False)]
        raise RequestValidationError(wrong) from error


@contextmanager
def in_part(part: str) -> Iterator[None]:
    """Wrong values of what came as JSON in one part of a form are named as fields of that part; parts of their own stay so."""
    try:
        yield
    except WrongValue as problem:
        if problem.field != FILES:
            problem.every = [(f"{part}/{field}", said) for field, said in problem.every]
        raise


def router_of(tag: str) -> APIRouter:
    """A router of one family of operations."""
    return APIRouter(prefix="/api/v1", tags=[tag], dependencies=[Depends(TOKEN)], responses=ERRORS)


async def idempotency(request: Request, key: Key) -> Asked:
    """The key of this act with the digest of what was sent."""
    is_form = request.headers.get("content-type", "").startswith(FORM_TYPES)
    digest = await _parts_digest(request) if is_form else hashlib.sha256(await request.body()).hexdigest()
    token = token_of(request)
    owner = f"token:{token.public_id}" if token else "session"
    return Asked(owner, key, f"{request.method} {request.url.path}"[:300], digest)


Once = Annotated[Asked, Depends(idempotency)]


def act(request: Request, who: Actor, once: Asked, do: Callable[[Context], object], status: int = 200) -> Response:
    """Do it in one transaction with its key, or answer what was answered before."""
    portal = portal_of(request)
    if once.owner == "session":
        once = Asked(f"account:{who.name}", once.key, once.operation, once.body_sha256)
    try:
        with portal.app.write(portal.clock(), who.name) as ctx:
            before = take(ctx, once)
            if before is None:
                answer = JSONResponse(jsonable_encoder(do(ctx)), status)
                _trace(request, ctx, once)
                keep(ctx, once, status, bytes(answer.body).decode())
                return answer
    except KeyReused as error:
        raise HTTPException(422, KEY_REUSED) from error
    headers = {"idempotency-replayed": "true"}
    return Response(before.answer, before.status, headers, media_type="application/json")


def unique(once: Asked, who: Actor) -> str:
    """The act by one short name (44 characters), for what is known by a name of its own beyond the life of the key."""
    whole = f"{who.name}\n{once.owner}\n{once.operation}\n{once.key}"
    return f"api-{hashlib.sha256(whole.encode()).hexdigest()[:40]}"


def _trace(request: Request, ctx: Context, once: Asked) -> None:
    """Which token did it: the act itself stands under the account's name."""
    token = token_of(request)
    if token is not None:
        note_act(ctx, token.public_id, once.operation)


def paged(
    request: Request,
    response: Response,
    rows: Sequence[Item],
    name: Callable[[Item], str],
    cursor: str | None,
    limit: int,
) -> Sequence[Item]:
    """One page of a list in a stable order. ``name`` tells a row from the others; a row that is gone ends the walk (410)."""
    start = 0
    if cursor is not None:
        after = decoded(cursor)
        start = next((n for n, row in enumerate(rows, 1) if name(row) == after), -1)
        if start < 0:
            raise HTTPException(410, CURSOR_GONE)
    found = rows[start : start + limit]
    if start + limit < len(rows):
        onward(request, response, name(found[-1]))
    return found


def onward(request: Request, response: Response, after: str) -> None:
    """Say in the Link header (RFC 8288) where the next page is."""
    asked = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
    query = urlencode([*asked, ("cursor", encoded(after))])
    response.headers["link"] = f'<{request.url.path}?{query}>; rel="next"'


def encoded(after: str) -> str:
    """A cursor: opaque to whoever carries it."""
    return base64.urlsafe_b64encode(after.encode()).decode().rstrip("=")


def decoded(cursor: str) -> str:
    """What it stands for; 422 for one that was never given out."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise HTTPException(422, CURSOR) from error


def number(cursor: str | None) -> int | None:
    """The number a cursor of a numbered list stands for; 422 for anything else."""
    if cursor is None:
        return None
    found = decoded(cursor)
    if not (found.isascii() and found.isdigit() and len(found) <= 18):  # noqa: PLR2004 - a 64-bit number
        raise HTTPException(422, CURSOR)
    return int(found)


async def _parts_digest(request: Request) -> str:
    """Of a form with files: names, fields and contents, whatever the boundary was."""
    form = await request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES)
    total = hashlib.sha256()
    for field, value in form.multi_items():
        total.update(hashlib.sha256(field.encode()).digest())
        if isinstance(value, str):
            total.update(hashlib.sha256(value.encode()).digest())
            continue
        total.update(hashlib.sha256((value.filename or "").encode()).digest())
        part = hashlib.sha256()
        while chunk := await value.read(1 << 16):
            part.update(chunk)
        await value.seek(0)
        total.update(part.digest())
    return total.hexdigest()
