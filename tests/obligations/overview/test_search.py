"""Looking things up without marks: the same on both databases, within what the asker may see."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select

from models.alphabet import MARKED, PLAIN, fold
from models.folded import folded
from models.tables import Receipt
from obligations.rules.folding import LONGEST, MOST_WORDS, closeness, holds, words_of
from obligations.services.accounts.access import COORDINATOR, Actor
from obligations.services.context import App, Context
from obligations.services.overview.search import MOST, Found, search
from tests import builders as build
from tests.obligations.ledger_world import NOW, told

STAFF = Actor("an", "Nguyễn Thị An", "x", roles=frozenset({COORDINATOR}))
OBSERVER = replace(STAFF, roles=frozenset({"observer"}))
VIETNAMESE = st.text(st.sampled_from(MARKED + PLAIN + " -/0123456789ABCXYZ"), max_size=40)


def ask(app: App, question: str, actor: Actor | None = STAFF) -> Found:
    with app.read(NOW) as ctx:
        return search(ctx, actor, question)


def names(found: Found, kind: str) -> list[str]:
    return [hit.name for hit in found.kinds.get(kind, [])]


def province(ctx: Context) -> tuple[int, int]:
    """Two departments that owe a report; the first has sent it twice over. Their ids."""
    justice = build.add_agency(ctx.session, "so-tu-phap", name="Sở Tư pháp", short_name="STP")
    other = build.add_agency(ctx.session, "so-y-te", name="Sở Y tế", short_name="SYT")
    for body in (justice, other):
        build.add_contact(ctx.session, body, label="Văn thư")
    plan = build.add_plan(ctx.session, number="197/KH-UBND", title="Kế hoạch chuyển đổi số")
    period = build.add_period(ctx.session, build.add_obligation(ctx.session, plan, title="Báo cáo hằng năm"))
    row = build.add_assignment(ctx.session, period, justice)
    build.add_assignment(ctx.session, period, other)
    told(ctx, row, subject="Đôn đốc gửi báo cáo")
    sent = build.add_submission(ctx.session, row, NOW, document_number="45/BC-STP", incoming_number="1207/ĐĐ")
    again = Receipt(
        submission_id=sent.id or 0,
        channel="post",
        form="paper",
        incoming_number="1399",
        arrived_on=NOW.date(),
        recorded_by="x",
        recorded_at=NOW,
    )
    ctx.session.add(again)
    return justice.id or 0, other.id or 0


@given(VIETNAMESE)
def test_folding_keeps_length_and_leaves_no_mark(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert not set(fold(text)) & set(MARKED)
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert holds(text, words_of(text)) or not text.strip() or len(text.split()) > MOST_WORDS


@pytest.mark.parametrize(
    ("typed", "words"),
    [("  Sở  TƯ pháp ", ["so", "tu", "phap"]), ("", []), ("Đ đ D", ["d"]), ("x" * 300, ["x" * LONGEST])],
)
def test_words_of_a_question(typed: str, words: list[str]) -> None:
    assert words_of(typed) == words


def test_the_closest_come_first() -> None:
    texts = ["Thanh tra Sở Tư pháp", "Sở Tư pháp Hưng Yên", "Sở Tư pháp", "Phòng pháp chế, sở tư"]
    assert sorted(texts, key=lambda text: closeness(text, ["so", "tu", "phap"])) == [
        "Sở Tư pháp", "Sở Tư pháp Hưng Yên", "Thanh tra Sở Tư pháp", "Phòng pháp chế, sở tư",
    ]  # fmt: skip
    assert not holds("Sở Tư pháp", [])


def test_both_databases_fold_as_the_rule_does(app: App) -> None:
    text = "Ủy ban nhân dân xã Đường Hào, PHƯỜNG Phố Hiến 45/BC-STP: " + MARKED
    with app.read(NOW) as ctx:
        assert ctx.session.execute(select(folded(literal(text)))).scalar_one() == fold(text)
        assert ctx.session.execute(select(folded(literal(None)))).scalar_one() is None


@pytest.mark.parametrize("typed", ["so tu phap", "Sở Tư pháp", "SỞ TƯ PHÁP", "phap tu", "so-tu-phap", "stp"])
def test_a_body_is_found_however_it_is_typed(app: App, typed: str) -> None:
    with app.write(NOW, "test") as ctx:
        province(ctx)
    assert names(ask(app, typed), "agencies") == ["Sở Tư pháp"]


def test_everything_a_coordinator_looks_for(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        province(ctx)
    assert names(ask(app, "chuyen doi so"), "periods") == ["Báo cáo hằng năm, năm 2026"]
    assert names(ask(app, "197/kh"), "periods") == ["Báo cáo hằng năm, năm 2026"]
    for number in ("45/bc-stp", "1207/dd", "1399", "tn-2026"):
        assert names(ask(app, number), "documents") == ["45/BC-STP của Sở Tư pháp"], number
    assert names(ask(app, "y te bao cao 2026"), "assignments") == ["Sở Y tế: Báo cáo hằng năm, năm 2026"]
    assert len(names(ask(app, "tu phap"), "assignments")) == 1
    assert names(ask(app, "don doc gui"), "messages") == ["Đôn đốc gửi báo cáo"]
    assert names(ask(app, "tu phap"), "messages") == ["Đôn đốc gửi báo cáo"]
    found = ask(app, "van thu y te")
    assert names(found, "contacts") == ["Sở Y tế"]
    assert "clerk.so-y-te@mau.example" not in str(found), "addresses are masked"


@pytest.mark.parametrize("typed", ["", " ", "a", "%", "__", "%%", "'; drop table agency --", "không có gì như thế"])
def test_nothing_is_found_by_nothing(app: App, typed: str) -> None:
    with app.write(NOW, "test") as ctx:
        province(ctx)
    assert ask(app, typed).total == 0


def test_addresses_are_for_coordinators_and_nothing_is_for_strangers(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        province(ctx)
    assert "contacts" not in ask(app, "y te", OBSERVER).kinds
    assert names(ask(app, "y te", OBSERVER), "agencies") == ["Sở Y tế"]
    assert ask(app, "y te", None).total == 0
    assert ask(app, "y te", replace(STAFF, roles=frozenset({"unknown"}))).total == 0


def test_an_agency_finds_nothing_of_another(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        justice, other = province(ctx)
    own = Actor("agency:so-y-te", "Sở Y tế", "x", agency_id=other)
    for typed in ("tu phap", "45/bc-stp", "1399", "don doc", "bao cao"):
        found = ask(app, typed, own)
        assert "Tư pháp" not in str(found)
        assert set(found.kinds) <= {"assignments"}
    assert names(ask(app, "y te", own), "agencies") == ["Sở Y tế"]
    (hit,) = ask(app, "1399", Actor("agency:so-tu-phap", "Sở Tư pháp", "x", agency_id=justice)).kinds["documents"]
    assert hit.page.startswith("/a/")


def test_a_long_answer_is_cut_and_says_so(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        for number in range(MOST + 5):
            build.add_agency(ctx.session, f"xa-{number}", name=f"UBND xã Ân Thi {number}")
    found = ask(app, "an thi")
    assert (len(found.kinds["agencies"]), found.more) == (MOST, frozenset({"agencies"}))
    exact = ask(app, "ubnd xa an thi 7")
    assert names(exact, "agencies")[0] == "UBND xã Ân Thi 7"
