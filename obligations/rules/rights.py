"""Who holds which role on a day: what an account has by itself, less what it handed over, plus what it was handed (S6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

COORDINATOR = "coordinator"
"""Chuyên viên theo dõi, tổng hợp."""
APPROVER = "approver"
"""Lãnh đạo duyệt: approves letters that coordinators submit (S6)."""
REGISTRAR = "registrar"
"""Văn thư: records what came in and the numbers of letters, nothing else."""
OBSERVER = "observer"
"""Reads, acts on nothing."""
ADMINISTRATOR = "administrator"
"""Accounts, keys, days off, the registry, stopping everything; no decision about a report."""
ROLES = (COORDINATOR, APPROVER, REGISTRAR, ADMINISTRATOR, OBSERVER)
PRIVILEGED = frozenset({COORDINATOR, APPROVER, ADMINISTRATOR})
"""Roles whose holder needs a second factor where the installation asks for one."""
_INSTEAD = " (thay "


@dataclass(frozen=True)
class Handing:
    """One *bàn giao* or *ủy quyền*. Days are the installation's, both included; no ``until_on``: until it is ended."""

    giver: str
    taker: str
    roles: frozenset[str]
    from_on: date
    until_on: date | None
    transfer: bool
    """Bàn giao: the giver's own right rests meanwhile. Otherwise ủy quyền: both have it."""

    def covers(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


def roles_on(account: str, own: Mapping[str, frozenset[str]], handings: Iterable[Handing], day: date) -> dict[str, str]:
    """The roles an account may use on a day, each with the account it is used for: itself, or who handed it over.

    ``own``: the roles of every usable account. Only what somebody has of itself is handed over: nothing is passed on.
    A transfer outlives its giver's account, a delegation does not. Of several givers the first by name is named.
    """
    mine = set(own.get(account, frozenset()))
    taken: dict[str, str] = {}
    for h in sorted(handings, key=lambda h: h.giver):
        if not h.covers(day) or h.giver == h.taker:
            continue
        if h.giver == account and h.transfer:
            mine -= h.roles
        if h.taker == account and (h.transfer or h.giver in own):
            for role in h.roles if h.giver not in own else h.roles & own[h.giver]:
                taken.setdefault(role, h.giver)
    return {**taken, **dict.fromkeys(mine, account)} if account in own else {}


def acting_name(account: str, giver: str) -> str:
    """The name an act is audited under: one's own, and whose place one takes."""
    return account if account == giver else f"{account}{_INSTEAD}{giver})"


def own_name(actor: str) -> str:
    """The account that acted, whoever's place it took."""
    return actor.partition(_INSTEAD)[0]
