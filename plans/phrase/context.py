"""Words around a date that say what it is: data windows, horizons, headers, past facts, duties."""

from plans.phrase.phrases import Phrases
from plans.phrase.sentence import Sentence

DATA: Phrases[bool] = Phrases.of(
    ("số liệu", "chốt", "dữ liệu", "tính đến", "tính từ", "lũy kế", "luỹ kế", "lấy số liệu", "thời kỳ", "kỳ số liệu", "cập nhật đến",
     "thống kê đến", "tổng hợp đến")
)  # fmt: skip
DATA_PERIOD: Phrases[bool] = Phrases.of(
    ("kết quả", "tình hình", "số liệu", "nhiệm vụ", "phát sinh", "báo cáo", "công tác", "kế hoạch", "dự toán", "vụ việc", "xảy ra",
     "đạt được", "hoạt động", "đã", "kinh phí", "chỉ tiêu")
)  # fmt: skip
HORIZON: Phrases[bool] = Phrases.of(
    ("phấn đấu", "mục tiêu", "tầm nhìn", "chỉ tiêu", "tỷ lệ", "tỉ lệ", "đạt", "%", "giai đoạn", "chiến lược",
     "quy hoạch", "đề án", "kế hoạch", "chương trình", "nhiệm kỳ")
)  # fmt: skip
RESULTS: Phrases[bool] = Phrases.of(("kết quả", "tình hình", "phát sinh", "đạt được", "đã thực hiện", "đã đạt"))
DONE: Phrases[bool] = Phrases.of(("hoàn thành", "xong", "gia hạn"))
AIM: Phrases[bool] = Phrases.of(("phấn đấu", "mục tiêu", "tầm nhìn", "tỷ lệ", "tỉ lệ", "%", "chỉ tiêu", "đạt"))
PERIOD_HEADER: Phrases[bool] = Phrases.of(("thời hạn", "hạn", "thời gian", "tiến độ", "hoàn thành"))
HEADER: Phrases[bool] = Phrases.of(
    ("thời hạn", "hạn", "hạn nộp", "hạn gửi", "thời gian", "tiến độ", "thời điểm", "ngày gửi", "ngày nộp", "ngày báo cáo",
     "ngày nhận báo cáo", "ngày hoàn thành", "hoàn thành", "tổ chức", "diễn ra", "khai mạc")
)  # fmt: skip
LIMIT: Phrases[bool] = Phrases.of(
    ("thời hạn", "hạn", "hạn nộp", "hạn gửi", "gia hạn", "kéo dài", "lùi thời hạn", "hoàn thành", "tiến độ", "xong", "nộp", "tiếp nhận",
     "nhận hồ sơ", "đăng ký", "góp ý", "lấy ý kiến", "gửi", "nhận")
)  # fmt: skip
FINISH: Phrases[bool] = Phrases.of(
    ("hoàn thành", "xong", "ban hành", "trình", "tổ chức", "gửi", "nộp", "triển khai", "thực hiện", "hoàn thiện", "báo cáo", "tham mưu",
     "xây dựng", "sơ kết", "tổng kết", "chỉ đạo", "phải", "bàn giao", "thẩm định", "nghiệm thu", "cung cấp", "cập nhật", "phê duyệt", "phổ biến", "quán triệt", "công bố", "khánh thành", "khởi công", "tiến hành", "kiểm tra", "rà soát")
)  # fmt: skip
NARRATIVE: Phrases[bool] = Phrases.of(
    ("so với cùng kỳ", "tăng", "giảm", "đạt", "kết nạp", "đã", "ước", "chiếm", "phát hiện", "so với", "xảy ra", "cùng kỳ", "ghi nhận", "thu hút", "còn", "chưa")
)  # fmt: skip
NOT_STANDING: Phrases[bool] = Phrases.of(("chi thường xuyên", "kinh phí thường xuyên", "ngân sách thường xuyên"))
STANDING: Phrases[bool] = Phrases(dict.fromkeys(("thường xuyên", "liên tục", "tiếp tục", "duy trì", "lâu dài"), True))
PERIODIC: Phrases[bool] = Phrases({"định kỳ": True})
BY_RULE: Phrases[bool] = Phrases.of(
    ("theo quy định", "đúng quy định", "theo đúng quy định", "đúng thời gian quy định", "đúng thời hạn quy định")
)
REPORTING: Phrases[bool] = Phrases.of(("báo cáo", "sơ kết", "tổng kết", "gửi"))
DOCUMENT: Phrases[bool] = Phrases.of(
    ("công văn", "quyết định", "nghị quyết", "nghị định", "thông tư", "kế hoạch", "chỉ thị", "luật", "thông báo", "tờ trình", "báo cáo", "công điện",
     "kết luận", "hướng dẫn", "chương trình", "văn bản", "pháp lệnh", "hợp đồng", "biên bản", "giấy", "đã", "ký", "ban hành", "cuộc họp", "phiên họp",
     "hiệu lực", "hội nghị", "sinh", "thành lập", "ngày thành", "kỷ niệm")
)  # fmt: skip
VALID: Phrases[bool] = Phrases.of(
    ("có giá trị", "có hiệu lực", "hết hạn", "thời hạn thuê", "thời hạn bổ nhiệm", "hợp đồng lao động có", "thời hạn hợp đồng", "thời gian công tác",
     "thời hạn sử dụng", "biệt phái", "giữ chức vụ", "thời hạn biệt phái", "thời hạn giao đất", "nghỉ phép", "thời hạn hoạt động", "cho thuê", "thời hạn cho thuê")
)  # fmt: skip
FORMER: Phrases[bool] = Phrases.of(("mặc dù", "trước đây", "tuy nhiên trước", "dù"))
DONE_TO: Phrases[bool] = Phrases.of(
    ("giao đất", "được cấp", "giấy phép", "ký kết", "ký", "khởi công", "thành lập", "tuyển dụng", "sinh", "tiếp nhận", "được ban hành", "được phê duyệt", "đưa vào",
     "phát sinh", "nộp hồ sơ", "nhập ngũ", "nghỉ hưu", "được giao", "hoạt động", "cấp")
)  # fmt: skip
DO: Phrases[bool] = Phrases.of(("xử lý", "hoàn thành", "bàn giao", "trình", "gửi", "báo cáo", "nộp"))
NEAR = 30
STOPS = (".", ";")


def clause_start(s: Sentence, i: int, reach: int = 40) -> int:
    """The first token of the clause before a position, at most ``reach`` back."""
    for j in range(i - 1, max(-1, i - 1 - reach), -1):
        if s.at(j).text in STOPS and s.at(j).kind == "mark" and not _inside_number(s, j):
            return j + 1
    return max(0, i - reach)


def _inside_number(s: Sentence, j: int) -> bool:
    return s.at(j - 1).kind == "num" and s.at(j + 1).kind == "num" and s.glued(j) and s.glued(j - 1)


def said_before(s: Sentence, table: Phrases[bool], i: int, reach: int = 40) -> bool:
    """Whether one of the phrases stands before a position in its clause."""
    found = table.before(s, i, i - clause_start(s, i, reach))
    return found is not None


def said_after(s: Sentence, table: Phrases[bool], i: int, reach: int = 14) -> bool:
    """Whether one of the phrases follows a position before the clause ends."""
    for j in range(i, min(i + reach, len(s))):
        if s.at(j).text in STOPS:
            return False
        if table.at(s, j) is not None:
            return True
    return False
