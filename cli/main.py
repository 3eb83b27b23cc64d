"""``dondoc``: exit 0 ok, 1 refused with a reason, 2 wrong usage."""

import sys

import typer

from cli import acting, agencies, audit, care, feed, messages, period, plan, reading, service
from cli.session import REFUSED, fail
from notifications.channel import ChannelError
from obligations.errors import DondocError
from plans.errors import PlanFileError

app = typer.Typer(
    name="dondoc",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Đôn đốc: workflows and deadlines of government plans.",
)
for family in (service, reading, acting, care):
    family.add_to(app)
app.add_typer(plan.app, name="plan")
app.add_typer(period.app, name="period")
app.add_typer(agencies.app, name="agencies")
app.add_typer(agencies.contacts, name="contacts")
app.add_typer(feed.app, name="feed")
app.add_typer(messages.app, name="messages")
app.add_typer(audit.app, name="audit")

# typer carries its own copy of click and exports neither base class, only this child of both.
_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[2]


def main() -> None:
    """Run one command; a person never sees a trace of a refusal. typer itself answers wrong usage with 2."""
    try:
        app()
    except (DondocError, ChannelError) as error:
        sys.exit(fail(error))
    except PlanFileError as error:
        for each in (error, *error.others):
            print(f"dondoc: {each}", file=sys.stderr)
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
