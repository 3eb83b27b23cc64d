"""A backup that comes back knows from the journal what went after it was made, and holds the rest."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models.enums import MessageState, OutcomeKind
from models.tables import Delivery, Message
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.care.backup import make_backup, restore_backup
from obligations.services.context import open_app
from obligations.services.sending.deliver import deliver_due
from tests.faults.mail_sink import mail_sink
from tests.faults.senders import MORNING, Installation, prepared

COUNT = 12


def test_what_went_after_the_backup_does_not_go_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with mail_sink() as sink:
        installation = Installation(str(home), sink.port, per_minute=100_000)
        app = prepared(installation, COUNT)
        made = make_backup(installation.settings(), tmp_path / "backups", MORNING)
        deliver_due(app, lambda: MORNING, limit=5)
        app.close()
        went = sum(sink.taken.values())
        assert went == 5

        other = Installation(str(tmp_path / "other"), sink.port, per_minute=100_000)
        later = MORNING + timedelta(hours=1)
        with pytest.raises(Refused, match="no folder"):
            restore_backup(other.settings(), Path(made.archive), later, tmp_path / "nowhere")
        done = restore_backup(other.settings(), Path(made.archive), later, home / "journal")
        assert done.known_sent == went

        back = open_app(other.settings())
        deliver_due(back, lambda: later)
        with back.read(later) as ctx:
            states = [m.state for m in ctx.session.exec(select(Message).where(Message.kind == "tomorrow")).all()]
            proved = ctx.session.exec(select(Delivery.outcome)).all()
            assert not audit.verify(ctx.session)
        back.close()
    assert sorted(states) == [MessageState.held] * (COUNT - went) + [MessageState.sent] * went
    assert list(proved) == [OutcomeKind.accepted] * went
    assert set(sink.taken.values()) == {1}
