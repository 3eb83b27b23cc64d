"""Personal links of agencies: which tasks each opens, when it is over, and the session it is exchanged for (decision 13).

A link opens the tasks its message is about, followed to whoever carries them on within the agency, with those that share a report with
them. Once each of them is accepted, exempt or ended it opens nothing any more: that is read off the tasks, so undoing it revives the link.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as sql_select
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from models.enums import AssignmentState
from models.tables import AccessLink, Agency, Assignment, Contact, MessageItem, Submission, SubmissionAssignment
from obligations.errors import NotFound, Refused
from obligations.services.accounts.sessions import OpenedSession, close_session, open_session, session_of
from obligations.services.context import Context
from obligations.services.lineage import forebears_of
from obligations.services.links import OF_AGENCY, token_sha256
from obligations.services.served import OUT, in_force

DEAD = "Đường dẫn này đã hết hiệu lực."
ACCEPTED = "Báo cáo đã đủ điều kiện tổng hợp; đường dẫn này không còn mở biểu mẫu gửi báo cáo."
DONE = "Nội dung của đường dẫn này không còn phải gửi; đường dẫn không còn mở biểu mẫu gửi báo cáo."
OVER = (AssignmentState.accepted, AssignmentState.exempt, AssignmentState.ended)


class LinkOver(Refused):
    """A link that was good once. ``finished``: because nothing is asked for any more, so that it is read about, not answered."""

    def __init__(self, text: str, *, finished: bool = False) -> None:
        super().__init__(text)
        self.finished = finished


@dataclass(frozen=True)
class LinkPage:
    """What a personal link leads to, before anything is opened. ``whole``: everything of the agency."""

    agency_name: str
    expires_at: datetime
    whole: bool


@dataclass(frozen=True)
class Opened:
    """What links open together. ``tasks``: ids, None for all of the agency; ``over``: those of them that may only be read."""

    tasks: frozenset[int] | None
    over: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Task:
    number: int
    state: AssignmentState
    moved_to: str | None


_TASK = (col(Assignment.id), col(Assignment.state), col(Assignment.moved_to))
_ITEMS = (
    sql_select(col(AccessLink.id), *_TASK)
    .join(MessageItem, col(MessageItem.message_id) == AccessLink.message_id)
    .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
    .where(col(AccessLink.id).in_(bindparam("links", expanding=True)))
    .where(col(Assignment.agency_id).in_(bindparam("agencies", expanding=True)))
)
_MOVED = (
    sql_select(col(Assignment.public_id), *_TASK)
    .where(col(Assignment.public_id).in_(bindparam("names", expanding=True)))
    .where(col(Assignment.agency_id).in_(bindparam("agencies", expanding=True)))
)
_other = aliased(SubmissionAssignment)
_JOINT = (
    sql_select(col(_other.assignment_id), col(SubmissionAssignment.assignment_id))
    .join(Submission, col(Submission.id) == _other.submission_id)
    .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
    .where(col(_other.assignment_id).in_(bindparam("tasks", expanding=True)))
    .where(col(_other.assignment_id) != SubmissionAssignment.assignment_id)
    .where(col(_other.replaced_at).is_(None), col(_other.state).not_in(OUT), *in_force())
)
"""Asked at every request of an agency, so each is built once."""


def link_page(ctx: Context, token: str) -> LinkPage:
    """Where a personal link leads. Changes nothing: mail scanners open links. NotFound, or LinkOver that says why."""
    link, agency = _link_of(ctx, token)
    return LinkPage(agency.name, link.expires_at, link.purpose == OF_AGENCY)


def open_agency_session(ctx: Context, token: str, before: str = "") -> OpenedSession:
    """Exchange a personal link for a session. ``before``: the secret of the session the browser has.

    Of the same agency and contact it goes on under a new secret, with what it opened already.
    """
    link, agency = _link_of(ctx, token)
    link.last_used_at = ctx.as_of
    known = session_of(ctx, before) if before else None
    joined: set[int] = set()
    if known is not None and (known.agency_id, known.contact_id) == (agency.id, link.contact_id):
        joined = {*known.joined, known.link_id or 0} - {link.id or 0, 0}
        close_session(ctx, before)
    return open_session(ctx, agency_id=agency.id, contact_id=link.contact_id, link_id=link.id, joined=sorted(joined))


def opened_by(ctx: Context, links: Mapping[int, str], agencies: Collection[int]) -> Opened:
    """What links open. ``links``: purpose by id; ``agencies``: whose tasks they may open, the agency's and those it took over."""
    if OF_AGENCY in links.values():
        return Opened(None)
    tasks = _tasks_of(ctx, list(links), agencies)
    joint = _joint(ctx, {task.number for own in tasks.values() for task in own})
    whole = {link: _with(joint, (task.number for task in own)) for link, own in tasks.items()}
    living = {number for link, numbers in whole.items() if not _is_over(tasks[link]) for number in numbers}
    opened = frozenset(number for numbers in whole.values() for number in numbers)
    return Opened(opened, opened - living)


def tasks_of_link(ctx: Context, link: AccessLink) -> list[int]:
    """Ids of the tasks of a link that still may be answered, in order; nothing for one that opens the whole agency."""
    if link.purpose == OF_AGENCY:
        return []
    found = _tasks_of(ctx, [link.id or 0], _agencies(ctx, link)).get(link.id or 0, [])
    return sorted(task.number for task in found if task.state not in OVER)


def _tasks_of(ctx: Context, links: Sequence[int], agencies: Collection[int]) -> dict[int, list[_Task]]:
    ours = list(agencies)
    found: dict[int, list[_Task]] = {link: [] for link in links}
    for link, *task in ctx.session.execute(_ITEMS, {"links": links, "agencies": ours}).all():
        found[link].append(_Task(*task))
    names = {task.moved_to for own in found.values() for task in own if task.moved_to}
    further: dict[str, _Task] = {}
    while names:
        rows = ctx.session.execute(_MOVED, {"names": sorted(names), "agencies": ours}).all()
        fresh = {name: _Task(*task) for name, *task in rows}
        further |= fresh
        names = {task.moved_to for task in fresh.values() if task.moved_to} - set(further)
    return {link: _followed(own, further) for link, own in found.items()}


def _followed(own: Iterable[_Task], further: Mapping[str, _Task]) -> list[_Task]:
    tasks: dict[int, _Task] = {}
    for first in own:
        task: _Task | None = first
        while task is not None and task.number not in tasks:
            tasks[task.number] = task
            task = further.get(task.moved_to or "")
    return list(tasks.values())


def _joint(ctx: Context, tasks: Collection[int]) -> dict[int, set[int]]:
    """By task, the others that a report in force serves with it (báo cáo lồng ghép)."""
    found: dict[int, set[int]] = defaultdict(set)
    if tasks:
        for task, other in ctx.session.execute(_JOINT, {"tasks": sorted(tasks)}).all():
            found[task].add(other)
    return found


def _with(joint: Mapping[int, set[int]], tasks: Iterable[int]) -> set[int]:
    return {number for task in tasks for number in (task, *joint.get(task, ()))}


def _is_over(tasks: Iterable[_Task]) -> bool:
    return all(task.state in OVER for task in tasks)


def _agencies(ctx: Context, link: AccessLink) -> list[int]:
    return [link.agency_id, *forebears_of(ctx, link.agency_id)]


def _link_of(ctx: Context, token: str) -> tuple[AccessLink, Agency]:
    link = ctx.session.exec(select(AccessLink).where(AccessLink.token_sha256 == token_sha256(token))).first()
    if link is None:
        raise NotFound("no such link")
    contact = ctx.session.get(Contact, link.contact_id) if link.contact_id else None
    if link.revoked_at is not None or link.expires_at <= ctx.as_of or (contact and contact.removed_at is not None):
        raise LinkOver(DEAD)
    if link.purpose != OF_AGENCY:
        tasks = _tasks_of(ctx, [link.id or 0], _agencies(ctx, link))[link.id or 0]
        if _is_over(tasks):
            accepted = any(task.state == AssignmentState.accepted for task in tasks)
            raise LinkOver(ACCEPTED if accepted else DONE, finished=True)
    return link, ctx.session.get_one(Agency, link.agency_id)
