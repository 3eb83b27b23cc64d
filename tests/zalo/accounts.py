"""An account connected as an administrator connects it, and whether it still has a pair that serves."""

from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from models.tables import OauthToken
from obligations.errors import Refused
from obligations.services.context import App
from obligations.services.hearing.zalo_connect import ask_consent, connect_account
from obligations.services.sealing import unseal
from tests.zalo.world import World

OA = "oa1"


def connect(app: App, world: World, at: datetime) -> None:
    """Consent, code, first pair; a person tries again while the provider does not answer."""
    for _ in range(5):
        with suppress(Refused):
            _connect(app, world, at)
            return
    raise AssertionError("the account could not be connected")


def _connect(app: App, world: World, at: datetime) -> None:
    asked = ask_consent(app.settings, OA, "https://baocao.example/zalo")
    query = parse_qs(urlsplit(asked.url).query)
    with world.lock:
        world.codes["code1"] = (OA, query["code_challenge"][0], at + timedelta(minutes=10))
    connect_account(app, OA, "code1", asked.verifier, at, "quản trị")


def serves(app: App, world: World, at: datetime) -> bool:
    """Whether the stored refresh token is the one that the provider would take."""
    with app.read(at) as ctx:
        row = ctx.session.get_one(OauthToken, OA)
        return unseal(app.settings, row.refresh_enc) == world.tokens[OA].refresh


def alarm(app: App, at: datetime) -> str:
    """What a person is asked to do about the account; empty when nothing."""
    with app.read(at) as ctx:
        return ctx.session.get_one(OauthToken, OA).alarm
