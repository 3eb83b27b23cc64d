"""A running portal in which most things have happened, and who asks it."""

from collections.abc import Mapping, Sequence

import httpx
from sqlmodel import select

from models.tables import Agency, Assignment, Message, Period, Submission
from obligations.rules.scopes import OF_ACCOUNTS, OF_AGENCIES
from obligations.services.accounts.access import account_by_name, create_account, ensure_sample_account, sign_in_link
from obligations.services.interface.tokens import issue_agency_token, issue_token
from portal.asking import MOST_CALLS
from tests.portal.conftest import Site
from tests.portal.pages import live


def tokens(site: Site, most: int) -> list[str]:
    """As many tokens as may ask that often within a minute, of a coordinator and of an agency in turn."""
    made = []
    with site.app.write(site.now, "test") as ctx:
        account = ensure_sample_account(ctx).name
        for _ in range(most // MOST_CALLS + 2):
            made.append(issue_token(ctx, account, "thử", 90, OF_ACCOUNTS).secret)
            made.append(issue_agency_token(ctx, "so-tu-phap", "thử", 90, OF_AGENCIES).secret)
    return made


def ids(site: Site) -> list[str]:
    """Some of what exists, of every kind that stands in an address."""
    kinds = (Period.public_id, Assignment.public_id, Message.public_id, Submission.public_id, Agency.code)
    with site.app.read(site.now) as ctx:
        found = [key for kind in kinds for key in ctx.session.exec(select(kind).limit(8)).all()]
    return [site.assignment("so-tu-phap"), *found]


def browsers(site: Site) -> tuple[Mapping[str, httpx.Client], Mapping[str, Sequence[str]]]:
    """Everybody with the pages they know: coordinator, administrator, agencies, stranger."""
    world = live(site)
    with site.app.write(site.now, "test") as ctx:
        create_account(ctx, "quan-thu", "Quản trị thử", "thu@x.example", "administrator")
        way_in = sign_in_link(ctx, account_by_name(ctx, "quan-thu"))
    pages = {
        who: [shown.path for several in world.pages.values() for shown in several if shown.who == who]
        for who in world.clients
    }
    clients = {**world.clients, "administrator": site._through(way_in)}
    return clients, {**pages, "administrator": ["/accounts", "/programs", "/feeds", "/today", "/me"]}
