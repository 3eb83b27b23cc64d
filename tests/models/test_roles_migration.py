"""Accounts of a release with one role each, brought to several and back."""

from sqlalchemy import text

from models.engine import Database
from models.migrate import downgrade, upgrade

ACCOUNT = (
    "INSERT INTO account (name, display_name, email, role, is_sample, created_at) "
    "VALUES (:name, :name, 'a@b.example', :role, :sample, '2026-01-05 01:00:00')"
)


def roles(database: Database) -> set[tuple[str, str]]:
    with database.read() as session:
        rows = session.execute(text("SELECT a.name, r.role FROM account a JOIN account_role r ON r.account_id = a.id"))
        return {(name, role) for name, role in rows}


def test_roles_are_carried_over_and_nobody_gets_more_but_the_sample(database: Database) -> None:
    downgrade(database, "0020")
    with database.write() as session:
        for name, role, sample in (
            ("lan", "coordinator", False),
            ("hung", "approver", False),
            ("mau", "coordinator", True),
        ):
            session.execute(text(ACCOUNT), {"name": name, "role": role, "sample": sample})
    upgrade(database)
    expected = {("lan", "coordinator"), ("hung", "approver"), ("mau", "coordinator"), ("mau", "administrator")}
    assert roles(database) == expected
    downgrade(database, "0020")
    with database.read() as session:
        kept = {(name, role) for name, role in session.execute(text("SELECT name, role FROM account"))}
    assert kept == {("lan", "coordinator"), ("hung", "approver"), ("mau", "coordinator")}
    upgrade(database)
