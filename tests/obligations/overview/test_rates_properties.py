"""The counts that the database puts together are those of the rule applied to one assignment after another."""

from collections import Counter
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete, select

from models.enums import AssignmentState, Duty
from models.tables import AgreedLateness, Assignment, Period
from obligations.rules.lateness import is_in_time, is_overdue
from obligations.services.context import App
from obligations.services.rates import rates_of
from obligations.services.status import RECEIVED
from tests import builders as build
from tests.plan197 import hanoi

NOW = hanoi(2026, 11, 10, 9)
ENDS = hanoi(2026, 10, 31, 0)
SOME = 6
FACTS = st.tuples(
    st.sampled_from([s for s in AssignmentState if s not in (AssignmentState.ended, AssignmentState.exempt)]),
    st.sampled_from([Duty.required, Duty.requested]),
    st.sampled_from([None, date(2026, 10, 29), date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 4)]),
    st.sampled_from([None, ENDS - timedelta(microseconds=1), ENDS, ENDS + timedelta(hours=9)]),
    st.sampled_from([None, date(2026, 10, 31), date(2026, 11, 9)]),
)
Facts = tuple[AssignmentState, Duty, date | None, datetime | None, date | None]


def expected(facts: list[Facts]) -> Counter[str]:
    """One after another, by the rule alone."""
    counts: Counter[str] = Counter()
    for state, duty, on, at, until in facts:
        if state == AssignmentState.awaiting_assignment:
            counts["awaiting"] += 1
        elif duty == Duty.requested:
            counts.update(["requested", "requested_received"] if state in RECEIVED else ["requested"])
        elif state not in RECEIVED:
            counts.update(["expected", *(["overdue"] if is_overdue(state, duty, ENDS, NOW) else [])])
        else:
            in_time = on is not None and is_in_time(on, ENDS, NOW.tzinfo, at)  # type: ignore[arg-type]  # a ZoneInfo
            agreed = on is not None and until is not None and on <= until
            kept = "day_unknown" if on is None else "on_time" if in_time else "agreed_late" if agreed else "late"
            counts.update(["expected", "received", kept])
    return counts


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FACTS, min_size=1, max_size=SOME))
def test_grouped_counts_are_those_of_the_rule(app: App, facts: list[Facts]) -> None:
    with app.write(NOW, "test") as ctx:
        period = ctx.session.exec(select(Period)).first()
        if period is None:
            duty = build.add_obligation(ctx.session, build.add_plan(ctx.session))
            period = build.add_period(ctx.session, duty)
            for _ in range(SOME):
                build.add_assignment(ctx.session, period, build.add_agency(ctx.session))
        ctx.session.exec(delete(AgreedLateness))
        rows = ctx.session.exec(select(Assignment)).all()
        for row in rows[len(facts) :]:
            row.state, row.first_received_on = AssignmentState.exempt, None
        for row, (state, duty_, on, at, until) in zip(rows, facts, strict=False):
            row.state, row.duty, row.overdue_at, row.first_received_on, row.first_received_at = (
                state,
                duty_,
                ENDS,
                on,
                at,
            )
            if until is not None:
                agreed = AgreedLateness(assignment_id=row.id or 0, until_on=until, agreed_by="x", agreed_at=NOW)
                ctx.session.add(agreed)
    wanted = expected(facts)
    with app.read(NOW) as ctx:
        found = rates_of(ctx, [period.id or 0])[period.id or 0]
    counted = {name: getattr(found, name) for name in wanted}
    assert counted == dict(wanted)
    assert (found.agencies, found.exempt) == (SOME, SOME - len(facts))
    assert found.received == found.on_time + found.late + found.agreed_late + found.day_unknown
