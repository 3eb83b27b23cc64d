"""The sign in the blank number of a drafted document."""

import pytest

from obligations.services.reporting.build_report import initials


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("Sở Tài chính", "STC"),
        ("Sở Văn hóa, Thể thao và Du lịch", "SVHTTDL"),
        ("Sở Nông nghiệp và Môi trường", "SNNMT"),
        ("Văn phòng Ủy ban nhân dân tỉnh", "VPUBNDT"),
        ("Đoàn Đại biểu", "ĐĐB"),
        ("Đảng ủy xã Tống Trân", "ĐU"),
    ],
)
def test_it_is_written_as_signs_are(name: str, sign: str) -> None:
    assert initials(name) == sign
