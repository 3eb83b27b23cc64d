"""What a page says of a report that was set apart: nobody reads it, its digests are left (S13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from models.enums import IsolationState
from models.tables import Isolation
from obligations.rules.rights import own_name
from obligations.services.actor_names import actor_names
from obligations.services.context import Context


@dataclass(frozen=True)
class Apart:
    """A report that is set apart, as a page shows it. ``files``: digest and size of each, all that is left once destroyed."""

    public_id: str
    state: str
    isolated_by: str
    isolated_at: datetime
    asked_by: str | None
    asked_at: datetime | None
    decision: str
    ended_by: str | None
    ended_at: datetime | None
    files: list[tuple[str, int]]
    content_sha256: str
    asked_name: str
    ended_name: str
    """The two people by the names they are known by; empty before they acted."""

    def may_be_destroyed_by(self, account: str) -> bool:
        """Whether this account can be the second: somebody else was the first."""
        return self.asked_by is not None and own_name(self.asked_by) != own_name(account)


def apart_of(ctx: Context, submission_ids: list[int]) -> dict[int, Apart]:
    """By submission, those that nobody may read; no statement when there are no submissions."""
    if not submission_ids:
        return {}
    query = select(Isolation).where(
        col(Isolation.submission_id).in_(submission_ids), Isolation.state != IsolationState.released
    )
    rows = ctx.session.exec(query).all()
    people = {who for row in rows for who in (row.asked_by, row.ended_by) if who}
    names = actor_names(ctx, people) if people else {}
    return {row.submission_id: _shown(row, names) for row in rows}


def _shown(row: Isolation, names: Mapping[str, str]) -> Apart:
    return Apart(
        row.public_id,
        row.state.value,
        row.isolated_by,
        row.isolated_at,
        row.asked_by,
        row.asked_at,
        row.decision,
        row.ended_by,
        row.ended_at,
        [(str(file["sha256"]), int(file["size"])) for file in row.files],
        row.content_sha256,
        names.get(row.asked_by or "", row.asked_by or ""),
        names.get(row.ended_by or "", row.ended_by or ""),
    )
