"""``dondoc``: exit 0 ok, 1 refused with a reason, 2 wrong usage."""

import os
import sys

import typer

from cli import (
    accounts,
    acting,
    agencies,
    audit,
    batches,
    calls,
    care,
    contacts,
    feed,
    holidays,
    ledger,
    messages,
    pauses,
    period,
    phrase,
    plan,
    reading,
    request,
    service,
    simulate,
    tokens,
    zalo,
    zns,
)
from cli.session import INTERRUPTED, REFUSED, WRONG_USAGE, defect, fail
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
for family in (service, reading, phrase, simulate, acting, pauses, care, ledger):
    family.add_to(app)
app.add_typer(plan.app, name="plan")
app.add_typer(period.app, name="period")
app.add_typer(request.app, name="request")
app.add_typer(agencies.app, name="agencies")
app.add_typer(contacts.app, name="contacts")
app.add_typer(holidays.app, name="holidays")
app.add_typer(feed.app, name="feed")
app.add_typer(messages.app, name="messages")
app.add_typer(calls.app, name="calls")
app.add_typer(zns.app, name="notices")
app.add_typer(batches.app, name="batch")
app.add_typer(accounts.app, name="account")
app.add_typer(tokens.app, name="tokens")
app.add_typer(audit.app, name="audit")
app.add_typer(zalo.app, name="zalo")
app.add_typer(zalo.secrets, name="secrets")
app.add_typer(zalo.inbound, name="inbound")

# typer carries its own copy of click and exports neither base class, only this child of both.
_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[2]


def main() -> None:
    """Run one command; a person never sees a trace. What it writes is for its own account alone: persons stand in it."""
    os.umask(0o077)
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run one command line (default: the process's own) and give its exit status."""
    try:
        status = app(arguments, standalone_mode=False)
        sys.stdout.flush()
    except (DondocError, ChannelError) as error:
        return fail(error)
    except PlanFileError as error:
        for each in (error, *error.others):
            print(f"dondoc: {each}", file=sys.stderr)
        return REFUSED
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - nothing lies between this line and the person
        return _other(error)
    return status if isinstance(status, int) else 0


def _other(error: Exception) -> int:
    if isinstance(error, BrokenPipeError):  # the reader, such as head, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return _usage(error) if isinstance(error, _USAGE_ERROR) else defect(error)


def _usage(error: Exception) -> int:
    """One line for a wrong word; a family called without one has already shown its help."""
    message = str(getattr(error, "format_message", lambda: error)())
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message, end="", file=sys.stderr)
        return WRONG_USAGE
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "dondoc"
    print(f"dondoc: {message} See: {where} --help", file=sys.stderr)
    return WRONG_USAGE


if __name__ == "__main__":
    main()
