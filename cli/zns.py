"""``dondoc notices``: what the texts of notices need from outside, such as Zalo's approval."""

from enum import StrEnum

import typer

from cli.output import Format, show
from obligations.errors import Refused
from obligations.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="Texts of notices.")


class Style(StrEnum):
    """``--format``: a table, JSON, or the page to submit."""

    table = "table"
    json = "json"
    md = "md"


@app.callback()
def notices() -> None:
    """Keep ``zns`` a command of its own."""


@app.command()
def zns(style: Style = typer.Option(Style.table, "--format", help="table, json or md (the page to submit)")) -> None:
    """ZNS templates to submit to Zalo for approval, checked against its known limits."""
    from notifications.zns_page import zns_page  # noqa: PLC0415
    from notifications.zns_templates import problems_of, zns_templates  # noqa: PLC0415

    settings = read_settings()
    templates = zns_templates(settings.landline, settings.base_url)
    problems = [f"{one.name}: {problem}" for one in templates for problem in problems_of(one)]
    if problems:
        raise Refused("; ".join(problems))
    if style == Style.md:
        print(zns_page(templates), end="")
    else:
        show(templates, Format(style.value), ("name", "purpose", "kinds", "title"))
