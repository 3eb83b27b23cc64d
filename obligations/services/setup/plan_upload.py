"""A corrected plan file seen before anybody applies it: what is wrong with it, or everything it would change."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from models.tables import Agency, AgencyGroup, Plan, RoleHolder
from obligations.rules.plan_words import advice_words, need_words, problem_words
from obligations.services.context import App, Context
from obligations.services.planning.cascade_room import check_room
from obligations.services.planning.preview import Preview, preview_plan
from obligations.services.setup.reorganise import duty_titles
from plans.checking import check_references
from plans.checking_phrases import phrase_warnings
from plans.errors import PlanFileError
from plans.reading import read_plan_bytes
from plans.schema import PlanFile

FILE = "tep"
"""How an upload is called in errors; its own name says nothing and is not repeated."""


@dataclass(frozen=True)
class Fault:
    """Something wrong in the file. ``said`` and ``advice`` in Vietnamese, ``problem`` as ``dondoc plan check`` puts it."""

    line: int
    key: str
    said: str
    advice: str
    problem: str


@dataclass(frozen=True)
class PlanSeen:
    """Faults, or else what applying would change. ``needs``: what must be allowed by name, in words; ``names`` of agencies."""

    faults: Sequence[Fault] = ()
    preview: Preview | None = None
    is_new: bool = False
    warnings: Sequence[str] = ()
    needs: Sequence[tuple[str, str]] = ()
    names: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)


def look_at_plan(app: App, content: bytes, as_of: datetime, actor: str) -> PlanSeen:
    """What ``dondoc plan diff`` and ``apply --dry-run`` show, from a file's bytes. Everything is taken back."""
    with app.write(as_of, actor) as ctx:
        try:
            seen = _seen(ctx, _checked(ctx, content))
        except PlanFileError as error:
            seen = PlanSeen(faults=[_fault(each) for each in (error, *error.others)])
        ctx.session.rollback()
    return seen


def _checked(ctx: Context, content: bytes) -> PlanFile:
    """References are held against the registry as it stands here, as going back to an earlier version is."""
    plan = read_plan_bytes(content, FILE)
    known = {*ctx.session.exec(select(Agency.code)), *ctx.session.exec(select(RoleHolder.role))}
    groups = {*ctx.session.exec(select(AgencyGroup.code))}
    found = check_references(plan, known, groups) or check_room(plan, ctx.calendar)
    if found:
        found[0].others = tuple(found[1:])
        raise found[0]
    return plan


def _seen(ctx: Context, plan: PlanFile) -> PlanSeen:
    is_new = ctx.session.exec(select(Plan.id).where(Plan.slug == plan.slug)).first() is None
    preview = preview_plan(ctx, plan)
    names = dict(ctx.session.exec(select(col(Agency.code), col(Agency.name))).all())
    prefix = f"{plan.slug}--"
    titles = {key.removeprefix(prefix): said for key, said in duty_titles(ctx).items() if key.startswith(prefix)}
    titles |= {spec.code: spec.title for spec in plan.obligations}
    return PlanSeen(
        preview=preview,
        is_new=is_new,
        warnings=phrase_warnings(plan),
        needs=[(need_words(need.allow, names, titles), need.allow) for need in preview.refused],
        names=names,
        titles=titles,
    )


def _fault(error: PlanFileError) -> Fault:
    return Fault(error.line, error.key, problem_words(error.problem), advice_words(error.advice), error.problem)
