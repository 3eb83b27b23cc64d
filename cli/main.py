"""``dondoc``: exit 0 ok, 1 refused with a reason, 2 wrong usage."""

import sys

import click
import typer

from cli import acting, agencies, audit, care, feed, messages, period, plan, reading, service
from cli.session import fail
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


def main() -> None:
    """Run one command; a person never sees a trace of a refusal."""
    try:
        status = app(standalone_mode=False)
    except (DondocError, ChannelError) as error:
        sys.exit(fail(error))
    except PlanFileError as error:
        for each in (error, *error.others):
            print(f"dondoc: {each}", file=sys.stderr)
        sys.exit(1)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
