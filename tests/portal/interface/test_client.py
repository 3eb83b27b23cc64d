"""The client of docs/examples as a stranger would use it: typed, strictly, and against a real portal."""

import importlib.util
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from obligations.services.audit import record
from obligations.services.interface.tell_programs import tell_programs
from obligations.services.interface.webhooks import add_webhook
from tests.obligations.interface.receiver import receiving
from tests.portal.conftest import PDF, Site
from tests.portal.interface.conftest import Programs

CLIENT = Path(__file__).parents[3] / "docs" / "examples" / "client.py"


@pytest.fixture(scope="module")
def client() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dondoc_client", CLIENT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["dondoc_client"] = module
    spec.loader.exec_module(module)
    return module


def test_an_agencys_system_sends_its_report(site: Site, programs: Programs, client: ModuleType, tmp_path: Path) -> None:
    site.confirm()
    file = tmp_path / "bao-cao.pdf"
    file.write_bytes(PDF)
    with client.Dondoc(site.url, programs(agency="so-tu-phap").secret) as dondoc:
        (duty,) = [d for d in dondoc.own_duties() if d.id == site.assignment("so-tu-phap")]
        assert (duty.due_on, duty.practical_due_on, duty.state) == (date(2026, 10, 31), date(2026, 10, 30), "overdue")
        task = dondoc.get(f"/own/duties/{duty.id}")["outline"][0]["id"]
        report = client.Report(
            "signed",
            entries=[client.Entry(task, result="Đã tổ chức 02 hội nghị.")],
            figures=[client.Figure("Số hội nghị", "2", clause=task)],
            document_number="45/BC-STP",
            document_on=date(2026, 11, 18),
            nil_rest=True,
            files=[file],
        )
        receipts = [dondoc.submit(duty.id, report, key="bao-cao-nam-2026") for _ in range(2)]
        assert receipts[0] == receipts[1]
        assert receipts[0].version == 1
        with pytest.raises(client.Problem, match="cần kèm tệp") as refused:
            dondoc.submit(duty.id, client.Report("signed", document_number="1/BC"))
        assert (refused.value.status, refused.value.kind) == (422, "invalid")


def test_a_data_store_walks_a_list(site: Site, programs: Programs, client: ModuleType) -> None:
    site.confirm()
    with client.Dondoc(site.url, programs("read").secret) as dondoc:
        rows = list(dondoc.walk("/agencies", limit=40))
        assert len({row["code"] for row in rows}) == len(rows) > 100
        with pytest.raises(client.Problem, match="scope"):
            dondoc.act("/pauses", {"act": "pause", "reason": "thử"})


def test_it_knows_our_events_from_others(site: Site, client: ModuleType) -> None:
    with receiving() as receiver:
        with site.app.write(site.now, "test") as ctx:
            made = add_webhook(ctx, "kho dữ liệu", receiver.url, ["period.opened"])
            record(ctx, "period.opened", site.period(), label="2026")
        tell_programs(site.app, lambda: site.now)
    (headers, body), now = receiver.came[0], site.now.timestamp()
    assert client.verified(made.secret, headers, body, now=now)["type"] == "period.opened"
    for secret, said, at in (
        (made.secret, body + b" ", now),
        ("whsec_AAAA", body, now),
        (made.secret, body, now + 301),
    ):
        with pytest.raises(ValueError, match=r"signed|old"):
            client.verified(secret, headers, said, now=at)


def test_it_is_typed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path), str(CLIENT)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
