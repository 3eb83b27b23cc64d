"""An agency over time: who it came from, who came after it, what it plays, and what was reported across the changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from models.tables import (
    Agency,
    AgencyGroup,
    Assignment,
    Contact,
    GroupMember,
    Obligation,
    Period,
    Plan,
    RoleHolder,
    Submission,
    SubmissionAssignment,
    Succession,
)
from obligations.rules.successions import ONE_TO_ONE
from obligations.services.context import Context
from obligations.services.lookup import agency_by_code
from obligations.services.stated_mark import is_stated


@dataclass(frozen=True)
class Kin:
    """One step to an agency before or after. ``code`` None: nobody took over; ``applied`` False: its day has not come."""

    code: str | None
    name: str
    on: date
    kind: str
    scope: str
    decision: str
    applied: bool
    steps: int
    """How many successions away, from 1."""


@dataclass(frozen=True)
class Held:
    """A role played from a day to a day (both included)."""

    role: str
    name: str
    since: date
    until: date | None


@dataclass(frozen=True)
class LineageReport:
    """One report of the agency or of one it came from; ``author`` is the name as it stood."""

    plan: str
    obligation: str
    period: str
    agency: str
    author: str
    version: int
    state: str
    arrived_on: date | None
    receipt_number: str
    form: str
    stated: bool
    """``arrived_on`` is the day on which the agency says it sent it; nobody has found it yet."""


@dataclass(frozen=True)
class AgencyCard:
    """Everything ``dondoc agencies show`` tells."""

    code: str
    name: str
    short_name: str
    kind: str
    level: str
    valid_from: date
    valid_to: date | None
    duty: str | None
    confidence: str
    source: str
    predecessors: list[Kin]
    successors: list[Kin]
    roles: list[Held]
    groups: list[str]
    contacts: int
    assignments: int
    reports: list[LineageReport]


def agency_card(ctx: Context, code: str) -> AgencyCard:
    """One agency with its lineage; NotFound for an unknown code."""
    agency = agency_by_code(ctx, code)
    before = lineage(ctx, code, back=True)
    ours = [code, *(kin.code for kin in before if kin.code)]
    return AgencyCard(
        code=agency.code,
        name=agency.name,
        short_name=agency.short_name,
        kind=agency.kind,
        level=agency.level,
        valid_from=agency.valid_from,
        valid_to=agency.valid_to,
        duty=agency.duty.value if agency.duty else None,
        confidence=agency.confidence,
        source=agency.source,
        predecessors=before,
        successors=lineage(ctx, code, back=False),
        roles=_roles(ctx, agency),
        groups=_groups(ctx, agency),
        contacts=_count(ctx, agency),
        assignments=_assignments(ctx, agency),
        reports=_reports(ctx, ours),
    )


def lineage(ctx: Context, code: str, *, back: bool) -> list[Kin]:
    """Every agency before (``back``) or after one, nearest first, each once."""
    rows = ctx.session.exec(select(Succession).order_by(col(Succession.on), col(Succession.id))).all()
    names = dict(ctx.session.exec(select(col(Agency.code), col(Agency.name))).all())
    found: list[Kin] = []
    seen: set[str | None] = {code}
    level = [code]
    while level:
        steps = [r for r in rows if (r.to_code if back else r.from_code) in level]
        fresh: list[str] = []
        for row in steps:
            other = row.from_code if back else row.to_code
            if other in seen and other is not None:
                continue
            seen.add(other)
            fresh += [other] if other else []
            found.append(_kin(row, other, names, 1 + max((k.steps for k in found if k.code in level), default=0)))
        level = fresh
    return found


def heirs_of(ctx: Context, agency_id: int) -> list[int]:
    """Ids of the agencies that have taken everything over from one, in order of time."""
    return _chain(ctx, agency_id, back=False)


_CAME_FROM = (col(Succession.kind).in_(ONE_TO_ONE), col(Succession.applied_at).is_not(None))
HAS_FOREBEARS = (
    select(Succession.id).where(col(Succession.to_code) == col(Agency.code), *_CAME_FROM).correlate(Agency).exists()
)
"""As a column beside an agency: whether ``forebears_of`` finds anybody, so that most agencies need not be asked."""


def forebears_of(ctx: Context, agency_id: int) -> list[int]:
    """Ids of the agencies that one has taken everything over from."""
    return _chain(ctx, agency_id, back=True)


def all_forebears(ctx: Context) -> dict[int, list[int]]:
    """``forebears_of`` for every agency that has any, in one query for them all."""
    before, after = aliased(Agency), aliased(Agency)
    query = (
        select(after.id, before.id)
        .select_from(Succession)
        .join(after, col(after.code) == Succession.to_code)
        .join(before, col(before.code) == Succession.from_code)
        .where(*_CAME_FROM)
        .order_by(col(Succession.on), col(before.id))
    )
    steps: dict[int, list[int]] = {}
    for agency, forebear in ctx.session.exec(query).all():
        steps.setdefault(agency or 0, []).append(forebear or 0)
    return {agency: _walk(agency, steps) for agency in steps}


def _walk(agency_id: int, steps: Mapping[int, Sequence[int]]) -> list[int]:
    found, level = list[int](), [agency_id]
    while level:
        fresh = (i for each in level for i in steps.get(each, ()) if i not in found and i != agency_id)
        level = list(dict.fromkeys(fresh))
        found += level
    return found


def _chain(ctx: Context, agency_id: int, *, back: bool) -> list[int]:
    """Along merges and renamings that are applied; one query where there is none."""
    found: list[int] = []
    level = [agency_id]
    near, far = (Succession.to_code, Succession.from_code) if back else (Succession.from_code, Succession.to_code)
    while level:
        codes = select(Agency.code).where(col(Agency.id).in_(level))
        query = (
            select(Agency.id)
            .join(Succession, col(far) == Agency.code)
            .where(col(near).in_(codes), *_CAME_FROM)
            .order_by(col(Succession.on), col(Agency.id))
        )
        rows = ctx.session.exec(query).all()
        level = [i for i in dict.fromkeys(rows) if i is not None and i not in found and i != agency_id]
        found += level
    return found


def _kin(row: Succession, other: str | None, names: dict[str, str], steps: int) -> Kin:
    return Kin(
        other,
        names.get(other or "", other or ""),
        row.on,
        row.kind.value,
        row.scope,
        row.decision,
        row.applied_at is not None,
        steps,
    )


def _roles(ctx: Context, agency: Agency) -> list[Held]:
    query = select(RoleHolder).where(RoleHolder.agency_id == agency.id).order_by(col(RoleHolder.valid_from))
    return [Held(r.role, r.role_name, r.valid_from, r.valid_to) for r in ctx.session.exec(query).all()]


def _groups(ctx: Context, agency: Agency) -> list[str]:
    query = (
        select(AgencyGroup.code)
        .join(GroupMember, col(GroupMember.group_id) == AgencyGroup.id)
        .where(GroupMember.agency_id == agency.id)
        .order_by(col(AgencyGroup.id))
    )
    return list(ctx.session.exec(query).all())


def _count(ctx: Context, agency: Agency) -> int:
    query = select(func.count()).where(Contact.agency_id == agency.id, col(Contact.removed_at).is_(None))
    return ctx.session.exec(query).one()


def _assignments(ctx: Context, agency: Agency) -> int:
    return ctx.session.exec(select(func.count()).where(Assignment.agency_id == agency.id)).one()


def _reports(ctx: Context, codes: list[str]) -> list[LineageReport]:
    """By whoever wrote them, newest first; a report of a predecessor keeps that one's name."""
    query = (
        select(Submission, SubmissionAssignment, Agency.code, Period.label, Obligation.code, Plan.slug)  # type: ignore[call-overload]  # sqlmodel types four columns
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .join(Agency, col(Submission.agency_id) == Agency.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(col(Agency.code).in_(codes))
        .order_by(col(Period.due_on).desc(), col(Submission.id).desc())
    )
    return [
        LineageReport(
            slug,
            obligation,
            label,
            agency,
            s.agency_name,
            s.version,
            link.state.value,
            s.arrived_on,
            s.receipt_number,
            s.form.value,
            is_stated(s),
        )
        for s, link, agency, label, obligation, slug in ctx.session.execute(query).all()
    ]
