"""Tokens on both databases."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models.tables import ApiToken, AuditEntry
from obligations.errors import NotFound, Refused
from obligations.services.accounts.people import create_account, disable_account, enable_account
from obligations.services.context import App
from obligations.services.interface.tokens import IssuedToken, bearer, issue_token, note_uses, revoke_token, tokens
from tests.plan197 import hanoi

NOW = hanoi(2026, 11, 19, 9)


@pytest.fixture
def office(app: App) -> App:
    """An administrator and an observer."""
    with app.write(NOW, "cli:root") as ctx:
        create_account(ctx, "quan", "Trần Quân", "quan@stc.example", "administrator")
        create_account(ctx, "lan", "Phạm Thị Lan", "lan@stc.example", "observer")
    return app


def issued(app: App, days: int = 10) -> IssuedToken:
    with app.write(NOW, "cli:root") as ctx:
        return issue_token(ctx, "lan", " kho dữ liệu ", days)


def test_only_the_hash_is_kept_and_the_list_tells_its_state(office: App) -> None:
    token, old = issued(office), issued(office, 1)
    with office.write(NOW, "cli:root") as ctx:
        revoke_token(ctx, token.public_id, "lộ mã")
    with office.read(NOW + timedelta(days=1)) as ctx:
        rows = tokens(ctx)
        (kept,) = ctx.session.exec(select(ApiToken).where(ApiToken.public_id == old.public_id)).all()
        assert not [value for value in kept.model_dump().values() if value == old.secret]
    assert [(row.public_id, row.state) for row in rows] == [(old.public_id, "expired"), (token.public_id, "revoked")]
    assert {(row.name, row.owner, row.agency, row.created_by) for row in rows} == {
        ("kho dữ liệu", "lan", None, "cli:root")
    }
    assert old.secret.startswith(rows[0].prefix)


def test_it_speaks_for_its_account_while_that_is_in_use(office: App) -> None:
    token = issued(office)
    with office.read(NOW) as ctx:
        found = bearer(ctx, token.secret)
        assert found is not None
        assert (found.actor.name, found.actor.roles, found.needs_note) == ("lan", frozenset({"observer"}), True)
        assert bearer(ctx, token.secret + "x") is None
    for act, lives in ((disable_account, False), (enable_account, True)):
        with office.write(NOW, "cli:root") as ctx:
            act(ctx, "lan", *([] if lives else ["nghỉ"]))  # type: ignore[operator]
        with office.read(NOW) as ctx:
            assert (bearer(ctx, token.secret) is not None) == lives
    with office.write(NOW, "uses") as ctx:
        note_uses(ctx, {found.token_id: NOW})
    with office.read(NOW + timedelta(minutes=59)) as ctx:
        again = bearer(ctx, token.secret)
    assert again is not None
    assert not again.needs_note


def test_revoking_twice_is_one_act(office: App) -> None:
    token = issued(office)
    for hours in (1, 2):
        with office.write(NOW + timedelta(hours=hours), "cli:root") as ctx:
            revoke_token(ctx, token.public_id, "lộ mã")
    with office.read(NOW) as ctx:
        acts = ctx.session.exec(select(AuditEntry.action).where(AuditEntry.subject == token.public_id)).all()
        assert ctx.session.exec(select(ApiToken.revoked_at)).one() == NOW + timedelta(hours=1)
    assert list(acts) == ["api_token.issued", "api_token.revoked"]


@pytest.mark.parametrize(("name", "days"), [(" ", 1), ("x" * 121, 1), ("x", 0), ("x", 367)])
def test_what_makes_no_token_is_refused(office: App, name: str, days: int) -> None:
    with pytest.raises(Refused), office.write(NOW, "cli:root") as ctx:
        issue_token(ctx, "lan", name, days)
    with office.read(NOW) as ctx:
        assert tokens(ctx) == []


def test_unknown_accounts_and_tokens_are_not_found(office: App) -> None:
    with office.write(NOW, "cli:root") as ctx:
        with pytest.raises(NotFound):
            issue_token(ctx, "nobody", "x", 1)
        with pytest.raises(NotFound):
            revoke_token(ctx, "nothing", "lộ mã")
        with pytest.raises(Refused):
            revoke_token(ctx, "nothing", " ")
