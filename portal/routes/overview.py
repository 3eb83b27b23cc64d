"""Looking things up, and taking a table away as a file."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from obligations.services.accounts.access import Actor
from obligations.services.ledgers.document import FORMATS
from obligations.services.overview.search import search
from portal.asking import acting, portal_of, staff
from portal.pages import attachment_headers, page
from portal.tables import render_table, table_of

router = APIRouter(include_in_schema=False)


@router.api_route("/search", methods=["GET", "HEAD"])
def found(request: Request, q: str = "") -> Response:
    """What a few words are found in."""
    portal, who = portal_of(request), _reader(request)
    with portal.app.read(portal.clock(), who.name) as ctx:
        shown = search(ctx, who, " ".join(q.split())[:100])
    return page(request, "search.html", found=shown)


@router.api_route("/export/{name}.{form}", methods=["GET", "HEAD"])
def export(request: Request, name: str, form: str) -> Response:
    """A table under the filters of its page, for whom its page is. Taking whole addresses is audited."""
    portal, table = portal_of(request), table_of(name, form)
    who = _reader(request)
    who = acting(who, *table.roles) if table.roles else who
    opened = portal.app.write if table.personal else portal.app.read
    with opened(portal.clock(), who.name) as ctx:
        content = render_table(ctx, table, form, request.query_params)
    headers = attachment_headers(f"{table.file_name}.{form}")
    return Response(content, media_type=FORMATS[form][1], headers=headers)


def _reader(request: Request) -> Actor:
    """The named account that the gate has let in."""
    who = staff(request)
    if who is None:
        raise HTTPException(403, "sign-in")
    return who
