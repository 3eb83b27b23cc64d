"""Sáp nhập, hợp nhất, chia, tách, đổi tên, giải thể from one form: seen first by the very acts that then are done."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import col, select

from models.enums import SuccessionKind
from models.tables import Agency, Obligation, Plan
from obligations.errors import WrongValue
from obligations.services.agencies.record_succession import (
    Act,
    Recorded,
    preview_succession,
    record_succession,
    step_of,
)
from obligations.services.agencies.rename_agency import found_agency, rename_agency
from obligations.services.context import App, Context
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.named_agency import code_of


@dataclass(frozen=True)
class Reorganisation:
    """What a decision says, as typed: agencies by name or code. ``new_name``: a body that begins on that day.

    For a renaming the one source and the new name; for a merger into a new body (*hợp nhất*) the new name instead of targets.
    """

    kind: SuccessionKind
    sources: list[str]
    targets: list[str]
    on: date
    decision: str
    scope: str = ""
    new_name: str = ""
    roles_to: str = ""


@dataclass(frozen=True)
class Seen:
    """What it would do. ``names``: of every agency by code; ``titles``: of every duty by ``plan--duty``."""

    recorded: Recorded
    names: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)


def preview_reorganisation(app: App, what: Reorganisation, as_of: datetime, actor: str) -> Seen:
    """Everything it would move and whom it would tell, on its day; all is taken back. Refused as the act itself would be."""
    with app.write(as_of, actor) as ctx:
        recorded = _act(ctx, what, preview=True)
        seen = Seen(recorded, _names(ctx), duty_titles(ctx))
        ctx.session.rollback()
    return seen


def reorganise(ctx: Context, what: Reorganisation) -> Recorded:
    """Record it, and apply it if its day has come. The same again changes nothing."""
    done = _act(ctx, what, preview=False)
    refresh_feeds(ctx)
    return done


def _act(ctx: Context, what: Reorganisation, *, preview: bool) -> Recorded:
    sources = [code_of(ctx, typed, "sources") for typed in what.sources]
    if not sources:
        raise WrongValue("sources", "no agency is named", "Cần chọn cơ quan được sắp xếp.")
    if what.kind == SuccessionKind.rename:
        if len(sources) != 1:
            raise WrongValue("sources", "one agency is renamed at a time", "Mỗi lần đổi tên một cơ quan.")
        return rename_agency(ctx, sources[0], what.new_name, what.on, what.decision, scope=what.scope, dry_run=preview)
    targets = [code_of(ctx, typed, "targets") for typed in what.targets]
    if what.new_name.strip():
        targets.append(found_agency(ctx, sources[0], what.new_name, what.on).code)
    _check(what.kind, targets)
    step = step_of(what.kind, sources, targets, what.on)
    act = Act(
        step, what.decision, what.scope, code_of(ctx, what.roles_to, "roles_to") if what.roles_to.strip() else None
    )
    return preview_succession(ctx, act) if preview else record_succession(ctx, act)


def _check(kind: SuccessionKind, targets: list[str]) -> None:
    if kind == SuccessionKind.merge and len(targets) != 1:
        raise WrongValue("targets", "a merger has one successor", "Sáp nhập, hợp nhất có đúng một đơn vị tiếp nhận.")
    if kind == SuccessionKind.end and targets:
        raise WrongValue(
            "targets",
            "who is ended has no successor",
            "Giải thể không có đơn vị tiếp nhận; nếu có, chọn sáp nhập hoặc chia, tách.",
        )


def _names(ctx: Context) -> dict[str, str]:
    return dict(ctx.session.exec(select(col(Agency.code), col(Agency.name))).all())


def duty_titles(ctx: Context) -> dict[str, str]:
    """Title of every duty by ``plan--duty``."""
    query = select(Plan.slug, Obligation.code, Obligation.title).join(Obligation, col(Obligation.plan_id) == Plan.id)
    return {f"{slug}--{code}": title for slug, code, title in ctx.session.exec(query).all()}
