"""Which agency a member speaks for."""

from models.tables import Agency
from obligations.errors import NotFound
from obligations.services.accounts.access import Actor
from obligations.services.context import Context


def agency_of(ctx: Context, actor: Actor) -> Agency:
    """The member's agency; NotFound for a named account."""
    if actor.agency_id is None:
        raise NotFound("no agency asks")
    return ctx.session.get_one(Agency, actor.agency_id)
