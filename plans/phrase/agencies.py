"""Where the name of a body begins and ends in running text."""

from plans.phrase.phrases import Phrases
from plans.phrase.sentence import Sentence

QUANTIFIERS = ("các", "những", "tất", "toàn", "mỗi", "từng", "cả", "thể", "bộ")
_HEADS: Phrases[bool] = Phrases.of(
    (
        "ủy ban nhân dân", "ubnd", "ủy ban", "ubmttq", "hội đồng nhân dân", "hđnd", "hội đồng", "sở", "bộ", "ban", "phòng", "cục",
        "tổng cục", "vụ", "viện", "trung tâm", "công an", "bộ chỉ huy", "bộ tư lệnh", "chi cục", "văn phòng", "thanh tra", "kho bạc",
        "bảo hiểm xã hội", "bhxh", "ngân hàng", "trường", "đại học", "học viện", "hiệp hội", "tổng liên đoàn", "hội", "đoàn", "tỉnh đoàn", "liên đoàn",
        "mặt trận", "mttq", "đài", "báo", "tạp chí", "tỉnh ủy", "huyện ủy", "thành ủy", "thị ủy", "đảng ủy", "quận ủy", "chi bộ",
        "tòa án", "viện kiểm sát", "công ty", "tổng công ty", "tập đoàn", "doanh nghiệp", "cơ quan", "đơn vị", "địa phương", "chủ đầu tư",
        "nhà thầu", "thủ trưởng", "chủ tịch", "phó chủ tịch", "giám đốc", "tổng giám đốc", "bộ trưởng", "chánh", "hiệu trưởng", "trưởng",
        "người đứng đầu", "cá nhân", "hộ kinh doanh", "người sử dụng lao động", "cán bộ", "công chức", "tổ", "đội", "trạm", "bệnh viện",
        "cơ sở", "hợp tác xã", "chính phủ", "thủ tướng", "quốc hội", "lãnh đạo", "nhà trường", "cơ quan chuyên môn", "xã", "phường",
        "huyện", "quận", "thành phố", "thị xã", "tỉnh", "ngành", "cấp ủy", "chính quyền", "ban quản lý", "người nộp thuế", "tổ chức",
        "nhà đầu tư", "cơ quan thường trực", "bộ phận", "thường trực", "lđlđ", "vcci", "khoa", "chi nhánh", "cảng vụ", "đồng chí",
        "sở, ban, ngành", "bộ, ngành", "kbnn", "cqđt", "vpcp", "bchqs", "đoàn thể", "mặt trận tổ quốc", "chi đoàn", "công đoàn", "khối", "ubkt",
        "vptu", "tand", "vksnd", "nhnn", "cđts", "thôn", "tổ dân phố", "kiểm toán", "đảng bộ", "ban chỉ đạo", "quỹ", "tổng kho", "hạt", "kiểm lâm", "ủy ban kiểm tra", "ủy ban bầu cử", "ubkt", "tổ chức tín dụng", "tổ chức chính trị", "tổ chức xã hội", "tổ chức hành nghề",
        "tổ chức , cá nhân", "tổ chức , hộ", "tổ chức khoa học", "tổ chức kinh tế", "tổ chức chủ quản", "tổ chức chính trị - xã hội", "tổ chức chuyên môn", "đối tượng", "chủ rừng", "chủ phương tiện", "tổ công tác", "cảnh sát", "quân sự", "chỉ huy", "ban thường vụ", "ban chấp hành",
        "thường vụ", "bí thư", "phó bí thư", "phó giám đốc", "phó trưởng", "phó thủ tướng", "kế toán", "giáo viên chủ nhiệm", "chủ nhiệm", "cụm", "chủ hộ", "chủ cơ sở", "ngân hàng nhà nước", "trưởng đoàn", "trưởng các đoàn kiểm tra", "đoàn giám sát", "đoàn thanh tra", "cơ quan đăng ký", "cơ quan quản lý", "người nộp", "người sử dụng", "người lao động", "bên giao", "bên nhận", "phòng ban", "quân khu",
        "đoàn kiểm tra", "thành viên", "giáo viên", "cơ quan báo chí", "người có thẩm quyền", "chủ sở hữu", "chủ dự án", "thầy", "cục thuế",
    ),
    True,
)  # fmt: skip
_NOT_HEADS: Phrases[bool] = Phrases.of(
    (
        "báo cáo", "báo động", "hội nghị", "hội thảo", "hội thi", "hội họp", "hội chợ", "ban hành", "trường hợp", "vụ việc", "phòng chống", "phòng , chống", "giám sát việc", "giám sát ,", "đối tượng là",
        "bộ luật", "bộ tiêu chí", "bộ hồ sơ", "bộ chỉ số", "đoàn kết", "sở hữu", "cục bộ", "viện trợ", "đội ngũ", "tổ chức thực hiện",
        "tổ chức triển khai", "tổ chức hội", "tổ chức các", "tổ chức sơ", "tổ chức tổng", "tổ chức kiểm", "tổ chức rà", "tổ chức lấy", "tổ chức họp", "tổ chức đánh",
        "tổ chức thi", "tổ chức lễ", "tổ chức tuyên", "tổ chức tập", "tổ chức xây", "báo giá", "xã hội", "bộ máy", "bộ đội", "bộ phận cấu", "phòng ngừa", "ngành nghề", "cơ sở dữ", "cơ sở để", "cơ sở pháp", "cơ sở vật",
        "quỹ đạo", "trưởng thành", "khoa học", "tỉnh táo", "bộ mặt", "hội nhập", "ban đầu", "trạm dừng", "vụ mùa", "vụ đông", "vụ xuân", "cơ sở hạ", "tổ chức điều",
    ),
    True,
)  # fmt: skip
_VERBS: Phrases[bool] = Phrases.of(
    (
        "gửi", "báo cáo", "tổng hợp", "lập", "xây dựng", "thực hiện", "triển khai", "hoàn thành", "chủ trì", "phối hợp", "rà soát",
        "đánh giá", "có trách nhiệm", "chịu trách nhiệm", "phải", "cần", "nộp", "trình", "tham mưu", "ban hành", "cập nhật", "cung cấp",
        "đăng ký", "kiểm tra", "hướng dẫn", "chỉ đạo", "tiếp tục", "khẩn trương", "nghiêm túc", "chủ động", "căn cứ", "định kỳ",
        "thường xuyên", "kịp thời", "quan tâm", "nghiên cứu", "góp ý", "tham gia", "cử", "thẩm định", "phê duyệt", "xem xét", "thông báo",
        "công bố", "niêm yết", "trả lời", "giải quyết", "xử lý", "khắc phục", "bố trí", "tiến hành", "đôn đốc", "theo dõi", "sơ kết",
        "tổng kết", "tập trung", "tăng cường", "đề xuất", "xác nhận", "ký", "thanh toán", "giải ngân", "điều chỉnh", "bổ sung", "phân bổ",
        "hoàn thiện", "chuẩn bị", "bảo đảm", "đảm bảo", "chuyển", "thống kê", "kê khai", "khai", "thành lập", "kiện toàn", "tuyên truyền",
        "phổ biến", "quán triệt", "cụ thể hóa", "trước", "chậm nhất", "muộn nhất", "hằng", "hàng", "trong", "vào", "mỗi", "khi", "ngay", "không",
        "nếu", "sẽ", "tiếp công dân", "tiếp", "tổng vệ sinh", "làm", "đi", "dùng", "sử dụng", "áp dụng", "khai thác", "đánh", "phát hành", "treo", "đón", "trực ban", "tuần tra", "canh gác", "xét", "chọn", "bầu", "tính", "quy định", "chỉ định", "ủy quyền", "mua", "bán", "nhận", "thay", "nâng", "giảm", "tăng", "phấn đấu", "trực tiếp", "đồng loạt", "tạm nộp", "tạm", "trích", "soạn thảo", "soạn", "tự đánh giá", "lưu trữ", "số hóa", "là", "phê chuẩn", "thẩm tra", "trao", "tặng", "khen", "kỷ luật", "đồng bộ", "kết nối", "rút", "chấm dứt", "thôi", "gia hạn", "hủy", "thu hồi", "cưỡng chế", "liên tục", "đẩy mạnh", "cải thiện", "tích cực", "nâng cao", "khuyến khích", "ưu tiên", "phát huy", "phát triển", "củng cố", "chú trọng", "đổi mới", "tạo điều kiện", "thực hành tiết kiệm",  "theo", "dựa", "tổ chức thực hiện", "tổ chức triển khai", "tổ chức hội", "tổ chức sơ kết", "tổ chức tổng kết",
        "tổ chức kiểm tra", "tổ chức rà soát", "tổ chức lấy ý kiến", "tổ chức", "làm đầu mối", "duy trì", "có báo cáo", "có văn bản", "để", "đưa", "tiếp nhận",
        "phân công", "giao ban", "họp", "gởi", "nhập", "sao gửi", "hoàn tất", "tự", "lấy ý kiến", "thực hành", "giám sát", "đối thoại",
        "cho ý kiến", "có ý kiến", "quyết định", "giao", "có hiệu lực", "xem xét", "đề nghị", "yêu cầu", "kiểm điểm", "chấm", "bình xét", "nộp hồ sơ", "quyết toán", "khảo sát", "đối chiếu",
        "công khai", "truyền thông", "đăng tải", "phát động", "khởi công", "nghiệm thu", "bàn giao", "chi trả", "thu", "kết thúc", "hỗ trợ", "thông tin", "phản hồi", "được giao chủ trì",
        "thực hiện chế độ", "mở", "sắp xếp", "chốt", "tham dự", "nắm", "chấp hành", "vận hành", "phản ánh", "trả", "cấp", "từ", "sau", "ra", "vận động", "quản lý", "đến", "xong", "có nhiệm vụ", "đăng", "xác định", "tổ chức đánh giá",
    ),
    True,
)  # fmt: skip
_ENDS: Phrases[bool] = Phrases.of(
    ("qua", "thông qua", "bằng", "tại", "kèm", "đúng", "đồng thời", "nhằm", "làm", "biết", "do", "thời hạn", "hạn", "chậm", "muộn", "đột xuất", "lần", "một", "mẫu", "về", "là", "kết quả", "tình hình", "tiến độ", "số liệu", "danh sách", "nội dung", "việc", "công tác thực", "bản", "các nội dung", "những", "hồ sơ", "dự thảo", "kế hoạch", "phương án", "ý kiến", "thực trạng", "đề án", "cuối", "đầu", "quý", "năm", "hoặc", "nơi", "khi", "nhu cầu", "lại"), True,
)  # fmt: skip
_LEVELS = (
    "xã",
    "huyện",
    "tỉnh",
    "trung",
    "thành",
    "trên",
    "dưới",
    "có",
    "quận",
    "phường",
    "bộ",
    "ủy",
    "cơ",
    "mình",
    "học",
    "vụ",
)
_LONGEST = 60


def shouts(s: Sentence) -> bool:
    """Whether the text carries no case to go by: all capitals or all small letters."""
    letters = [c for t in s.tokens[:400] if t.kind == "word" for c in t.text]
    upper = sum(c.isupper() for c in letters)
    return upper == 0 or upper > 0.7 * len(letters)


def body_at(s: Sentence, i: int) -> int | None:
    """The position behind the head of a body's name ("các sở", "UBND", "Sở") that starts here."""
    j = i
    for word in QUANTIFIERS[:-1]:
        if s.at(j).low == word:
            j = s.skip(j + 1, "cả", "các", "bộ", "thể", "những")
            break
    if _NOT_HEADS.at(s, j) is not None:
        return None
    head = _HEADS.at(s, j)
    if head is None:
        return j + 1 if j > i and s.at(j).low == "cấp" and s.at(j + 1).text == "," else None
    organise = s.at(j).low == "tổ" and s.at(j + 1).low == "chức" and head[1] == j + 2
    return None if organise and j == i and s.at(i).text[:1].islower() else head[1]


def verb_at(s: Sentence, i: int, *, caseless: bool) -> int | None:
    """The position behind a predicate; a capital inside a sentence belongs to a name ("Sở Xây dựng")."""
    if not caseless and s.at(i).text[:1].isupper():
        return None
    found = _VERBS.at(s, i)
    return None if found is None else found[1]


def subject_end(s: Sentence, i: int, *, caseless: bool) -> int | None:
    """Where the subject that starts here meets its verb; None when no verb follows."""
    start = body_at(s, i) or i + 1
    for j in range(start, min(i + _LONGEST, len(s))):
        text = s.at(j).text
        if text in (".", ":") and s.at(j).kind == "mark":
            return None
        if verb_at(s, j, caseless=caseless) is not None and not _within_name(s, j, caseless=caseless):
            return j
    return None


def _within_name(s: Sentence, j: int, *, caseless: bool) -> bool:
    """ "sở xây dựng", "ban tổ chức", "đơn vị được giao chủ trì": the verb is part of the name."""
    low = s.at(j - 1).low
    compound = _VERBS.at(s, j - 1) if s.at(j - 1).text[:1].isupper() else None
    if compound is not None and compound[1] > j and not caseless:
        return True  # "Văn phòng Đăng ký"
    if low == "tư" and s.at(j).low == "xây":
        return True  # "Ban Quản lý dự án đầu tư xây dựng"
    if low == "được" or (
        s.at(j).low == "cấp" and (low in ("đồng", "các", "phân", "cao") or s.at(j + 1).low in _LEVELS)
    ):
        return True
    if low == "đồng" and s.at(j).low == "thẩm":
        return True  # "Hội đồng thẩm định"
    if low == "nghệ" and s.at(j).low == "thông":
        return True  # "Phòng Công nghệ thông tin"
    if low in ("đoàn", "tiếp") and s.at(j).low in ("kiểm", "thanh", "giám"):
        return True
    if low == "tượng" and s.at(j).low in ("kiểm", "thanh", "giám"):
        return True
    if low in ("giao", "công") and s.at(j - 2).low in ("được", "phân"):
        return True
    if (
        low in ("quan", "vị")
        and s.at(j).low
        in ("chủ", "phối", "quản", "kiểm", "thực", "đăng", "lấy", "ban", "soạn", "thẩm", "thanh", "tham")
        and verb_at(s, j + 2, caseless=caseless)
    ):
        return True
    return (
        caseless
        and low in ("sở", "bộ", "ban", "phòng", "ngành", "chi")
        and s.at(j).low in ("xây", "tổ", "chỉ", "kế", "thông", "quản", "giao")
    )


def name_end(s: Sentence, i: int, *, caseless: bool) -> int:
    """Where the name of a receiver that starts here ends."""
    j = body_at(s, i) or i + 1
    limit = min(i + 30, len(s))
    while j < limit:
        token = s.at(j)
        if token.kind == "mark" and token.text not in ("-", "&", "/"):
            if not (token.text == "," and _goes_on(s, j, caseless=caseless)):
                break
        elif token.low == "và" and not _goes_on(s, j, caseless=caseless):
            break
        elif token.kind == "num" and s.is_one(j + 1, "lần", "ngày", "bản", "bộ", "kỳ"):
            break
        elif token.kind == "word" and _ends_name(s, j, caseless=caseless):
            break
        j += 1
    return s.skip_back(j)


def _ends_name(s: Sentence, j: int, *, caseless: bool) -> bool:
    if not caseless and s.at(j).text[:1].isupper():
        return False
    if _within_name(s, j, caseless=caseless) or (s.at(j).low == "tại" and s.at(j - 1).low == "sở"):
        return False
    return _ENDS.at(s, j) is not None or verb_at(s, j, caseless=caseless) is not None


def _goes_on(s: Sentence, j: int, *, caseless: bool) -> bool:
    """After "," or "và": "Sở Văn hóa, Thể thao và Du lịch" goes on, "Sở Tài chính, báo cáo" does not."""
    following = s.at(j + 1)
    if following.kind != "word" or verb_at(s, j + 1, caseless=caseless) is not None:
        return False
    if caseless:
        return s.at(j).low == "và" and body_at(s, j + 1) is None
    if following.text[:1].isupper():
        return body_at(s, j + 1) is None or s.at(j).low == "và"
    lowers = ("ngành", "thành", "thị", "phường", "xã", "huyện", "quận", "địa", "cơ", "đơn", "ban", "tổ", "cá", "các")
    return following.low in lowers and (body_at(s, j + 1) is not None)
