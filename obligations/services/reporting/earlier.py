"""Last year's text: what the same agency, or the ones it took over from, sent for the period before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from models.tables import Assignment, Period
from obligations.rules.compare import jump
from obligations.rules.figures import difference, lined_up, said
from obligations.rules.wording import period_text
from obligations.services.accounts.access import Actor, task_scope
from obligations.services.context import Context
from obligations.services.reporting.reported import reported

MOST_READ = 30
"""Reports, with those that were replaced, among which the newest with any text is looked for."""


@dataclass(frozen=True)
class LastNumber:
    """Số đã báo cáo kỳ trước. ``value`` empty: there was none; ``differs``: why it may not stand side by side, in words.

    ``leap``: how many times it the figure is now, in words, where only a wrong unit explains it.
    """

    value: str = ""
    unit: str = ""
    differs: str = ""
    leap: str | None = None


@dataclass(frozen=True)
class Earlier:
    """The newest report of an earlier period that has any text: its period in words, its author, what it said."""

    period_text: str
    author: str
    entries: list[dict[str, Any]]
    figures: list[dict[str, Any]]


def earlier_report(ctx: Context, actor: Actor, assignment_public_id: str) -> Earlier | None:
    """For the actor's own duty; None when nothing was typed before."""
    here = ctx.session.exec(
        select(Period)
        .join(Assignment, col(Assignment.period_id) == Period.id)
        .where(Assignment.public_id == assignment_public_id, Assignment.agency_id == actor.agency_id, task_scope(actor))
    ).first()
    return reported_before(ctx, here, (actor.agency_id or 0, *actor.forebears)) if here is not None else None


def last_numbers(earlier: Earlier | None, figures: Sequence[Mapping[str, Any]]) -> list[LastNumber]:
    """For each figure, in their order, the number that was reported under its name for the period before."""
    rows = lined_up(figures, earlier.figures if earlier is not None else ())[: len(figures)]
    return [last_number(now or {}, last) for now, last in rows]


def last_number(now: Mapping[str, Any], last: Mapping[str, Any] | None) -> LastNumber:
    """One figure beside the one of its name that was reported then; a leap is asked about whatever its kind."""
    if last is None:
        return LastNumber()
    value = said(last, "value")
    return LastNumber(value, said(last, "unit"), difference(now, last) if now else "", jump(value, said(now, "value")))


def reported_before(ctx: Context, here: Period, agency_ids: Sequence[int]) -> Earlier | None:
    """What an agency, given first, or one of those it took over from, reported for the newest earlier period of the same duty."""
    where = (
        Period.obligation_id == here.obligation_id,
        Period.due_on < here.due_on,
        col(Assignment.agency_id).in_(agency_ids),
    )
    found = [report for report in reported(ctx, *where, most=MOST_READ) if report.entries or report.figures]
    if not found:
        return None
    order = {agency_id: place for place, agency_id in enumerate(agency_ids)}
    newest = max(report.due_on for report in found)
    first = min((r for r in found if r.due_on == newest), key=lambda r: order[r.agency_id])
    return Earlier(period_text(first.period), first.author, first.entries, first.figures)
