"""``dondoc request``: ask agencies for something by an exact hour; list, cancel, calls."""

import hashlib
from datetime import date, datetime

import typer

from cli.acting import AS_OF, FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, moment, opened
from models.enums import Urgency
from obligations.errors import Refused
from obligations.rules.clock_phrase import read_moment
from obligations.services.context import App
from obligations.services.requests.draft import RequestDraft

app = typer.Typer(invoke_without_command=True, no_args_is_help=True, help="Ad-hoc requests, due at an exact hour.")


@app.callback()
def ask(
    call: typer.Context,
    to: str = typer.Option("", help="codes of agencies, groups or roles, separated by commas"),
    content: str = typer.Option("", help="what is asked for; its first line is the title"),
    by: str = typer.Option("", help='2026-11-24T10:00, or as one says it: "trước 10h sáng mai"'),
    urgency: Urgency = typer.Option(Urgency.normal, help="how urgent it is"),
    document: str = typer.Option("", help='number and date of the document that asks: "123/STC-DN, 23/11/2026"'),
    form: str = typer.Option("either", help="what completes it: either, soft or signed"),
    receiver: str = typer.Option("", help="code of the role or agency that gathers the answers"),
    key: str = typer.Option("", help="idempotency key; by default the same words make one request"),
    dry_run: bool = typer.Option(False, "--dry-run", help="show text, agencies and every moment; send nothing"),  # noqa: FBT003 - typer declares a flag so
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Ask now: the notice goes at once, but never from 22:00 to 06:00; reminders follow in hours."""
    if call.invoked_subcommand is not None:
        return
    _need({"--to": to, "--content": content, "--by": by})
    with opened() as dondoc:
        now = moment(as_of, dondoc.settings)
        number, on = _document(document)
        due_at = _by(by, now.astimezone(dondoc.settings.zone))
        draft = RequestDraft(
            to=tuple(dict.fromkeys(code.strip() for code in to.split(",") if code.strip())),
            content=content,
            due_at=due_at,
            key=key or _key(to, content, due_at.isoformat(), document, urgency.value),
            urgency=urgency,
            document=number,
            document_on=on,
            completes_on=form,
            receiver=receiver or None,
        )
        if dry_run:
            _preview(dondoc, draft, now, style)
        else:
            _make(dondoc, draft, now, style, fixed=as_of is not None)


@app.command(name="list")
def list_(style: Format = FORMAT) -> None:
    """Requests, newest first."""
    from obligations.clock import utc_now  # noqa: PLC0415
    from obligations.services.requests.views import list_requests  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        show(
            list_requests(ctx),
            style,
            ("slug", "urgency", "due_at", "title", "agencies", "received", "waiting", "state"),
        )


@app.command()
def calls(request: str, as_of: str | None = AS_OF, style: Format = FORMAT) -> None:
    """Whom to telephone: those who have neither acknowledged nor sent; once it is due, all who have not sent."""
    from obligations.services.requests.report import find_request  # noqa: PLC0415
    from obligations.services.requests.views import call_list  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(moment(as_of, dondoc.settings)) as ctx:
        _obligation, period = find_request(ctx, request)
        show(call_list(ctx, period), style, ("code", "name", "phone", "address", "notice", "acknowledged_at"))


@app.command()
def cancel(
    request: str,
    reason: str = typer.Option(..., help="why; agencies that were told are told this"),
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Take a request back: nothing more goes out, and exactly those who were told hear of it."""
    from obligations.services.feeds.publish_feed import refresh_feeds  # noqa: PLC0415
    from obligations.services.requests.cancel_request import cancel_request  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        result = cancel_request(ctx, request, reason)
        refresh_feeds(ctx)
    show_one(result, style)


def _make(dondoc: App, draft: RequestDraft, now: datetime, style: Format, *, fixed: bool) -> None:
    """Make it, then hand its notices over without waiting for the next round."""
    from obligations.clock import utc_now  # noqa: PLC0415
    from obligations.services.feeds.publish_feed import refresh_feeds  # noqa: PLC0415
    from obligations.services.requests.report import request_report  # noqa: PLC0415
    from obligations.services.sending.deliver import deliver_due  # noqa: PLC0415
    from obligations.services.sending.deliver_claim import Only  # noqa: PLC0415

    with dondoc.write(now, actor()) as ctx:
        made = request_report(ctx, draft)
        refresh_feeds(ctx)
    deliver_due(dondoc, (lambda: now) if fixed else utc_now, only=Only.urgent)
    show_one(made, style)


def _preview(dondoc: App, draft: RequestDraft, now: datetime, style: Format) -> None:
    from obligations.services.requests.preview_request import preview_request  # noqa: PLC0415

    shown = preview_request(dondoc, draft, now, actor())
    if style == Format.json:
        show_one(shown, style)
        return
    asked = shown.requested
    print(f"Gửi lúc {_said(asked.sends_at)} đến {asked.agencies} cơ quan, đơn vị; thời hạn {_said(asked.due_at)}")
    for reminder in shown.reminders:
        print(f"  {_said(reminder.at)}  {reminder.text}")
    print("\nNơi nhận:")
    for row in shown.recipients:
        print(f"  {row.name} <{row.address or 'chưa có địa chỉ: gọi điện thoại'}>")
    print(f"\n{shown.subject}\n\n{shown.text}", end="")


def _said(at: datetime | None) -> str:
    return f"{at:%H:%M %d/%m/%Y}" if at else "(không gửi)"


def _need(given: dict[str, str]) -> None:
    missing = [flag for flag, value in given.items() if not value.strip()]
    if missing:
        raise typer.BadParameter(f"{', '.join(missing)} must be given.")


def _by(text: str, now: datetime) -> datetime:
    try:
        return read_moment(text, now)
    except ValueError as error:
        raise Refused(f"Thời hạn {error}") from error


def _document(text: str) -> tuple[str | None, date | None]:
    """``123/STC-DN, 23/11/2026`` as number and date."""
    if not text.strip():
        return None, None
    number, _, on = (part.strip() for part in text.rpartition(","))
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return number, datetime.strptime(on, form).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
    raise Refused(f"Văn bản “{text}”: ghi số, ký hiệu và ngày, ví dụ 123/STC-DN, 23/11/2026")


def _key(*words: str) -> str:
    return "cli:" + hashlib.sha256("\0".join(words).encode()).hexdigest()[:40]
