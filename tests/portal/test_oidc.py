"""Signing in by the province's account, against a real provider process."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import expect
from sqlmodel import select

from models.tables import Account, PortalSession
from obligations.clock import utc_now
from obligations.services.accounts.access import create_account
from obligations.services.accounts.people import disable_account
from obligations.services.context import App
from obligations.services.sealing import seal, unseal
from obligations.settings import Settings
from tests.portal.browsing import DESK, browser_page, fits
from tests.portal.conftest import Site, serve
from tests.portal.oidc_world import LAN, STRANGER, UNVERIFIED, Change, provider, tampering
from tests.ports import free_port

pytestmark = pytest.mark.e2e
COOKIE = "dondoc-oidc"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider(LAN, UNVERIFIED, STRANGER) as url:
        yield url


def people(app: App) -> None:
    with app.write(utc_now(), "test") as ctx:
        create_account(ctx, "lan", "Phạm Thị Lan", "lan@stc.example")
        create_account(ctx, "quan", "Trần Quân", "quan@stc.example", "administrator")


def with_issuer(settings: Settings, issuer: str, **more: object) -> Settings:
    return settings.model_copy(
        update={"oidc_issuer": issuer, "oidc_client_id": "dondoc", "oidc_client_secret": "bí-mật", **more}
    )


@pytest.fixture
def site(settings: Settings, issuer: str) -> Iterator[Site]:
    for running in serve(with_issuer(settings, issuer), people):
        running.now = utc_now()
        yield running


def authorize(client: httpx.Client, sub: str = "lan-1") -> str:
    """Go to the provider and say who one is; gives the address it leads back to."""
    asked = client.get("/login/oidc")
    assert asked.status_code == 303
    query = parse_qs(urlsplit(asked.headers["location"]).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["state"][0]) >= 32
    assert len(query["nonce"][0]) >= 32
    said = httpx.post(asked.headers["location"], data={"sub": sub}, trust_env=False)
    assert said.status_code == 302, said.text[:300]
    return str(said.headers["location"])


def test_who_has_an_account_is_signed_in_and_bound(site: Site) -> None:
    client = site.client()
    assert "Đăng nhập bằng tài khoản dùng chung của tỉnh" in client.get("/login").text
    back = client.get(authorize(client))
    assert (back.status_code, back.headers["location"]) == (303, "/?done=signed-in")
    assert COOKIE not in client.cookies, "what proved the asking is gone"
    assert "Phạm Thị Lan" in client.get("/").text
    assert "hệ thống đăng nhập của tỉnh" in client.get("/me").text
    with site.app.read(site.now) as ctx:
        lan = ctx.session.exec(select(Account).where(Account.name == "lan")).one()
    assert lan.oidc_subject is not None
    assert lan.oidc_subject.endswith(" lan-1")


@pytest.mark.parametrize("sub", ["gia-1", "khach-1"])
def test_whoever_has_none_is_told_what_to_do_and_gets_nothing(site: Site, sub: str) -> None:
    client = site.client()
    refused = client.get(authorize(client, sub))
    assert refused.status_code == 403
    assert "chưa được khai báo trên trang này" in refused.text
    assert "stc.example" in refused.text
    with site.app.read(site.now) as ctx:
        assert ctx.session.exec(select(PortalSession)).all() == []
        assert len(ctx.session.exec(select(Account)).all()) == 2


def test_a_disabled_account_stays_out(site: Site) -> None:
    client = site.client()
    client.get(authorize(client))
    with site.app.write(site.now, "quan") as ctx:
        disable_account(ctx, "lan", "chuyển công tác")
    assert client.get(authorize(client)).status_code == 403


def test_an_answer_serves_once_and_only_in_the_browser_that_asked(site: Site) -> None:
    victim, other = site.client(), site.client()
    address = authorize(victim)
    assert other.get(address).status_code == 403, "no cookie"
    authorize(other)
    assert other.get(address).status_code == 403, "another state"
    kept = victim.cookies[COOKIE]
    assert victim.get(address).status_code == 303
    assert victim.get(address).status_code == 403, "the cookie is gone"
    victim.cookies.set(COOKIE, kept)
    assert victim.get(address).status_code == 403, "the provider takes a code once"


def tampered(site: Site, client: httpx.Client, **change: object) -> None:
    """Give the browser what it might have kept for another asking."""
    kept = json.loads(unseal(site.app.settings, client.cookies[COOKIE]))
    client.cookies.clear()
    client.cookies.set(COOKIE, seal(site.app.settings, json.dumps({**kept, **change})))


@pytest.mark.parametrize(
    "change", [{"n": "another-nonce"}, {"s": "another-state"}, {"at": utc_now().timestamp() - 601}]
)
def test_another_nonce_or_state_or_an_old_asking_is_refused(site: Site, change: dict[str, object]) -> None:
    client = site.client()
    address = authorize(client)
    tampered(site, client, **change)
    refused = client.get(address)
    assert refused.status_code == 403
    assert "Không xác nhận được kết quả đăng nhập" in refused.text
    with site.app.read(site.now) as ctx:
        assert ctx.session.exec(select(PortalSession)).all() == []


@pytest.mark.parametrize("query", ["", "?state=x", "?error=access_denied", "?code=x&state=x&iss=https://evil.example"])
def test_answers_made_up_by_anybody_are_refused(site: Site, query: str) -> None:
    client = site.client()
    authorize(client)
    assert client.get(f"/login/oidc/callback{query}").status_code == 403
    assert site.client().get(f"/login/oidc/callback{query}").status_code == 403


def test_saying_no_at_the_provider_is_said(site: Site) -> None:
    client = site.client()
    address = client.get("/login/oidc").headers["location"]
    said = httpx.post(address, data={"action": "deny"}, trust_env=False)
    state = parse_qs(urlsplit(address).query)["state"][0]
    assert "error=access_denied" in said.headers["location"]
    refused = client.get(f"/login/oidc/callback?error=access_denied&state={state}")
    assert refused.status_code == 403
    assert "đã được dừng" in refused.text


def _part(token: str, number: int) -> dict[str, object]:
    text = token.split(".")[number]
    return dict(json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))


def _encoded(part: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def _token(change: Change) -> Change:
    def apply(path: str, body: bytes) -> bytes | int:
        if not path.endswith("/token"):
            return body
        answer = json.loads(body)
        changed = change("", str(answer["id_token"]).encode())
        assert isinstance(changed, bytes)
        return json.dumps({**answer, "id_token": changed.decode()}).encode()

    return apply


def _claims(**claims: object) -> Change:
    def apply(_: str, token: bytes) -> bytes:
        head, _body, signature = token.decode().split(".")
        return f"{head}.{_encoded({**_part(token.decode(), 1), **claims})}.{signature}".encode()

    return _token(apply)


def _unsigned(_: str, token: bytes) -> bytes:
    return f"{_encoded({'alg': 'none'})}.{token.decode().split('.')[1]}.".encode()


def _at(end: str, answer: bytes | int) -> Change:
    return lambda path, body: answer if path.endswith(end) else body


FORGED: dict[str, tuple[Change, str]] = {
    "another person under the same signature": (_claims(email="quan@stc.example"), "Không xác nhận"),
    "no signature": (_token(_unsigned), "Không xác nhận"),
    "no token": (_at("/token", b"{}"), "Không xác nhận"),
    "no keys": (_at("/jwks", b'{"keys": []}'), "Không xác nhận"),
    "keys that are none": (_at("/jwks", b"<html>"), "Không liên lạc được"),
    "the code refused": (_at("/token", 400), "Không xác nhận"),
    "a failing server": (_at("/jwks", 503), "Không liên lạc được"),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_a_tampered_provider_says_opens_nothing(settings: Settings, issuer: str, name: str) -> None:
    change, words = FORGED[name]
    with tampering(issuer, change) as between:
        for site in serve(with_issuer(settings, between), people):
            site.now = utc_now()
            client = site.client()
            refused = client.get(authorize(client))
            assert refused.status_code == 403
            assert words in refused.text
            with site.app.read(site.now) as ctx:
                assert ctx.session.exec(select(PortalSession)).all() == []


def test_a_token_of_yesterday_is_refused(site: Site) -> None:
    client = site.client()
    site.now = utc_now() + timedelta(hours=2)
    assert client.get(authorize(client)).status_code == 403


def _other_issuer(path: str, body: bytes) -> bytes:
    return b'{"issuer": "https://evil.example"}' if path.endswith("openid-configuration") else body


def _plain_address(path: str, body: bytes) -> bytes:
    if not path.endswith("openid-configuration"):
        return body
    return json.dumps({**json.loads(body), "authorization_endpoint": "http://evil.example/a"}).encode()


@pytest.mark.parametrize("change", [_other_issuer, _plain_address])
def test_another_issuer_or_a_plain_address_is_not_followed(settings: Settings, issuer: str, change: Change) -> None:
    with tampering(issuer, change) as between:
        for site in serve(with_issuer(settings, between), people):
            answer = site.client().get("/login/oidc")
            assert answer.status_code == 409
            assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("address", "more"),
    [("http://127.0.0.1:9", {}), ("https://sso.hungyen.example", {"allowed_hosts": "mail.hungyen.example"})],
)
def test_a_provider_that_is_away_or_not_listed_leaves_the_other_ways(
    settings: Settings, address: str, more: dict[str, object]
) -> None:
    for site in serve(with_issuer(settings, address, **more), people):
        answer = site.client().get("/login/oidc")
        assert answer.status_code == 409
        assert "Không liên lạc được với hệ thống đăng nhập của tỉnh" in answer.text
        assert site.client().get("/login").status_code == 200


@contextmanager
def counted(port: int, asked: Counter[str]) -> Iterator[str]:
    """The provider on a port, with what it is asked for counted; it may be away or another process meanwhile."""

    def count(path: str, body: bytes) -> bytes:
        asked[path.rsplit("/", 1)[1]] += 1
        return body

    with tampering(f"http://127.0.0.1:{port}", count) as between:
        yield between


def test_what_a_provider_says_is_kept_for_a_while_and_new_keys_are_taken_at_once(settings: Settings) -> None:
    port, asked = free_port(), Counter[str]()
    with counted(port, asked) as between:
        for site in serve(with_issuer(settings, between), people):
            site.now = utc_now()
            client = site.client()
            with provider(LAN, port=port):
                for _ in range(2):
                    assert client.get(authorize(client)).status_code == 303
                assert (asked["openid-configuration"], asked["jwks"]) == (1, 1)
            with provider(LAN, port=port):  # it signs with another key now
                assert client.get(authorize(client)).status_code == 303
                assert (asked["openid-configuration"], asked["jwks"]) == (1, 2)
                site.now += timedelta(minutes=11)
                client.get("/login/oidc")
                assert asked["openid-configuration"] == 2


def test_a_provider_that_went_away_is_asked_anew_after_the_first_that_fails(settings: Settings) -> None:
    port, asked = free_port(), Counter[str]()
    with counted(port, asked) as between:
        for site in serve(with_issuer(settings, between), people):
            site.now = utc_now()
            client = site.client()
            with provider(LAN, port=port):
                address = authorize(client)
            failed = client.get(address)
            assert failed.status_code == 403
            assert "Không liên lạc được" in failed.text
            answer = client.get("/login/oidc")
            assert answer.status_code == 409
            assert "Không liên lạc được với hệ thống đăng nhập của tỉnh" in answer.text


def test_without_a_provider_there_is_no_button(settings: Settings) -> None:
    for site in serve(settings, people):
        assert "Đăng nhập bằng" not in site.client().get("/login").text
        assert site.client().get("/login/oidc").status_code == 409


@pytest.mark.parametrize("width", [DESK])
def test_a_person_signs_in_by_the_province_in_the_browser(site: Site, width: int) -> None:
    with browser_page(width) as page:
        page.goto(f"{site.url}/login")
        fits(page, width)
        page.get_by_role("link", name="Đăng nhập bằng tài khoản dùng chung của tỉnh").click()
        page.get_by_role("button", name="lan-1").first.click()
        expect(page.get_by_role("status").first).to_have_text("Đã đăng nhập.")
        page.wait_for_url(f"{site.url}/?*")
        expect(page.get_by_role("link", name="Phạm Thị Lan")).to_be_visible()
