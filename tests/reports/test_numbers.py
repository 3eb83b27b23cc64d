"""Numbers of the body are fields of the annex, and what a person edits apart is named."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from docx import Document

from reports.docx_reading import UnreadableDocx, open_docx
from reports.docx_report import render_docx
from reports.number_check import CHANGED, DIFFERS, NO_ANNEX, UNBOUND, differences, own_differences
from reports.template_start import SAMPLE

MADE = render_docx(SAMPLE)


def rewritten(content: bytes, change: Callable[[str], str], name: str = "word/document.xml") -> bytes:
    """The file as a person leaves it after working on one of its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry.filename)
            target.writestr(entry.filename, change(data.decode()).encode() if entry.filename == name else data)
    return made.getvalue()


def in_annex(key: str, text: str) -> Callable[[str], str]:
    """Another text within the bookmark of the annex."""
    pattern = re.compile(rf'(w:name="{key}"/>.*?<w:t[^>]*>)[^<]*(</w:t>)', re.DOTALL)
    return lambda xml: pattern.sub(rf"\g<1>{text}\g<2>", xml)


def document_xml(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return parts.read("word/document.xml").decode()


def test_every_number_that_is_counted_in_the_body_is_a_field_of_the_annex() -> None:
    """Without the fields no digit of a count or a total is left in what we write ourselves."""
    xml = document_xml(MADE)
    refs = re.findall(r"REF (dondoc_\w+) ", xml)
    marks = re.findall(r'w:bookmarkStart[^>]*w:name="(dondoc_\w+)"', xml)
    assert sorted(set(refs)) == [
        "dondoc_noi_1", "dondoc_so_chua_gui", "dondoc_so_da_nhan", "dondoc_so_khong_phai_bao_cao",
        "dondoc_so_phai_bao_cao", "dondoc_tong_1",
    ]  # fmt: skip
    assert set(refs) < set(marks)
    assert len(marks) == len(set(marks))
    bare = re.sub(r'<w:r><w:fldChar w:fldCharType="begin"/>.*?w:fldCharType="end"/></w:r>', "", xml, flags=re.DOTALL)
    text = "\n".join(p.text for p in Document(io.BytesIO(rewritten(MADE, lambda _: bare))).paragraphs)
    assert "đã nhận báo cáo của / cơ quan, đơn vị." in text
    assert "Số lớp (thực hiện): tổng số  lớp, theo báo cáo của  cơ quan, đơn vị." in text
    assert "Đã nhận: ; chưa gửi: ; không phải báo cáo kỳ này: ." in text
    assert own_differences(open_docx(MADE)) == []


def test_a_number_put_right_in_the_annex_alone_is_named_with_both_values() -> None:
    edited = rewritten(MADE, in_annex("dondoc_tong_1", "1.999,5"))
    found = differences(edited, MADE)
    assert [d.kind for d in found] == [DIFFERS, CHANGED]
    assert "Số lớp" in found[0].label
    assert "trong thân báo cáo là 1.234,5, tại phụ lục là 1.999,5" in found[0].said
    assert "F9" in found[0].said
    assert "đã sửa thành 1.999,5, hệ thống tổng hợp được 1.234,5" in found[1].said


def test_after_the_update_only_the_change_is_told() -> None:
    """What F9 does: the result of the field is what the bookmark holds."""

    def updated(xml: str) -> str:
        annexed = in_annex("dondoc_so_da_nhan", "3")(xml)
        field = re.compile(r"(REF dondoc_so_da_nhan .*?<w:t>)2(</w:t>)", re.DOTALL)
        return field.sub(r"\g<1>3\g<2>", annexed)

    assert [d.kind for d in differences(rewritten(MADE, updated), MADE)] == [CHANGED]


@pytest.mark.parametrize("text", ["5", "2 nơi"])
def test_a_number_typed_over_in_the_body_is_named(text: str) -> None:
    field = re.compile(r"(REF dondoc_so_da_nhan .*?<w:t>)2(</w:t>)", re.DOTALL)
    (found,) = differences(rewritten(MADE, lambda xml: field.sub(rf"\g<1>{text}\g<2>", xml, count=1)), MADE)
    assert (found.kind, found.body, found.annex) == (DIFFERS, text, "2")


def test_a_field_or_a_mark_that_is_gone_is_named() -> None:
    plain = rewritten(MADE, lambda xml: xml.replace(" REF dondoc_tong_1 ", " QUOTE ", 1))
    assert [(d.kind, d.annex) for d in differences(plain, MADE)] == [(UNBOUND, "1.234,5")]
    lost = rewritten(MADE, lambda xml: xml.replace('w:name="dondoc_tong_1"', 'w:name="khac"'))
    (gone,) = differences(lost, MADE)
    assert (gone.kind, gone.body) == (NO_ANNEX, "1.234,5")
    assert "Số lớp" in gone.said


def test_word_splits_runs_and_writes_simple_fields() -> None:
    simple = re.compile(
        r'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText[^>]*> (REF dondoc_tong_1) .*?w:fldCharType="end"/></w:r>',
        re.DOTALL,
    )
    written = '<w:fldSimple w:instr=" \\g<1> "><w:r><w:t>1.234</w:t></w:r><w:r><w:t>,5</w:t></w:r></w:fldSimple>'
    assert differences(rewritten(MADE, lambda xml: simple.sub(written, xml)), MADE) == []


def test_what_cannot_be_read_says_so() -> None:
    with pytest.raises(UnreadableDocx):
        differences(b"PK", MADE)


def test_a_hundred_totals_keep_their_own_marks() -> None:
    totals = tuple(replace(SAMPLE.totals[0], name=f"Chỉ tiêu {n}", value=f"{n},5") for n in range(100))
    made = render_docx(replace(SAMPLE, totals=totals))
    assert own_differences(open_docx(made)) == []
    ids = re.findall(r'bookmarkStart w:id="(\d+)"', document_xml(made))
    assert len(ids) == len(set(ids)) == 5 + 200
