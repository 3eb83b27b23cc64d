"""A process that ticks until it is killed; run in a fork server so that a kill costs no import."""

from datetime import datetime
from pathlib import Path

from obligations.services.context import open_app
from obligations.services.running.tick import run_tick
from obligations.settings import Settings


def tick_once(home: str, smtp_port: int, as_of: str) -> None:
    """One whole tick against the SMTP server of the test."""
    app = open_app(settings_for(Path(home), smtp_port))
    run_tick(app, datetime.fromisoformat(as_of))
    app.close()


def settings_for(home: Path, smtp_port: int) -> Settings:
    """Real mail to loopback, at a rate no test waits for."""
    return Settings(
        home=home,
        mail_url=f"vnmail://127.0.0.1:{smtp_port}/?from=dondoc@sotaichinh.example",
        mail_per_minute=100_000,
        mail_domain="sotaichinh.example",
        secret_key="test-key-for-links",
    )
