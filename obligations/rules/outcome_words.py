"""What became of an attempt, for people: the provider's own words stand in the attempt itself, its code stands here."""

BY_RECIPIENT = {
    "blocked": "Địa chỉ không tồn tại hoặc không nhận thư",
    "no_account": "Người nhận không dùng kênh này",
}
BY_KIND = {
    "temporary": "Chưa chuyển được, sẽ gửi lại",
    "configuration": "Kênh gửi cần được cấu hình lại",
    "defer": "Máy chủ nhận đề nghị gửi lại sau",
    "unknown": "Chưa rõ đã chuyển hay chưa",
    "permanent": "Nơi nhận từ chối",
}
BY_CODE = {"no_template": "Không có mẫu Zalo đã duyệt cho loại thông báo này"}
BY_PHASE = {"build": "Nội dung không gửi được qua kênh này"}


def code_words(code: str) -> str:
    """A code that is our own in words; a provider's as it is."""
    return BY_CODE.get(code, code)


def outcome_words(kind: str, phase: str = "", code: str = "", recipient: str = "") -> str:
    """``Người nhận không dùng kênh này (mã -118)``."""
    if code in BY_CODE:
        return BY_CODE[code]
    words = BY_RECIPIENT.get(recipient) or BY_PHASE.get(phase) or BY_KIND.get(kind, "Không gửi được")
    return f"{words} (mã {code})" if code else words
