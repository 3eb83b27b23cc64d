"""What a consolidated report prints beside the period before: numbers as they were reported then, put right only with a reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from models.tables import Assignment, Period
from obligations.rules.figures import kind_text, lined_up, said
from obligations.rules.wording import clause_text, period_text
from obligations.services.context import Context
from obligations.services.lineage import all_forebears
from obligations.services.rates import scope_of
from obligations.services.reporting.earlier import last_number
from obligations.services.reporting.reported import Reported, reported
from reports.document import ComparedFigure, Comparison

Written = tuple[int, str, Sequence[Mapping[str, Any]]]
"""An agency's id, its name as it stood, its figures of this period."""


@dataclass(frozen=True)
class _Last:
    """The period before, and who reported what for it."""

    period: Period | None
    by_agency: Mapping[int, Reported]
    forebears: Mapping[int, Sequence[int]]

    def of(self, agency_id: int) -> Reported | None:
        """The agency's own report, else that of the nearest one it took everything over from."""
        for each in (agency_id, *self.forebears.get(agency_id, ())):
            found = self.by_agency.get(each)
            if found is not None and found.figures:
                return found
        return None


def compared_with_last(ctx: Context, period: Period, written: Sequence[Written]) -> Comparison | None:
    """None while there is nothing to compare: no number of the period before, none put right."""
    last = _last(ctx, period)
    rows = tuple(row for each in written for row in _rows(*each, last.of(each[0])))
    if not any(row.reported or row.differs or row.adjusted for row in rows):
        return None
    before = last.period
    scope = scope_of(ctx, [before, period]) if before is not None else None
    return Comparison(period_text(before.label) if before is not None else "", f"P{scope[1:]}." if scope else "", rows)


def _rows(_: int, author: str, figures: Sequence[Mapping[str, Any]], last: Reported | None) -> Iterator[ComparedFigure]:
    for now, before in lined_up(figures, last.figures if last is not None else ()):
        lead, number = now or before or {}, last_number(now or before or {}, before)
        yield ComparedFigure(
            clause=clause_text(said(lead, "clause")),
            agency=author,
            name=said(lead, "name"),
            kind=kind_text(lead),
            unit=said(lead, "unit"),
            value=said(now or {}, "value"),
            reported=number.value,
            differs=number.differs,
            of=_of(author, last) if before is not None and last is not None else "",
            adjusted=said(now or {}, "adjusted"),
            reason=said(now or {}, "adjusted_reason"),
        )


def _of(author: str, last: Reported) -> str:
    """Whose report it was when it was another agency's, and that it missed the issued one."""
    whose = f"báo cáo của {last.author}" if last.author != author else ""
    return "; ".join(part for part in (whose, "gửi sau phát hành" if last.after_issue else "") if part)


def _last(ctx: Context, here: Period) -> _Last:
    """In a number of queries that does not grow with agencies."""
    query = select(Period).where(Period.obligation_id == here.obligation_id, Period.due_on < here.due_on)
    before = ctx.session.exec(query.order_by(col(Period.due_on).desc(), col(Period.id).desc()).limit(1)).first()
    if before is None:
        return _Last(None, {}, {})
    found = reported(ctx, col(Assignment.period_id) == before.id)
    return _Last(before, {report.agency_id: report for report in found}, all_forebears(ctx))
