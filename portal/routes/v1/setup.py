"""What stands behind: contacts, calendars, pauses; and the answers to what agencies ask."""

from collections.abc import Callable
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Request, Response
from pydantic import Field, field_validator

from calendars.overrides import Override
from models.enums import Audience, SuccessionKind
from obligations.services.accounts.access import Actor
from obligations.services.agencies.contacts import (
    NewContact,
    add_contact,
    remove_contact,
    replace_contact,
    revive_contact,
)
from obligations.services.asks.more_time import answer_by_agreement, answer_by_extension, refuse_request
from obligations.services.chasing.pauses import pause, resume
from obligations.services.context import Context
from obligations.services.feeds.access import issue_token, revoke_token
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.interface.idempotency import Asked
from obligations.services.setup.reorganise import Reorganisation, Seen, preview_reorganisation, reorganise
from obligations.services.working_days.holidays_import import HolidayImport, take_days
from portal.asking import RowNumber, portal_of
from portal.routes.v1.assignments import Extended
from portal.routes.v1.common import ACT, Caretaker, Day, In, Line, Manager, Once, Reason, Reviewer, act, router_of

router = router_of("setup")


class ContactIn(In):
    """One address with its purpose and source (personal data)."""

    agency: Line
    audience: Audience = Audience.clerk
    channel: Line = "email"
    address: Annotated[str, Field(min_length=1, max_length=320)]
    label: Annotated[str, Field(max_length=200)] = ""
    purpose: Line
    source: Line


class Replaced(Reason):
    """The address that takes another's place."""

    address: Annotated[str, Field(min_length=1, max_length=320)]
    label: Annotated[str, Field(max_length=200)] | None = None


class PauseIn(Reason):
    """Of everything, of one plan (slug) or of one agency (code)."""

    act: Literal["pause", "resume"]
    plan: Line | None = None
    agency: Line | None = None


class ReorganisationIn(In):
    """What a decision says; agencies by code or name. ``decision``: number and day, such as "15/QĐ-UBND, 20/10/2026"."""

    kind: SuccessionKind
    sources: Annotated[list[Line], Field(min_length=1, max_length=60)]
    targets: Annotated[list[Line], Field(max_length=60)] = Field(default_factory=list)
    on: Day
    decision: Line
    scope: Annotated[str, Field(max_length=300)] = ""
    new_name: Annotated[str, Field(max_length=300)] = ""
    roles_to: Annotated[str, Field(max_length=300)] = ""

    def meant(self) -> Reorganisation:
        """As the service takes it."""
        return Reorganisation(**self.model_dump())


class HolidayIn(In):
    """One day that is not what its weekday says."""

    day: Day
    kind: Literal["off", "worked"]
    name: Annotated[str, Field(min_length=1, max_length=200)]


class HolidaysIn(In):
    """The days of one document; ``known_since``: its day. ``confirmed`` false: dự kiến."""

    document: Annotated[str, Field(min_length=1, max_length=200)]
    known_since: Day
    confirmed: bool = True
    days: Annotated[list[HolidayIn], Field(min_length=1, max_length=366)]

    @field_validator("days")
    @classmethod
    def _each_once(cls, days: list[HolidayIn]) -> list[HolidayIn]:
        if len({one.day for one in days}) < len(days):
            raise ValueError("a day is given twice")
        return days

    def meant(self) -> tuple[Override, ...]:
        """As the service takes them."""
        return tuple(
            Override(one.day, one.kind, one.name, self.document, self.known_since, self.confirmed, "imported")
            for one in self.days
        )


class FeedIn(In):
    """Whose calendar, and for what."""

    agency: Line
    label: Annotated[str, Field(max_length=120)] = ""


class Until(In):
    """A day."""

    until_on: Day


class Answer(In):
    """Why the date stays."""

    answer: Annotated[str, Field(min_length=1, max_length=2000)]


@router.post("/contacts", responses=ACT, status_code=201)
def add(request: Request, who: Caretaker, once: Once, given: ContactIn) -> Response:
    """One more address."""
    new = NewContact(given.audience, given.channel, given.address, given.label, given.purpose, given.source)
    return act(request, who, once, lambda ctx: {"id": add_contact(ctx, given.agency, new)}, 201)


@router.post("/contacts/{number}/replace", responses=ACT)
def replace(request: Request, number: RowNumber, who: Caretaker, once: Once, given: Replaced) -> Response:
    """Another address in its place."""
    return act(
        request,
        who,
        once,
        lambda ctx: {"id": replace_contact(ctx, number, given.address, given.reason, label=given.label)},
    )


@router.post("/contacts/{number}/remove", responses=ACT)
def remove(request: Request, number: RowNumber, who: Caretaker, once: Once, given: Reason) -> Response:
    """Out of use."""
    return _done(request, who, once, number, lambda ctx: remove_contact(ctx, number, given.reason))


@router.post("/contacts/{number}/revive", responses=ACT)
def revive(request: Request, number: RowNumber, who: Caretaker, once: Once, given: Reason) -> Response:
    """In use again."""
    return _done(request, who, once, number, lambda ctx: revive_contact(ctx, number, given.reason))


@router.post("/pauses", responses=ACT)
def pause_or_resume(request: Request, who: Manager, once: Once, given: PauseIn) -> Response:
    """Tạm dừng thông báo, or end it."""

    def do(ctx: Context) -> object:
        if given.act == "pause":
            return pause(ctx, given.reason, plan=given.plan, agency=given.agency)
        return {"taken_up": resume(ctx, given.reason, plan=given.plan, agency=given.agency)}

    return act(request, who, once, do)


@router.post("/holidays/preview", responses=ACT)
def look_at_days(request: Request, who: Manager, given: HolidaysIn) -> HolidayImport:
    """What days off and worked Saturdays would move; nothing is kept and no key is needed."""
    portal = portal_of(request)
    with portal.app.write(portal.clock(), who.name) as ctx:
        return take_days(ctx, given.meant(), given.document, dry_run=True)


@router.post("/holidays", responses=ACT)
def take(request: Request, who: Manager, once: Once, given: HolidaysIn) -> Response:
    """Take them: what lies ahead is reckoned anew."""

    def do(ctx: Context) -> HolidayImport:
        made = take_days(ctx, given.meant(), given.document)
        refresh_feeds(ctx)
        return made

    return act(request, who, once, do)


@router.post("/reorganise/preview", responses=ACT)
def look(request: Request, who: Manager, given: ReorganisationIn) -> Seen:
    """What a merger, split, renaming or end would move and whom it would tell; nothing is changed and no key is needed."""
    portal = portal_of(request)
    return preview_reorganisation(portal.app, given.meant(), portal.clock(), who.name)


@router.post("/reorganise", responses=ACT)
def reorganise_it(request: Request, who: Manager, once: Once, given: ReorganisationIn) -> Response:
    """Sáp nhập, hợp nhất, chia, tách, đổi tên, giải thể."""
    return act(request, who, once, lambda ctx: reorganise(ctx, given.meant()))


@router.post("/feeds", responses=ACT, status_code=201)
def feed(request: Request, who: Manager, once: Once, given: FeedIn) -> Response:
    """A new private address; it is in this answer and its repetitions only."""
    base = portal_of(request).app.settings.base_url

    def do(ctx: Context) -> dict[str, str]:
        token = issue_token(ctx, given.agency, given.label)
        return {"address": f"{base}/f/a/{token}/{quote(given.agency)}.ics"}

    return act(request, who, once, do, 201)


@router.post("/feeds/{public_id}/revoke", responses=ACT)
def unfeed(request: Request, public_id: str, who: Manager, once: Once) -> Response:
    """It answers 410 from now on."""
    return _done(request, who, once, public_id, lambda ctx: revoke_token(ctx, public_id))


@router.post("/asks/{ask}/extend", responses=ACT)
def extend(request: Request, ask: str, who: Reviewer, once: Once, given: Extended) -> Response:
    """Gia hạn by the issuer's document."""

    def do(ctx: Context) -> dict[str, str]:
        answer_by_extension(ctx, ask, given.due_on, given.document_number, given.document_on)
        refresh_feeds(ctx)
        return {"id": ask}

    return act(request, who, once, do)


@router.post("/asks/{ask}/agree", responses=ACT)
def agree(request: Request, ask: str, who: Reviewer, once: Once, given: Until) -> Response:
    """Thống nhất thời gian gửi chậm."""

    def do(ctx: Context) -> dict[str, str]:
        answer_by_agreement(ctx, ask, given.until_on)
        refresh_feeds(ctx)
        return {"id": ask}

    return act(request, who, once, do)


@router.post("/asks/{ask}/refuse", responses=ACT)
def refuse(request: Request, ask: str, who: Reviewer, once: Once, given: Answer) -> Response:
    """Giữ nguyên thời hạn."""
    return _done(request, who, once, ask, lambda ctx: refuse_request(ctx, ask, given.answer))


def _done(request: Request, who: Actor, once: Asked, subject: object, do: Callable[[Context], object]) -> Response:
    def done(ctx: Context) -> dict[str, object]:
        do(ctx)
        return {"id": subject}

    return act(request, who, once, done)
