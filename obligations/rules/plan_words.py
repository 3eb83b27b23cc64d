"""What a plan file's errors and changes mean, in Vietnamese: the file itself is read by keys, people by words."""

import re
from collections.abc import Mapping

_PROBLEMS = (
    (r"this key is missing", "thiếu mục này"),
    (r"unknown key", "không có mục nào tên như vậy"),
    (r"the file is empty", "tệp không có nội dung"),
    (r"the file must be .*", "tệp phải gồm các dòng “mục: giá trị”"),
    (r"byte \d+ is not UTF-8", "tệp không được lưu theo bảng mã UTF-8"),
    (r"the file has .* bytes.*", "tệp quá lớn"),
    (r"duplicate .*'(?P<value>[^']*)', first on line (?P<line>\d+)", "“{value}” bị lặp, lần đầu ở dòng {line}"),
    (r"input should be a valid (?:date|datetime).*", "không phải một ngày có thật"),
    (r"input should be a valid string.*", "phải là chữ"),
    (r"input should be a valid (?:integer|number).*", "phải là số"),
    (r"input should be a valid boolean.*", "phải là true hoặc false"),
    (r"input should be a valid list.*", "phải là danh sách"),
    (r"input should be (?P<value>'.*)", "phải là một trong các giá trị: {value}"),
    (r"string should match pattern.*", "mã, vị trí hoặc giờ viết chưa đúng dạng"),
    (r"(?:there is no|no|unknown) .*'(?P<value>[^']*)'.*", "không có “{value}” trong danh mục hoặc trong văn bản"),
    (r"no room in period (?P<value>[^:]+):.*", "thời hạn suy ra không đủ ngày trong kỳ {value}"),
    (r"a request is no file to apply", "đề nghị theo giờ không lập bằng tệp"),
)
_ADVICE = (
    (r"Add it\.", "Đề nghị bổ sung."),
    (r"Did you mean '(?P<value>[^']*)'\?.*", "Có phải là “{value}”?"),
    (r"Remove it.*", "Đề nghị bỏ mục này."),
    (
        r"Write a day that exists as YYYY-MM-DD\.",
        "Đề nghị ghi ngày có thật theo dạng năm-tháng-ngày, ví dụ 2026-10-31.",
    ),
    (r"Write text.*", "Đề nghị ghi chữ; số hoặc true/false phải để trong ngoặc kép."),
    (r"Write a whole number.*", "Đề nghị ghi số nguyên, không để trong ngoặc kép."),
    (r"Write a list.*", "Đề nghị ghi danh sách, mỗi dòng bắt đầu bằng dấu gạch ngang."),
    (r"Use one of the values listed\.", "Đề nghị chọn một trong các giá trị đó."),
    (r"Rename or remove one of them\.", "Đề nghị đổi tên hoặc bỏ một trong hai."),
    (r"Save the file as UTF-8.*", "Đề nghị lưu lại tệp theo bảng mã UTF-8."),
    (
        r"Codes are lower-case.*",
        "Mã chỉ gồm chữ thường, chữ số và gạch nối; vị trí có dạng V.b4(a); giờ có dạng 17:00.",
    ),
)
OTHERWISE, ADVICE_OTHERWISE = "giá trị chưa đúng", "Đề nghị sửa lại mục này trong tệp."

FIELD = {
    "obligation": "nhiệm vụ", "amendment": "văn bản sửa đổi, bổ sung", "title": "tên", "kind": "loại nhiệm vụ",
    "clauses": "vị trí trong văn bản", "duty": "mức trách nhiệm", "assigned_to": "cơ quan thực hiện",
    "lead": "cơ quan chủ trì", "join": "cơ quan phối hợp", "receiver": "nơi nhận báo cáo", "reader": "nơi nhận báo cáo tổng hợp",
    "completes_on": "hình thức hoàn thành", "deadline": "thời hạn", "opens": "ngày mở kỳ", "data_window": "kỳ số liệu",
    "consolidates": "nhiệm vụ được tổng hợp", "outline": "đề cương báo cáo", "reminders": "các bước nhắc, đôn đốc",
    "stop": "điều kiện dừng", "first_period": "kỳ đầu tiên", "ended_by": "văn bản kết thúc", "description": "mô tả",
    "inform": "thông báo cho cơ quan để biết", "number": "số, ký hiệu", "citation": "cách viện dẫn", "issued_on": "ngày ban hành",
    "issuer": "cơ quan ban hành", "timezone": "múi giờ", "policy": "quy tắc tính hạn", "notes": "điểm cần lưu ý",
    "urgency": "mức độ khẩn",
}  # fmt: skip
"""Keys of a plan file that may differ between two versions."""


def problem_words(problem: str) -> str:
    """What is wrong; of what has no words of its own only that it is wrong."""
    return _said(_PROBLEMS, problem) or OTHERWISE


def advice_words(advice: str) -> str:
    """What to do about it."""
    return _said(_ADVICE, advice) or ADVICE_OTHERWISE


def field_words(key: str) -> str:
    """How a key of the file is called."""
    return FIELD.get(key, key)


def need_words(allow: str, names: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """What must be allowed by name: ``unassign:so-y-te`` as a sentence."""
    kind, _, code = allow.partition(":")
    return {
        "end": f"Kỳ đang mở của “{titles.get(code, code)}” sẽ kết thúc",
        "unassign": f"{names.get(code, code)} đã gửi báo cáo nhưng không còn được giao",
        "late": f"{names.get(code, code)} được giao khi đã quá thời hạn",
        "remove-outline": f"Mục {code} của đề cương bị bỏ, trong khi đã có báo cáo viết theo mục này",
    }.get(kind, allow)


def _said(known: tuple[tuple[str, str], ...], text: str) -> str | None:
    for pattern, words in known:
        if found := re.fullmatch(pattern, text, re.DOTALL):
            return words.format(**found.groupdict())
    return None
