"""A report beside the version before it and beside the same agency's report of the year before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.tables import Period
from obligations.rules.compare import Piece, compared
from obligations.rules.figures import difference, kind_text, lined_up, said
from obligations.services.context import Context
from obligations.services.lineage import forebears_of
from obligations.services.lookup import assignment_by_public_id
from obligations.services.reporting.earlier import Earlier, last_number, reported_before
from obligations.services.views.agency import DutyPage
from obligations.services.views_shared import VersionView

PARTS = ("result", "difficulty", "proposal")
Texts = Mapping[str, str]


@dataclass(frozen=True)
class TaskBeside:
    """One task. ``changes``: by part, what changed since the version before; ``last``: by part, a year before."""

    clause: str
    now: Texts
    nil: bool
    changes: Mapping[str, Sequence[Piece]]
    last: Texts
    last_nil: bool


@dataclass(frozen=True)
class FigureBeside:
    """One figure. Empty text: it was not given. ``jump``: a doubtful leap since a year before, in words.

    ``last`` is what was reported then; ``last_differs`` and ``before_differs`` say why a number may not stand side by side
    with this one. ``adjusted`` is what the agency now says last period's number should have been.
    """

    clause: str
    name: str
    unit: str
    kind: str
    """In words."""
    now: str
    before: str
    before_differs: str
    last: str
    last_unit: str
    last_differs: str
    jump: str | None
    adjusted: str
    adjusted_reason: str


@dataclass(frozen=True)
class Beside:
    """The newest version in force beside what came before. None for what there is not."""

    now: VersionView
    before: VersionView | None
    last_period: str | None
    last_author: str | None
    tasks: list[TaskBeside]
    figures: list[FigureBeside]


def beside(ctx: Context, page: DutyPage) -> Beside | None:
    """None while nothing is in force, and where neither it nor what came before says anything. Tasks stand in the order of the outline."""
    in_force = [v for v in page.versions if v.state not in ("replaced", "recalled")]
    if not in_force:
        return None
    now = in_force[0]
    before = next((v for v in page.versions if v.version < now.version and v.state != "recalled" and _says(v)), None)
    last = _last(ctx, page)
    if not (_says(now) or before or last):
        return None
    order = {row.id: place for place, row in enumerate(page.outline)}
    return Beside(
        now,
        before,
        last.period_text if last else None,
        last.author if last else None,
        _tasks(now, before, last, order),
        _figures(now, before, last, order),
    )


def _last(ctx: Context, page: DutyPage) -> Earlier | None:
    period = ctx.session.get_one(Period, assignment_by_public_id(ctx, page.duty.public_id).period_id)
    return reported_before(ctx, period, (page.agency_id, *forebears_of(ctx, page.agency_id)))


def _says(version: VersionView) -> bool:
    return bool(version.entries or version.figures)


def _tasks(
    now: VersionView, before: VersionView | None, last: Earlier | None, order: Mapping[str, int]
) -> list[TaskBeside]:
    entries = [_by_clause(source.entries if source else []) for source in (now, before, last)]
    clauses = sorted({clause for each in entries for clause in each}, key=lambda c: (order.get(c, len(order)), c))
    return [_task(clause, *(each.get(clause, {}) for each in entries), is_first=before is None) for clause in clauses]


def _task(
    clause: str, now: Mapping[str, Any], before: Mapping[str, Any], last: Mapping[str, Any], *, is_first: bool
) -> TaskBeside:
    text = {part: str(now.get(part) or "") for part in PARTS}
    changes = {} if is_first else {part: compared(str(before.get(part) or ""), text[part]) for part in PARTS}
    earlier = {part: str(last.get(part) or "") for part in PARTS}
    return TaskBeside(clause, text, bool(now.get("nil")), changes, earlier, bool(last.get("nil")))


def _figures(
    now: VersionView, before: VersionView | None, last: Earlier | None, order: Mapping[str, int]
) -> list[FigureBeside]:
    rows = lined_up(*(source.figures if source else [] for source in (now, before, last)))
    return sorted((_figure(*row) for row in rows), key=lambda figure: order.get(figure.clause, len(order)))


def _figure(
    now: Mapping[str, Any] | None, before: Mapping[str, Any] | None, last: Mapping[str, Any] | None
) -> FigureBeside:
    lead = now or before or last or {}
    ago = last_number(lead, last)
    return FigureBeside(
        clause=said(lead, "clause"),
        name=said(lead, "name"),
        unit=said(lead, "unit"),
        kind=kind_text(lead),
        now=said(now or {}, "value"),
        before=said(before or {}, "value"),
        before_differs=difference(lead, before) if before else "",
        last=ago.value,
        last_unit=ago.unit,
        last_differs=ago.differs,
        jump=ago.leap if now else None,
        adjusted=said(now or {}, "adjusted"),
        adjusted_reason=said(now or {}, "adjusted_reason"),
    )


def _by_clause(entries: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(entry.get("clause")): entry for entry in entries}
