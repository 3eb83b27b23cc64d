"""``dondoc notices``: templates that Zalo has to approve, and whether a saved text is what was sent."""

from enum import StrEnum
from pathlib import Path

import typer

from cli.acting import FORMAT
from cli.output import Format, show, show_one
from cli.session import opened
from obligations.clock import utc_now
from obligations.errors import Refused
from obligations.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="Texts of notices.")


class Style(StrEnum):
    """``--format``: a table, JSON, or the page to submit."""

    table = "table"
    json = "json"
    md = "md"


@app.command()
def zns(style: Style = typer.Option(Style.table, "--format", help="table, json or md (the page to submit)")) -> None:
    """ZNS templates to submit to Zalo for approval, checked against its known limits."""
    from notifications.zns_limits import problems_of  # noqa: PLC0415
    from notifications.zns_page import zns_page  # noqa: PLC0415
    from notifications.zns_templates import zns_templates  # noqa: PLC0415

    settings = read_settings()
    templates = zns_templates(settings.landline, settings.base_url)
    problems = [f"{one.name}: {problem}" for one in templates for problem in problems_of(one)]
    if problems:
        raise Refused("; ".join(problems))
    if style == Style.md:
        print(zns_page(templates), end="")
    else:
        show(templates, Format(style.value), ("name", "purpose", "kinds", "title"))


@app.command()
def check(message: str, file: Path, style: Format = FORMAT) -> None:
    """Is a saved text what was sent under this message's name? Exit 1 when it is not."""
    from obligations.services.sending.message_proof import check_text  # noqa: PLC0415

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file} cannot be read as UTF-8 text: {error}") from error
    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        proof = check_text(ctx, message, text)
    show_one(proof, style)
    if not proof.matches:
        raise typer.Exit(1)
