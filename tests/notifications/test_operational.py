"""Notes to the coordinator: short, plain, never to an agency."""

import html
from dataclasses import replace

import pytest

from notifications.operational import KINDS, MOST_NAMED, render_operational
from tests.notifications.make_golden import NOTES, golden_notes
from tests.notifications.samples import NOTE_SAMPLES


def test_golden_page_is_what_the_templates_make() -> None:
    assert NOTES.read_text(encoding="utf-8") == golden_notes(), (
        "python -m tests.notifications.make_golden, then read it"
    )


@pytest.mark.parametrize("note", NOTE_SAMPLES, ids=lambda n: n.kind)
def test_every_note_says_what_to_do_and_where(note) -> None:
    shown = render_operational(note)
    for form in (shown.text, html.unescape(shown.html), shown.short):
        assert "Đề nghị" in form
        assert note.page in form
        assert "!" not in form.replace("<!doctype", "")
        assert "None" not in form
    assert len(shown.subject) <= 120
    assert "\n\n\n" not in shown.text


def test_every_kind_has_a_sample_and_others_are_refused() -> None:
    assert {note.kind for note in NOTE_SAMPLES} == set(KINDS)
    with pytest.raises(ValueError, match="no operational note"):
        render_operational(replace(NOTE_SAMPLES[0], kind="hello"))


def test_long_lists_are_left_to_the_portal_and_names_are_escaped() -> None:
    note = replace(NOTE_SAMPLES[0], names=tuple(f"Xã <{n}>" for n in range(MOST_NAMED + 5)))
    shown = render_operational(note)
    assert "và 05 cơ quan, đơn vị khác" in shown.text
    assert f"Xã <{MOST_NAMED}>" not in shown.text
    assert "<0>" not in shown.html
