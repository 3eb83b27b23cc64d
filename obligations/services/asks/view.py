"""What an agency may ask for or say on the page of one duty, and what it has said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.enums import PeriodState
from models.tables import Assignment, Obligation, Period
from obligations.rules.lateness import CHASED
from obligations.rules.signing import latest_day
from obligations.services.accounts.access import Actor
from obligations.services.asks.dispute import DisputeView, dispute_of
from obligations.services.asks.joint import JointRow, joint_rows
from obligations.services.asks.more_time import MoreTimeRow, requests_of
from obligations.services.asks.recall import RECALLABLE, WAITS
from obligations.services.asks.sent_otherwise import may_say_sent
from obligations.services.asks.signing import promises_of
from obligations.services.context import Context
from obligations.services.spec import is_request
from obligations.services.views_shared import VersionView


@dataclass(frozen=True)
class AsksView:
    """``may_sign_until``: up to which day the agency may still say that its report waits for a signature.

    ``recallable``: public id of the submission that may be taken back; whether it still may is judged again when it is.
    """

    requests: Sequence[MoreTimeRow] = ()
    may_ask: bool = False
    may_sign_until: date | None = None
    recallable: str | None = None
    may_be_covered: bool = False
    """Whether another agency's report may have covered this duty; which ones is asked apart, they may be hundreds."""
    joint: Sequence[JointRow] = ()
    """Reports sent for other duties that may be this one's too."""
    may_say_sent: bool = False
    """Whether the agency may say that its document went another way."""
    dispute: DisputeView | None = None
    """The agency's own đề nghị xem lại phân công while it waits."""

    @property
    def waiting(self) -> MoreTimeRow | None:
        """The request that waits for an answer."""
        return next((row for row in self.requests if row.state == "open"), None)


def asks_of(
    ctx: Context,
    actor: Actor,
    assignment: Assignment,
    period: Period,
    obligation: Obligation,
    versions: Sequence[VersionView],
) -> AsksView:
    """For the agency whose own duty it is. ``versions``: what it sent, newest first."""
    owes = assignment.state in CHASED and period.state == PeriodState.open
    may_sign = owes and not is_request(obligation)
    number = assignment.id or 0
    return AsksView(
        requests=requests_of(ctx, number),
        may_ask=owes,
        may_sign_until=latest_day(promises_of(ctx, number), ctx.today, ctx.calendar) if may_sign else None,
        recallable=_recallable(assignment, period, versions),
        joint=joint_rows(ctx, actor, assignment) if owes and not versions else (),
        dispute=dispute_of(ctx, assignment),
        may_be_covered=owes and not is_request(obligation),
        may_say_sent=may_say_sent(assignment, period),
    )


def _recallable(assignment: Assignment, period: Period, versions: Sequence[VersionView]) -> str | None:
    if period.state != PeriodState.open or assignment.state not in WAITS or not versions:
        return None
    newest = versions[0]
    return newest.public_id if newest.state in RECALLABLE and (newest.channel == "portal" or newest.stated) else None
