"""Controls that hold for every route, found by walking them."""

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from models.tables import AccessLink, AuditEntry, InboundEvent, PortalSession
from obligations.services.context import open_app
from obligations.settings import Settings
from portal.application import create_app
from portal.serve import masked
from tests.portal.conftest import LATE, PDF, Site, key_in, token_in

ONE, OTHER = "so-tu-phap", "so-y-te"
CSP = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every method and path, OpenAPI or not, with its parameters filled."""
    from starlette.routing import BaseRoute

    def walk(items: list[BaseRoute], prefix: str) -> Iterator[tuple[str, str]]:
        for route in items:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                yield from walk(inner.routes, prefix)
                continue
            for method in getattr(route, "methods", None) or ():
                yield method, re.sub(r"\{[^}]+\}", "x", prefix + getattr(route, "path", ""))

    yield from walk(app.routes, "")


def all_routes(settings: Settings) -> list[tuple[str, str]]:
    app = open_app(settings)
    found = sorted(set(routes(create_app(app))))
    app.close()
    assert len(found) > 30
    return found


def test_every_unsafe_route_refuses_a_request_without_our_token(site: Site, settings: Settings) -> None:
    site.confirm()
    unsafe = [(m, p) for m, p in all_routes(settings) if m in UNSAFE and not p.startswith("/hooks/")]
    assert len(unsafe) >= 14
    for client in (site.client(), site.staff(), site.agency(ONE)):
        for method, path in unsafe:
            assert client.request(method, path, data={"csrf": "wrong"}).status_code == 403, (method, path)


def test_a_right_token_from_another_origin_is_refused(site: Site) -> None:
    staff = site.staff()
    token = token_in(staff.get("/"))
    for headers in ({"origin": "https://evil.example"}, {"origin": "null", "sec-fetch-site": "cross-site"}):
        assert staff.post("/logout", data={"csrf": token}, headers=headers).status_code == 403
    kept = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert staff.post("/logout", data={"csrf": token}, headers=kept).status_code == 303


def test_safe_headers_stand_on_every_answer(site: Site, settings: Settings) -> None:
    client = site.client()
    readable = [p for m, p in all_routes(settings) if m == "GET"]
    for path in [*readable, "/nowhere", "/static/dondoc.css", "/static/nothing.css", "/f/p/none/x.ics"]:
        response = client.get(path)
        assert response.headers["content-security-policy"] == CSP, path
        assert response.headers["x-content-type-options"] == "nosniff", path
        assert response.headers["referrer-policy"] == "no-referrer", path
        assert response.headers["x-request-id"], path
        assert "server error" not in response.text.lower()
        assert response.status_code < 500, path
    assert client.get("/").headers["cache-control"] == "no-store"


OUR_SCRIPT = '<script src="/static/dondoc.js" defer>'


def test_pages_ask_nothing_of_others_and_carry_no_inline_style_or_script(site: Site) -> None:
    site.confirm()
    staff, member = site.staff(), site.agency(ONE)
    pages = [staff.get(p) for p in ("/", "/plans", "/periods", f"/periods/{site.period()}", "/messages")]
    pages += [
        staff.get(f"/assignments/{site.assignment(ONE)}"),
        member.get("/a"),
        member.get(f"/a/{site.assignment(ONE)}"),
    ]
    for page in pages:
        assert page.status_code == 200
        keeps_drafts = page.url.path == f"/a/{site.assignment(ONE)}"
        assert re.findall(r"<script[^>]*>[^<]*", page.text) == ([OUR_SCRIPT] if keeps_drafts else [])
        assert not re.search(r"<style|\sstyle=|\son\w+=", page.text)
        for target in re.findall(r'(?:src|href|action)="([^"]+)"', page.text):
            assert target.startswith(("/", "#", "http://127.0.0.1:")), target


def test_one_agency_never_sees_anything_of_another(site: Site) -> None:
    site.confirm()
    owner, stranger = site.agency(ONE), site.agency(OTHER)
    path = f"/a/{site.assignment(ONE)}"
    form = owner.get(path)
    data = {
        "csrf": token_in(form),
        "key": key_in(form),
        "form": "signed",
        "document_number": "1/BC",
        "document_on": "28/10/2026",
    }
    sent = owner.post(path, data=data, files={"files": ("a.pdf", PDF, "application/pdf")})
    assert sent.status_code == 303
    receipt = sent.headers["location"]
    file = re.findall(r"/attachments/[\w-]+", owner.get(receipt).text)[0]
    assert owner.get(file).content == PDF
    foreign = {"csrf": token_in(stranger.get("/a")), "key": "a-key-of-mine", "form": "nil"}
    for own in (path, receipt, file):
        assert owner.get(own).status_code == 200
        assert stranger.get(own).status_code == 404
        assert site.client().get(own).status_code in (403, 404)
    assert stranger.post(path, data=foreign).status_code == 404
    replay = {**foreign, "key": data["key"]}
    mine = f"/a/{site.assignment(OTHER)}"
    assert stranger.post(mine, data=replay).headers["location"] != receipt


def test_a_link_gives_no_right_of_a_coordinator(site: Site, settings: Settings) -> None:
    site.confirm()
    member = site.agency(ONE)
    token = token_in(member.get("/a"))
    period, assignment = site.period(), site.assignment(ONE)
    for method, path in all_routes(settings):
        if method in UNSAFE and path.startswith(("/periods", "/assignments", "/messages", "/logout")):
            real = path.replace("/periods/x", f"/periods/{period}").replace(
                "/assignments/x", f"/assignments/{assignment}"
            )
            assert member.post(real, data={"csrf": token}).status_code == 403
    assert member.get(f"/assignments/{assignment}").status_code == 403


def test_fifty_openings_by_mail_scanners_change_nothing(site: Site) -> None:
    site.confirm()
    token = site.link(ONE)
    client = site.client()

    def traces() -> tuple[int, int, int]:
        with site.app.read(LATE) as ctx:
            used = [row for row in ctx.session.exec(select(AccessLink)).all() if row.last_used_at]
            return (
                len(used),
                len(ctx.session.exec(select(PortalSession)).all()),
                len(ctx.session.exec(select(AuditEntry)).all()),
            )

    before = traces()
    for n in range(50):
        response = client.request("HEAD" if n % 2 else "GET", f"/s/{token}")
        assert response.status_code == 200
        assert "set-cookie" not in response.headers
    assert traces() == before
    member = site.agency(ONE)
    assert member.get("/a").status_code == 200


def test_the_session_cookie_is_out_of_reach_and_the_address_clean(site: Site) -> None:
    site.confirm()
    path = f"/s/{site.link(ONE)}"
    client = site.client()
    response = client.post(path, data={"csrf": token_in(client.get(path))})
    cookie = response.headers["set-cookie"]
    assert response.headers["location"] == "/a"
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    again = client.post(path, data={"csrf": token_in(client.get(path))}).headers["set-cookie"]
    assert cookie.split(";")[0] != again.split(";")[0], "a new secret at every exchange"


def test_over_https_the_cookie_is_bound_to_the_host(settings: Settings) -> None:
    import asyncio

    app = open_app(settings.model_copy(update={"base_url": "https://baocao.hungyen.example"}))
    transport = httpx.ASGITransport(create_app(app, lambda: LATE))

    async def walk() -> None:
        async with httpx.AsyncClient(transport=transport, base_url="https://baocao.hungyen.example") as client:
            from obligations.services.accounts.access import ensure_sample_account, sign_in_link

            with app.write(LATE, "test") as ctx:
                path = sign_in_link(ctx, ensure_sample_account(ctx))
            assert (await client.get("/")).status_code == 403, "off loopback, reading needs a name"
            assert (await client.get("/api/v1/status")).status_code == 403
            assert (await client.get("/healthz")).status_code == 200
            page = await client.get(path)
            opened = await client.post(
                path, data={"csrf": token_in(page)}, headers={"origin": "https://baocao.hungyen.example"}
            )
            assert opened.headers["set-cookie"].startswith("__Host-dondoc-staff=")
            assert "Secure" in opened.headers["set-cookie"]
            assert opened.headers["strict-transport-security"]
            assert (await client.get("/")).status_code == 200
            assert (await client.get("/", headers={"host": "127.0.0.1"})).status_code == 421

    asyncio.run(walk())
    app.close()


def test_a_foreign_host_name_is_refused(site: Site) -> None:
    client = site.client()
    assert client.get("/", headers={"host": "rebound.example"}).status_code == 421
    assert client.get("/healthz", headers={"host": "rebound.example"}).status_code == 200
    assert client.get("/", headers={"host": "localhost:1"}).status_code == 200


def test_a_sign_in_link_works_once_and_not_for_ever(site: Site) -> None:
    from datetime import timedelta

    from obligations.services.accounts.access import ensure_sample_account, sign_in_link

    with site.app.write(site.now, "test") as ctx:
        path = sign_in_link(ctx, ensure_sample_account(ctx))
    client = site.client()
    token = token_in(client.get(path))
    site.now = LATE + timedelta(hours=9)
    assert client.get(path).status_code == 404
    site.now = LATE
    assert client.post(path, data={"csrf": token}).status_code == 303
    assert client.post(path, data={"csrf": token}).status_code == 404
    assert client.get(path[:-1] + "9").status_code == 404


def test_a_session_ends_with_its_time_and_its_link(site: Site) -> None:
    from datetime import timedelta

    site.confirm()
    member = site.agency(ONE)
    site.now = LATE + timedelta(hours=8, seconds=1)
    assert member.get("/a").status_code == 403
    site.now = LATE
    with site.app.write(LATE, "test") as ctx:
        for link in ctx.session.exec(select(AccessLink)).all():
            link.revoked_at = LATE
    assert member.get("/a").status_code == 403
    assert site.client().get(f"/s/{site.link(ONE)}").status_code == 410


def test_no_secret_of_an_address_reaches_the_log() -> None:
    assert masked('GET /s/abcDEF-_1 HTTP/1.1" 200') == 'GET /s/*** HTTP/1.1" 200'
    assert masked("/f/a/secret/lich.ics") == "/f/a/***/lich.ics"
    assert masked("/login/t.123") == "/login/***"
    assert masked("GET /login/oidc/callback?code=a&state=b HTTP/1.1") == "GET /login/***/callback?*** HTTP/1.1"
    assert masked("/f/p/197-kh-ubnd/lich.ics") == "/f/p/197-kh-ubnd/lich.ics"


def test_a_failure_shows_a_number_and_never_a_trace(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise RuntimeError("the canary of a trace")

    monkeypatch.setattr("portal.routes.staff.dashboard", broken)
    response = site.client().get("/")
    assert response.status_code == 500
    assert "canary" not in response.text
    assert "Traceback" not in response.text
    assert response.headers["x-request-id"] in response.text
    assert response.headers["content-security-policy"] == CSP


def test_hooks_refuse_whoever_does_not_prove_itself_and_keep_nothing(site: Site, settings: Settings) -> None:
    hooks = [p for m, p in all_routes(settings) if m in UNSAFE and p.startswith("/hooks/")]
    assert len(hooks) == 2
    for path in hooks:
        assert site.client().post(path, content=b"{}").status_code == 401, path
        assert site.client().post(path, content=b"x" * (2 << 20)).status_code == 413, path
    with site.app.read(LATE) as ctx:
        assert not ctx.session.exec(select(InboundEvent)).all()
