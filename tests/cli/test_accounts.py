"""``dondoc account``: the same services as the page of accounts."""

from datetime import date, timedelta
from pathlib import Path

from obligations.clock import utc_now
from tests.cli.conftest import Dondoc


def add(dondoc: Dondoc, name: str, *roles: str) -> None:
    words = [word for role in roles for word in ("--role", role)]
    answer = dondoc("account", "add", name, "--display-name", name, "--email", f"{name}@x.example", *words)
    assert answer.code == 0, answer.err


def listed(dondoc: Dondoc) -> dict[str, dict[str, object]]:
    return {row["account"]: row for row in dondoc("account", "list", "--format", "json").json}


def day(after: int) -> str:
    today: date = utc_now().date()
    return (today + timedelta(days=after)).isoformat()


def test_accounts_are_given_roles_and_taken_out_of_use(home: Path, dondoc: Dondoc) -> None:
    add(dondoc, "quan", "administrator")
    add(dondoc, "lan", "coordinator", "registrar")
    assert listed(dondoc)["lan"]["roles"] == ["coordinator", "registrar"]
    assert dondoc("account", "roles", "lan", "--role", "observer").code == 0
    assert listed(dondoc)["lan"]["roles"] == ["observer"]
    assert dondoc("account", "roles", "quan", "--role", "observer").code == 1, "nobody would look after accounts"
    assert dondoc("account", "disable", "lan").code == 2, "a reason is needed"
    assert dondoc("account", "disable", "lan", "--reason", "nghỉ").code == 0
    assert listed(dondoc)["lan"]["disabled_at"]
    assert dondoc("login", "lan").code == 1
    assert dondoc("account", "enable", "lan").code == 0
    assert "/login/" in dondoc("login", "lan").out
    assert dondoc("account", "reset-factor", "lan", "--reason", "mất điện thoại").code == 0
    assert dondoc("account", "roles", "khong-co", "--role", "observer").code == 1


def test_a_role_is_handed_over(home: Path, dondoc: Dondoc) -> None:
    add(dondoc, "lan", "coordinator")
    add(dondoc, "hung", "approver")
    words = ("account", "hand-over", "hung", "lan", "--role", "approver", "--reason", "đi họp", "--document", "1/GUQ")
    assert dondoc(*words, "--from", "mai").code == 2
    assert dondoc(*words, "--from", day(3)).code == 1, "a delegation has a last day"
    first = dondoc(*words, "--from", day(2), "--until", day(3)).out
    assert dondoc(*words, "--from", day(2), "--until", day(3)).out == first, "the same twice is one"
    assert listed(dondoc)["lan"]["instead"] == []
    assert dondoc(*words, "--from", day(1), "--until", day(9), "--transfer").code == 0
