"""What a coordinator reads of a failed attempt is Vietnamese, with the provider's code."""

import pytest

from models.enums import OutcomeKind
from obligations.rules.outcome_words import outcome_words


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("permanent", "recipient", "-118", "no_account"), "Người nhận không dùng kênh này (mã -118)"),
        (("permanent", "rcpt", "550", "blocked"), "Địa chỉ không tồn tại hoặc không nhận thư (mã 550)"),
        (("permanent", "build", "malformed"), "Nội dung không gửi được qua kênh này (mã malformed)"),
        (("permanent", "build", "no_template"), "Không có mẫu Zalo đã duyệt cho loại thông báo này"),
        (("temporary", "rcpt", "451"), "Chưa chuyển được, sẽ gửi lại (mã 451)"),
        (("unknown",), "Chưa rõ đã chuyển hay chưa"),
    ],
)
def test_words(given: tuple[str, ...], said: str) -> None:
    assert outcome_words(*given) == said


@pytest.mark.parametrize("kind", [k for k in OutcomeKind if k not in (OutcomeKind.accepted, OutcomeKind.recorded)])
def test_every_kind_that_is_no_success_has_words(kind: OutcomeKind) -> None:
    assert outcome_words(kind.value) != "Không gửi được"
