"""What a first start puts in place: schema, registry, plan 197, sample mailboxes and a sample account."""

from collections.abc import Callable
from datetime import date, datetime

from sqlmodel import func, select

from models.migrate import upgrade
from models.tables import Plan
from obligations.services.agencies.registry import add_sample_contacts, apply_registry
from obligations.services.context import App
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.planning.apply_plan import apply_plan
from plans.library import HUNG_YEN, PLAN_197
from plans.reading import read_plan, read_registry

SINCE = date(2026, 1, 1)
ACTOR = "dondoc up"


def prepare(app: App, as_of: datetime, say: Callable[[str], None]) -> None:
    """Migrate; on an empty database apply the registry and plan 197 with sample mailboxes that reach nobody."""
    upgrade(app.database)
    with app.read(as_of) as ctx:
        has_plan = ctx.session.exec(select(func.count()).select_from(Plan)).one() > 0
    if not has_plan:
        with app.write(as_of, ACTOR) as ctx:
            apply_registry(ctx, read_registry(HUNG_YEN))
            add_sample_contacts(ctx)
            applied = apply_plan(ctx, read_plan(PLAN_197), SINCE)
            say(
                f"Applied plan {applied.slug}: {applied.obligations} obligations, open: {', '.join(applied.opened) or 'none'}."
            )
    with app.write(as_of, ACTOR) as ctx:
        refresh_feeds(ctx)


def sample_sign_in(app: App, as_of: datetime, base: str) -> str:
    """Address that signs the sample coordinator in, on this machine only."""
    from obligations.services.accounts.access import ensure_sample_account, sign_in_link  # noqa: PLC0415 - beside its use

    with app.write(as_of, ACTOR) as ctx:
        return base + sign_in_link(ctx, ensure_sample_account(ctx))
