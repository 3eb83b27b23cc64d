"""Who acted, by the names people know."""

from collections.abc import Iterable

from sqlmodel import col, select

from models.tables import Account, Agency
from obligations.services.context import Context

AGENCY = "agency:"
"""Before the code of an agency that acted."""


def actor_names(ctx: Context, actors: Iterable[str]) -> dict[str, str]:
    """Actors by the names people know: accounts (also ``lan (thay hung)``) and agencies; two queries."""
    several = list(actors)
    people = dict(ctx.session.exec(select(Account.name, Account.display_name)).all())
    codes = [actor.removeprefix(AGENCY) for actor in several if actor.startswith(AGENCY)]
    agencies = dict(ctx.session.exec(select(Agency.code, Agency.name).where(col(Agency.code).in_(codes))).all())
    found = {}
    for actor in several:
        own, _, instead = actor.partition(" (thay ")
        if actor.startswith(AGENCY):
            found[actor] = agencies.get(actor.removeprefix(AGENCY), "")
        elif own in people:
            other = instead.rstrip(")")
            found[actor] = people[own] + (f" (thay {people.get(other, other)})" if instead else "")
    return {actor: name for actor, name in found.items() if name}
