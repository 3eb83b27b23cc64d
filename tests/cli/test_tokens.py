"""``dondoc tokens``: shown once, listed without the secret, revoked with a reason."""

from pathlib import Path

from tests.cli.conftest import Dondoc
from tests.cli.test_accounts import add


def test_a_token_is_issued_listed_and_revoked(home: Path, dondoc: Dondoc) -> None:
    add(dondoc, "lan", "observer")
    made = dondoc("tokens", "issue", "lan", "--name", "kho dữ liệu", "--format", "json").json
    listed = dondoc("tokens", "list", "--format", "json")
    assert made["token"] not in listed.out
    assert [(row["public_id"], row["state"]) for row in listed.json] == [(made["id"], "live")]
    assert dondoc("tokens", "revoke", made["id"]).code == 2, "a reason is needed"
    assert dondoc("tokens", "revoke", made["id"], "--reason", "lộ mã").code == 0
    assert dondoc("tokens", "list", "--format", "json").json[0]["state"] == "revoked"
    assert dondoc("tokens", "issue", "khong-co", "--name", "x").code == 1
