"""Is it alive, is it ready, how is it doing."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response

from obligations.services.views.health import health_facts, problem_of
from portal.asking import portal_of
from portal.metrics import CONTENT_TYPE, exposition
from portal.pages import STATIC

router = APIRouter(include_in_schema=False)
ROBOTS = "User-agent: *\nDisallow: /\nAllow: /f/\n"


@router.api_route("/healthz", methods=["GET", "HEAD"])
def healthz() -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


@router.api_route("/readyz", methods=["GET", "HEAD"])
def readyz(request: Request) -> Response:
    """The database answers and has the schema this version needs."""
    problem = problem_of(portal_of(request).app)
    return PlainTextResponse(f"{problem or 'ready'}\n", 503 if problem else 200)


@router.api_route("/metrics", methods=["GET", "HEAD"])
def metrics(request: Request) -> Response:
    """Prometheus text: the queue, leases, periods and the write-ahead log. No names and no addresses."""
    portal = portal_of(request)
    return Response(exposition(health_facts(portal.app, portal.clock())), media_type=CONTENT_TYPE)


@router.api_route("/robots.txt", methods=["GET", "HEAD"])
def robots() -> Response:
    """Feeds stay fetchable: a Disallow there stops calendar services; private ones say noindex themselves."""
    return PlainTextResponse(ROBOTS, headers={"cache-control": "public, max-age=86400"})


@router.api_route("/favicon.ico", methods=["GET", "HEAD"])
def favicon() -> Response:
    """The icon where browsers ask for it by themselves."""
    return FileResponse(
        STATIC / "icon.svg", media_type="image/svg+xml", headers={"cache-control": "public, max-age=86400"}
    )
