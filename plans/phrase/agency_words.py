"""Words that begin the name of a body, words that only look so, predicates, and words that end a name."""

from plans.phrase.phrases import Phrases

HEADS: Phrases[bool] = Phrases.of(
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
        "nhà đầu tư", "cơ quan thường trực", "bộ phận", "thường trực", "lđlđ", "vcci", "khoa", "trụ sở", "chi nhánh", "cảng vụ", "đồng chí",
        "sở, ban, ngành", "bộ, ngành", "kbnn", "cqđt", "vpcp", "bchqs", "đoàn thể", "mặt trận tổ quốc", "chi đoàn", "công đoàn", "khối", "ubkt",
        "vptu", "tand", "vksnd", "nhnn", "cđts", "thôn", "tổ dân phố", "kiểm toán", "đảng bộ", "ban chỉ đạo", "quỹ", "tổng kho", "hạt", "kiểm lâm", "ủy ban kiểm tra", "ủy ban bầu cử", "ubkt", "tổ chức tín dụng", "tổ chức chính trị", "tổ chức xã hội", "tổ chức hành nghề",
        "tổ chức , cá nhân", "tổ chức , hộ", "tổ chức khoa học", "tổ chức kinh tế", "tổ chức chủ quản", "tổ chức chính trị - xã hội", "tổ chức chuyên môn", "đối tượng", "chủ rừng", "chủ phương tiện", "tổ công tác", "cảnh sát", "quân sự", "chỉ huy", "ban thường vụ", "ban chấp hành",
        "thường vụ", "bí thư", "phó bí thư", "phó giám đốc", "phó trưởng", "phó thủ tướng", "kế toán", "giáo viên chủ nhiệm", "chủ nhiệm", "cụm", "chủ hộ", "chủ cơ sở", "ngân hàng nhà nước", "trưởng đoàn", "trưởng các đoàn kiểm tra", "đoàn giám sát", "đoàn thanh tra", "cơ quan đăng ký", "cơ quan quản lý", "người nộp", "người sử dụng", "người lao động", "bên giao", "bên nhận", "phòng ban", "quân khu",
        "đoàn kiểm tra", "thành viên", "giáo viên", "cơ quan báo chí", "người có thẩm quyền", "chủ sở hữu", "chủ dự án", "thầy", "cục thuế",
    )
)  # fmt: skip
NOT_HEADS: Phrases[bool] = Phrases.of(
    (
        "báo cáo", "báo động", "hội nghị", "hội thảo", "hội thi", "hội họp", "hội chợ", "ban hành", "trường hợp", "vụ việc", "phòng chống", "phòng , chống", "giám sát việc", "giám sát ,", "đối tượng là",
        "bộ luật", "bộ tiêu chí", "bộ hồ sơ", "bộ chỉ số", "đoàn kết", "sở hữu", "cục bộ", "viện trợ", "đội ngũ", "tổ chức thực hiện",
        "tổ chức triển khai", "tổ chức hội", "tổ chức các", "tổ chức sơ", "tổ chức tổng", "tổ chức kiểm", "tổ chức rà", "tổ chức lấy", "tổ chức họp", "tổ chức đánh",
        "tổ chức thi", "tổ chức lễ", "tổ chức tuyên", "tổ chức tập", "tổ chức xây", "báo giá", "xã hội", "bộ máy", "bộ đội", "bộ phận cấu", "phòng ngừa", "ngành nghề", "cơ sở dữ", "cơ sở để", "cơ sở pháp", "cơ sở vật",
        "quỹ đạo", "trưởng thành", "khoa học", "tỉnh táo", "bộ mặt", "hội nhập", "ban đầu", "trạm dừng", "vụ mùa", "vụ đông", "vụ xuân", "cơ sở hạ", "tổ chức điều",
    )
)  # fmt: skip
VERBS: Phrases[bool] = Phrases.of(
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
        "phân công", "giao ban", "họp", "gởi", "nhập", "sao gửi", "hoàn chỉnh", "hoàn tất", "tự", "lấy ý kiến", "thực hành", "giám sát", "đối thoại",
        "cho ý kiến", "có ý kiến", "quyết định", "giao", "có hiệu lực", "xem xét", "đề nghị", "yêu cầu", "kiểm điểm", "chấm", "bình xét", "nộp hồ sơ", "quyết toán", "khảo sát", "đối chiếu",
        "công khai", "truyền thông", "đăng tải", "phát động", "khởi công", "nghiệm thu", "bàn giao", "chi trả", "thu", "kết thúc", "hỗ trợ", "thông tin", "phản hồi", "được giao chủ trì",
        "thực hiện chế độ", "mở", "sắp xếp", "chốt", "tham dự", "nắm", "chấp hành", "vận hành", "phản ánh", "trả", "cấp", "từ", "sau", "ra", "vận động", "quản lý", "đến", "xong", "có nhiệm vụ", "đăng", "xác định", "tổ chức đánh giá",
    )
)  # fmt: skip
ENDS: Phrases[bool] = Phrases.of(
    ("qua", "thông qua", "bằng", "tại", "kèm", "đúng", "đồng thời", "nhằm", "làm", "biết", "do", "thời hạn", "hạn", "chậm", "muộn", "đột xuất", "lần", "một", "mẫu", "về", "là", "kết quả", "tình hình", "tiến độ", "số liệu", "danh sách", "nội dung", "việc", "công tác thực", "bản", "các nội dung", "những", "hồ sơ", "dự thảo", "kế hoạch", "phương án", "ý kiến", "thực trạng", "đề án", "cuối", "đầu", "quý", "năm", "hoặc", "nơi", "khi", "nhu cầu", "lại")
)  # fmt: skip
