"""What an agency may ask for or say on the page of one duty, and what it has said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from obligations.services.access import Actor
from obligations.services.asks.more_time import MoreTimeRow, requests_of
from obligations.services.asks.own_duty import is_owing
from obligations.services.asks.recall import may_recall
from obligations.services.asks.signing import latest_signing_day, signing_until
from obligations.services.context import Context
from obligations.services.lookup import assignment_by_public_id


@dataclass(frozen=True)
class AsksView:
    """``signing_until``: the day on which its report is expected to be signed; ``may_sign_until``: up to which it may say so.

    ``recallable``: public id of the submission that may be taken back.
    """

    requests: Sequence[MoreTimeRow]
    may_ask: bool
    signing_until: date | None
    may_sign_until: date | None
    recallable: str | None

    @property
    def waiting(self) -> MoreTimeRow | None:
        """The request that waits for an answer."""
        return next((row for row in self.requests if row.state == "open"), None)


def asks_of(ctx: Context, actor: Actor, assignment_public_id: str, in_force: str | None) -> AsksView:
    """For the actor's own duty; a predecessor's is only read. ``in_force``: public id of the newest submission, if any."""
    assignment = assignment_by_public_id(ctx, assignment_public_id)
    number, own = assignment.id or 0, assignment.agency_id == actor.agency_id
    return AsksView(
        requests=requests_of(ctx, number),
        may_ask=own and is_owing(ctx, assignment),
        signing_until=signing_until(ctx, [number]).get(number),
        may_sign_until=latest_signing_day(ctx, assignment) if own else None,
        recallable=in_force if own and in_force and may_recall(ctx, in_force) else None,
    )
