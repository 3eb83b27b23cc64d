"""Recording that agencies give way to others: checked whole, in one transaction, and done at once when its day has come."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from sqlmodel import select

from models.enums import SuccessionKind, SuccessionOrigin
from models.tables import Agency, Succession
from obligations.errors import WrongValue
from obligations.rules.decisions import Decision, parse_decision
from obligations.rules.successions import ONE_TO_ONE, Life, Step, problems
from obligations.services import audit
from obligations.services.agencies.hand_roles import hand_groups, hand_roles
from obligations.services.agencies.settle_successions import Settled, settle_successions
from obligations.services.context import Context


@dataclass(frozen=True)
class Act:
    """What a decision says. ``roles_to`` names who takes the roles of an agency that is split or ended."""

    step: Step
    decision: str
    scope: str = ""
    roles_to: str | None = None


@dataclass(frozen=True)
class Recorded:
    """What recording did. ``already``: it was recorded before; ``applied`` False: it waits for its day."""

    kind: str
    sources: list[str]
    targets: list[str]
    on: date
    decision: str
    scope: str
    already: bool
    applied: bool
    roles: list[str] = field(default_factory=list)
    groups_joined: list[str] = field(default_factory=list)
    groups_left: list[str] = field(default_factory=list)
    """Groups by which an agency owed and its successor does not: of another kind or level, so a person decides."""
    settled: Settled = field(default_factory=Settled)


def record_succession(ctx: Context, act: Act) -> Recorded:
    """Record one act and apply it if its day has come. The same act again changes nothing; Refused names every problem."""
    decision = read_decision(ctx, act.decision)
    rows = ctx.session.exec(select(Succession)).all()
    pairs = {(source, target, act.step.on) for source, target in act.step.pairs()}
    known = {(row.from_code, row.to_code, row.on): row for row in rows}
    if pairs <= known.keys() and all(known[pair].kind == act.step.kind for pair in pairs):
        settled = settle_successions(ctx)
        return _result(act, decision, settled, already=True, applied=act.step.on <= ctx.today)
    agencies = {a.code: a for a in ctx.session.exec(select(Agency)).all()}
    lives = {code: Life(a.valid_from, a.valid_to) for code, a in agencies.items()}
    if found := problems(act.step, lives, list(known)):
        raise WrongValue("sources", "; ".join(found), " ".join(each.vietnamese for each in found))
    _write(ctx, act, decision, agencies)
    roles = hand_roles(ctx, act.step, act.roles_to)
    joined, left = hand_groups(ctx, act.step) if act.step.kind in ONE_TO_ONE else ([], [])
    audit.record(
        ctx,
        "succession.recorded",
        ", ".join(act.step.sources),
        to=list(act.step.targets),
        on=act.step.on,
        kind=act.step.kind,
        decision=decision.text,
        scope=act.scope,
    )
    result = _result(act, decision, settle_successions(ctx), already=False, applied=act.step.on <= ctx.today)
    return replace(result, roles=roles, groups_joined=joined, groups_left=left)


def preview_succession(ctx: Context, act: Act) -> Recorded:
    """What recording would do, judged on its day when that lies ahead; everything is taken back."""
    begins = datetime.combine(act.step.on, time(), ctx.settings.zone)
    point = ctx.session.begin_nested()
    try:
        done = record_succession(replace(ctx, as_of=max(ctx.as_of, begins)), act)
        return replace(done, applied=act.step.on <= ctx.today)
    finally:
        point.rollback()
        ctx.session.expire_all()


def read_decision(ctx: Context, written: str) -> Decision:
    """A decision by number and day. Refused when either is missing or its day has not come."""
    try:
        decision = parse_decision(written)
    except ValueError as error:
        raise WrongValue(
            "decision", str(error), "Cần ghi số và ngày quyết định, ví dụ: 15/QĐ-UBND, 20/10/2026."
        ) from error
    if decision.on > ctx.today:
        raise WrongValue(
            "decision",
            f"{decision.text}: a decision cannot be dated after today",
            f"{decision.text}: ngày quyết định không thể sau hôm nay.",
        )
    return decision


def _write(ctx: Context, act: Act, decision: Decision, agencies: dict[str, Agency]) -> None:
    for source, target in act.step.pairs():
        agencies[source].valid_to = act.step.on - timedelta(days=1)
        row = Succession(
            from_code=source,
            to_code=target,
            on=act.step.on,
            kind=act.step.kind,
            scope=act.scope.strip(),
            decision=decision.text,
            confidence="H",
            origin=SuccessionOrigin.act,
            recorded_by=ctx.actor,
            recorded_at=ctx.as_of,
        )
        ctx.session.add(row)
    ctx.session.flush()


def _result(act: Act, decision: Decision, settled: Settled, *, already: bool, applied: bool) -> Recorded:
    step = act.step
    return Recorded(
        step.kind.value,
        list(step.sources),
        list(step.targets),
        step.on,
        decision.text,
        act.scope.strip(),
        already,
        applied,
        settled=settled,
    )


def step_of(kind: SuccessionKind, sources: Sequence[str], targets: Sequence[str], on: date) -> Step:
    """A succession as the command line gives it."""
    return Step(kind, tuple(sources), tuple(targets), on)
