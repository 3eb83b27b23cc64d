"""How many assignments of one period stand, for what lists them in words: the ledger and the table of a run."""

from collections.abc import Sequence

from models.tables import Assignment, Obligation, Period
from obligations.services.context import Context
from obligations.services.spec import is_request
from obligations.services.status import RECEIVED
from obligations.services.submitting.stated import stated_ids
from obligations.services.views_shared import Standing, covered_among, standing_of


def period_standings(ctx: Context, period: Period, assignments: Sequence[Assignment]) -> list[Standing]:
    """One each, in order, without what was agreed or is signed. A fixed number of queries."""
    came = [a for a in assignments if a.state in RECEIVED]
    stated = stated_ids(ctx, [a.id or 0 for a in came])
    covered = covered_among(ctx, [a.id or 0 for a in came if a.first_received_on is None])
    hourly = is_request(ctx.session.get_one(Obligation, period.obligation_id))
    return [
        standing_of(ctx, a, period, covered=covered, stated=(a.id or 0) in stated, hourly=hourly) for a in assignments
    ]
