"""A plan file looked at by a program: the same as on the page, nothing applied."""

from sqlmodel import func, select

from models.tables import PlanVersion
from tests.portal.conftest import FILES, Site
from tests.portal.interface.conftest import Programs

TEXT = (FILES / "197-kh-ubnd.yaml").read_text(encoding="utf-8")


def test_a_program_sees_what_a_plan_file_would_change(site: Site, programs: Programs) -> None:
    program = programs()
    changed = TEXT.replace("issuer: ", "issuer: Văn phòng ", 1).encode()
    answer = program.post("/plans/preview", files={"file": ("sua.yaml", changed)})
    assert answer.status_code == 200, answer.text
    preview = answer.json()["preview"]
    assert [(c["what"], c["obligation"]) for c in preview["changes"]] == [("issuer", "")]
    wrong = program.post("/plans/preview", files={"file": ("sua.yaml", TEXT.replace("slug:", "slugg:", 1).encode())})
    assert wrong.status_code == 422
    assert "slugg" in wrong.text
    assert "không có mục nào tên như vậy" in wrong.json()["errors"][0]["detail"]
    assert programs("read").post("/plans/preview", files={"file": ("sua.yaml", changed)}).status_code == 403
    with site.app.read(site.now) as ctx:
        assert ctx.session.exec(select(func.count(PlanVersion.id))).one() == 1


def test_a_decision_takes_names_from_a_program_too(site: Site, programs: Programs) -> None:
    answer = programs().post(
        f"/assignments/{site.assignment('so-y-te')}/decide",
        {"outcome": "to", "to": ["Sở Không Có"], "number": "1/QĐ", "decided_on": "2026-11-18"},
    )
    assert answer.status_code == 422
    assert "Sở Không Có" in answer.text


def test_a_day_is_mended_by_a_program(site: Site, programs: Programs) -> None:
    register = "Số đến\tNgày đến\tNơi gửi\tSố ký hiệu\tTrích yếu\n12\t31/02/2026\tSở Tư pháp\t45/BC-STP\tBáo cáo\n"
    file = {"file": ("so.csv", register.encode())}
    assert programs().post("/register/match", files=file).json()["register"]["wrong"][0]["field"] == "arrived_on"
    mended = {"mended": {"2": {"arrived_on": "30/10/2026"}}}
    found = programs().post("/register/match", files=file, place=mended).json()
    assert found["register"]["wrong"] == []
    assert found["matches"][0]["row"]["arrived_on"] == "2026-10-30"
