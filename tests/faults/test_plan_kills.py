"""Killing the process that applies a plan leaves the old version whole, or the new one with everybody corrected."""

import random
import shutil
import time
from pathlib import Path

from sqlmodel import select

from models.tables import Message, Plan
from obligations.services import audit
from obligations.services.context import open_app
from obligations.settings import Settings
from tests.obligations.versions import TOLD, World, deadline, plan_file, report
from tests.processes import clean_processes

KILLS = 12
LATER = plan_file(report(deadline=deadline(11, 15)))


def settings_for(home: Path) -> Settings:
    return Settings(home=home, secret_key="a key known to tests only")


def apply_later(home: str) -> None:
    app = open_app(settings_for(Path(home)))
    World(app).apply(LATER)
    app.close()


def test_a_kill_while_a_plan_is_applied_leaves_all_or_nothing(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "dondoc.db")
    app = open_app(settings_for(tmp_path))
    world = World(app)
    world.opened(plan_file())
    processes = clean_processes()
    dice, seen = random.Random(197), set()
    for _ in range(KILLS):
        worker = processes.Process(target=apply_later, args=(str(tmp_path),))
        worker.start()
        time.sleep(dice.uniform(0.0, 0.25))
        worker.kill()
        worker.join()
        with app.read(TOLD) as ctx:
            version = ctx.session.exec(select(Plan)).one().version
            notices = len(ctx.session.exec(select(Message.id).where(Message.kind == "correction")).all())
            assert (version, notices) in {(1, 0), (2, 3)}
            assert audit.verify(ctx.session) == []
            seen.add(version)
    assert 1 in seen, "some were killed before the end"
    world.apply(LATER)
    assert world.deliver(TOLD).recorded == 3
    assert len(world.messages("correction")) == 3
    app.close()
