"""Moments as people say them, read or refused, never guessed."""

import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obligations.rules.clock_phrase import read_moment

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 23, 15, 10, tzinfo=HANOI)  # a Monday


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("trước 10h sáng mai", "24 10:00"),
        ("Trước 10 giờ sáng mai", "24 10:00"),
        ("10h ngày mai", "24 10:00"),
        ("9h rưỡi sáng mai", "24 09:30"),
        ("17 giờ hôm nay", "23 17:00"),
        ("trước 17h00 hôm nay", "23 17:00"),
        ("chậm nhất 5h chiều nay", "23 17:00"),
        ("8 giờ tối nay", "23 20:00"),
        ("12h trưa mai", "24 12:00"),
        ("24h hôm nay", "24 00:00"),
        ("9h30 ngày 25/11", "25 09:30"),
        ("9 giờ 30 phút ngày 25 tháng 11 năm 2026", "25 09:30"),
        ("10h 25/11", "25 10:00"),
        ("09:30 25/11/2026", "25 09:30"),
        ("05h30 25-11-2026", "25 05:30"),
        ("15h thứ Sáu", "27 15:00"),
        ("8h sáng thứ 3", "24 08:00"),
        ("15 giờ thứ Hai tuần sau", "30 15:00"),
        ("10h Chủ nhật tuần này", "29 10:00"),
        ("14h ngày kia", "25 14:00"),
        ("10h sáng thứ Ba, 24/11", "24 10:00"),
        ("2026-11-24T10:00", "24 10:00"),
        ("2026-11-24 10:00", "24 10:00"),
        ("2026-11-24T03:00+00:00", "24 10:00"),
    ],
)
def test_what_is_clear_is_read(text: str, moment: str) -> None:
    for form in (text, unicodedata.normalize("NFD", text)):
        assert f"{read_moment(form, NOW).astimezone(HANOI):%d %H:%M}" == moment


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "chưa rõ giờ"),
        ("sáng mai", "chưa rõ giờ"),
        ("sáng thứ Hai", "chưa rõ giờ"),
        ("trước 17h", "chưa rõ ngày"),
        ("2026-11-24", "chưa rõ giờ"),
        ("3h mai", "sáng hay chiều"),
        ("12h sáng mai", "12 giờ sáng"),
        ("9h đêm mai", "9 giờ đêm"),
        ("10h thứ Hai", "hôm nay hay tuần sau"),
        ("10h thứ Sáu, 24/11", "không phải thứ sáu"),
        ("10h hôm nay", "đã qua"),
        ("10h ngày 31/11", "không có ngày"),
        ("10h hoặc 11h mai", "có 2 giờ"),
        ("10h mai, 25/11", "hai ngày"),
        ("25h mai", "không có"),
        ("10h75 mai", "không có"),
        ("10h mai nhé", "không hiểu “nhé”"),
        ("trong 2 giờ tới", "tới"),
        ("10h sáng chiều mai", "buổi"),
    ],
)
def test_what_is_unclear_is_refused_with_what_is_missing(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_moment(text, NOW)


@given(st.text(max_size=40))
def test_nothing_else_ever_comes_out(text: str) -> None:
    try:
        assert read_moment(text, NOW).tzinfo is not None
    except ValueError:
        return


@given(st.datetimes(datetime(2026, 11, 24), datetime(2027, 11, 20)))  # noqa: DTZ001 - local digits
def test_a_moment_written_out_reads_back(moment: datetime) -> None:
    local = moment.replace(tzinfo=HANOI, second=0, microsecond=0)
    for text in (f"{local:%Hh%M ngày %d/%m/%Y}", f"trước {local:%H:%M %d/%m}", local.isoformat()):
        read = read_moment(text, NOW)
        assert read == local
    assert read > NOW - timedelta(seconds=1)
