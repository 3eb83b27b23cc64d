"""What the doctor says of who may get in."""

from obligations.services.accounts.people import create_account, disable_account, ensure_sample_account
from obligations.services.care.doctor import examine
from obligations.services.context import App
from tests.plan197 import hanoi

NOW = hanoi(2026, 11, 19, 9)


def said(app: App, **settings: object) -> dict[str, bool]:
    found = examine(app.settings.model_copy(update=settings), NOW, deploy=True)
    names = ("administrator", "sample account", "second factor", "sign-in provider")
    return {f.what: f.ok for f in found if f.what in names}


def test_a_public_portal_has_an_administrator_and_no_sample_account(app: App) -> None:
    assert said(app) == {"administrator": False, "sample account": True, "second factor": False}
    with app.write(NOW, "test") as ctx:
        sample = ensure_sample_account(ctx).name
    assert said(app)["sample account"] is False
    assert said(app)["administrator"] is False, "the sample one is none"
    with app.write(NOW, "cli:root") as ctx:
        create_account(ctx, "quan", "Trần Quân", "quan@stc.example", "administrator")
        disable_account(ctx, sample, "không dùng nữa")
    assert said(app, second_factor="required") == {"administrator": True, "sample account": True, "second factor": True}
    assert not [f for f in examine(app.settings, NOW) if f.what == "administrator"], "of a public one only"


def test_the_provider_must_be_on_the_list(app: App) -> None:
    issuer = {"oidc_issuer": "https://sso.hungyen.example", "oidc_client_id": "x"}
    assert said(app, **issuer)["sign-in provider"] is True
    assert said(app, **issuer, allowed_hosts="mail.hungyen.example")["sign-in provider"] is False
    assert said(app, **issuer, allowed_hosts="sso.hungyen.example")["sign-in provider"] is True
