"""Last year's text: what the same agency, or the ones it took over from, sent for the period before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from models.tables import Assignment, Period, Submission, SubmissionAssignment
from obligations.rules.compare import jump
from obligations.rules.wording import period_text
from obligations.services.access import Actor
from obligations.services.context import Context
from obligations.services.served import in_force, part_of


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
        .where(Assignment.public_id == assignment_public_id, Assignment.agency_id == actor.agency_id)
    ).first()
    return reported_before(ctx, here, (actor.agency_id or 0, *actor.forebears)) if here is not None else None


def doubtful_leaps(earlier: Earlier | None, figures: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """By task and name of a figure that leaps as only a wrong unit does: how many times last period's it is, in words."""
    before = figures_by_name(earlier.figures) if earlier is not None else {}
    leaps = {
        (str(now.get("clause") or ""), str(now.get("name") or "")): jump(
            str(before[key].get("value") or ""), str(now.get("value") or "")
        )
        for key, now in figures_by_name(figures).items()
        if key in before
    }
    return {key: words for key, words in leaps.items() if words is not None}


def figures_by_name(figures: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Figures are the same when task and name are, however the name is spaced or capitalised."""
    return {(str(f.get("clause") or ""), " ".join(str(f.get("name") or "").lower().split())): f for f in figures}


def reported_before(ctx: Context, here: Period, agency_ids: Collection[int]) -> Earlier | None:
    """What an agency, given with those it took over from, last reported for an earlier period of the same duty."""
    query = (
        select(Submission, SubmissionAssignment, Period.label)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .where(
            Period.obligation_id == here.obligation_id,
            Period.due_on < here.due_on,
            col(Assignment.agency_id).in_(agency_ids),
            *in_force(),
        )
        .order_by(col(Period.due_on).desc(), col(Submission.id).desc())
        .limit(10)
    )
    for submission, link, label in ctx.session.exec(query).all():
        said = part_of(submission, link)
        entries, figures = said.get("entries", []), said.get("figures", [])
        if entries or figures:
            return Earlier(period_text(label), submission.agency_name, entries, figures)
    return None
