"""Programs read the JSON interface with a token, and nothing else with it."""

from datetime import timedelta

import httpx
from sqlmodel import select

from models.tables import ApiToken
from obligations.services.accounts.access import ensure_sample_account
from obligations.services.accounts.people import create_account, disable_account
from obligations.services.interface.tokens import IssuedToken, issue_token, revoke_token
from portal.asking import MOST_CALLS
from tests.portal.conftest import Site

STATUS = "/api/v1/status"


def issued(site: Site, days: int = 30) -> IssuedToken:
    with site.app.write(site.now, "test") as ctx:
        return issue_token(ctx, ensure_sample_account(ctx).name, "kho dữ liệu", days)


def ask(client: httpx.Client, secret: str, path: str = STATUS, scheme: str = "Bearer") -> httpx.Response:
    return client.get(path, headers={"authorization": f"{scheme} {secret}"})


def assert_refused(answer: httpx.Response) -> None:
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert answer.json()["status"] == 401


def test_a_token_reads_until_it_ends(site: Site) -> None:
    token, client = issued(site), site.client()
    assert ask(client, token.secret).json()["periods"]
    assert ask(client, token.secret, scheme="bearer").status_code == 200
    site.now += timedelta(days=30, seconds=-1)
    assert ask(client, token.secret).status_code == 200
    site.now += timedelta(seconds=1)
    assert_refused(ask(client, token.secret))


def test_a_wrong_token_is_refused_even_where_reading_needs_no_name(site: Site) -> None:
    client = site.client()
    assert client.get(STATUS).status_code == 200
    for given in ("Bearer", "Bearer dondoc_", "Bearer dondoc_" + "x" * 43, "Bearer " + "é" * 20):
        assert_refused(client.get(STATUS, headers={"authorization": given.encode()}))


def test_a_revoked_token_and_that_of_a_disabled_account_are_dead_at_once(site: Site) -> None:
    one, other, client = issued(site), issued(site), site.client()
    with site.app.write(site.now, "test") as ctx:
        revoke_token(ctx, one.public_id, "lộ mã")
    assert_refused(ask(client, one.secret))
    assert ask(client, other.secret).status_code == 200
    with site.app.write(site.now, "test") as ctx:
        create_account(ctx, "quan", "Quân", "quan@x.example", ["administrator"])
        disable_account(ctx, ensure_sample_account(ctx).name, "nghỉ việc")
    assert_refused(ask(client, other.secret))


def test_a_token_counts_on_the_interface_only_and_beats_no_session(site: Site) -> None:
    token, stranger, staff = issued(site), site.client(), site.staff()
    assert ask(stranger, token.secret, "/audit").status_code == 403
    assert staff.get("/audit").status_code == 200
    assert_refused(ask(staff, "dondoc_wrong"))
    answer = stranger.post(STATUS, headers={"authorization": f"Bearer {token.secret}"})
    assert answer.status_code in (403, 405)
    posted = stranger.post("/logout", headers={"authorization": f"Bearer {token.secret}"})
    assert posted.status_code == 403


def test_a_token_that_asks_too_often_waits(site: Site) -> None:
    token, other, client = issued(site), issued(site), site.client()
    answers = [ask(client, token.secret, "/api/v1/messages/none").status_code for _ in range(MOST_CALLS)]
    assert set(answers) == {404}
    often = ask(client, token.secret)
    assert (often.status_code, often.headers["retry-after"]) == (429, "60")
    assert ask(client, other.secret).status_code == 200
    site.now += timedelta(minutes=1)
    assert ask(client, token.secret).status_code == 200


def test_its_use_is_written_down_to_the_hour(site: Site) -> None:
    token, client, first = issued(site), site.client(), site.now
    for after in (0, 59, 1):
        site.now += timedelta(minutes=after)
        assert ask(client, token.secret).status_code == 200
        site.uses.write()
        with site.app.read(site.now) as ctx:
            used = ctx.session.exec(select(ApiToken.last_used_at)).one()
        assert used == (site.now if site.now - first >= timedelta(hours=1) else first)


def test_every_operation_says_that_it_takes_a_token(site: Site) -> None:
    described = site.client().get("/api/openapi.json").json()
    (name,) = described["components"]["securitySchemes"]
    assert described["components"]["securitySchemes"][name]["scheme"] == "bearer"
    operations = [o for at, path in described["paths"].items() for o in path.values() if at.startswith("/api/v1/")]
    assert len(operations) > 80
    for operation in operations:
        assert operation["security"] == [{name: []}]
        assert {"401", "403", "422", "429"} <= set(operation["responses"])
