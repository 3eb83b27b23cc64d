"""What leaves and what stays behind when everything is taken out: tables in Vietnamese, secrets by name."""

TABLES = {
    "access_link": "Đường dẫn riêng đã cấp (không có mã)",
    "account": "Tài khoản có tên",
    "account_role": "Vai trò của tài khoản",
    "agency": "Cơ quan, đơn vị",
    "agency_group": "Nhóm cơ quan, đơn vị",
    "agreed_lateness": "Thống nhất thời gian gửi chậm",
    "api_token": "Mã truy cập của chương trình (không có mã)",
    "assignment": "Đầu việc của cơ quan",
    "attachment": "Tệp đính kèm",
    "audit_entry": "Nhật ký thao tác",
    "calendar_version": "Các lần thay đổi lịch làm việc",
    "channel_state": "Tình trạng kênh gửi",
    "consolidation": "Báo cáo tổng hợp",
    "contact": "Đầu mối liên hệ",
    "delivery": "Các lần chuyển thông báo",
    "extension": "Gia hạn",
    "feed": "Lịch thời hạn",
    "feed_entry": "Mục của lịch thời hạn",
    "feed_token": "Địa chỉ lịch đã cấp (không có mã)",
    "group_member": "Thành viên của nhóm",
    "handover": "Bàn giao, ủy quyền",
    "imported_day": "Ngày nghỉ, ngày làm bù đã nhập",
    "inbound_event": "Sự kiện nhận từ kênh gửi (không có nội dung gốc)",
    "isolation": "Báo cáo được để riêng (không có nội dung)",
    "late_note": "Xử lý báo cáo gửi sau phát hành",
    "message": "Thông báo",
    "message_event": "Xác nhận về thông báo",
    "message_item": "Nội dung của thông báo",
    "more_time_request": "Đề nghị thêm thời gian",
    "notice_batch": "Đợt đôn đốc",
    "oauth_token": "Tài khoản chính thức đã kết nối (không có mã)",
    "obligation": "Nhiệm vụ",
    "pause": "Tạm dừng thông báo",
    "period": "Kỳ báo cáo",
    "period_extension": "Gia hạn chung của kỳ",
    "period_step": "Các bước của kỳ",
    "phone_call": "Cuộc gọi đã ghi nhận",
    "plan": "Văn bản giao nhiệm vụ",
    "plan_version": "Các bản của văn bản đã áp dụng",
    "reassignment": "Đề nghị xem lại phân công",
    "receipt": "Xác nhận đã nhận",
    "report_draft": "Bản nháp báo cáo",
    "report_template": "Mẫu báo cáo tổng hợp của cơ quan",
    "role_holder": "Cơ quan giữ vai trò theo thời gian",
    "second_factor": "Xác thực hai lớp của tài khoản (không có khóa)",
    "service_note": "Thư báo về tình trạng hệ thống",
    "signing_promise": "Đang trình ký, dự kiến ngày",
    "submission": "Báo cáo, theo lần gửi",
    "submission_assignment": "Báo cáo phục vụ đầu việc nào",
    "succession": "Sắp xếp cơ quan, đơn vị",
    "system_value": "Thông số của hệ thống",
    "undone_act": "Việc đã rút lại",
    "webhook": "Nơi nhận sự kiện (không có khóa)",
    "webhook_event": "Sự kiện đã báo cho chương trình",
}
"""Every table that leaves; one that stands neither here nor below fails a test."""

LEFT_TABLES = {
    "attempt": "số lần thử theo địa chỉ mạng, chỉ giữ một ngày",
    "idempotency_key": "câu trả lời đã gửi cho chương trình, chỉ giữ ít ngày, có thể chứa mã truy cập",
    "portal_session": "phiên đăng nhập",
    "recovery_code": "mã khôi phục",
    "sign_in_mail": "đường dẫn đăng nhập",
}
LEFT_COLUMNS = {
    "access_link": ("token_sha256",),
    "account": ("token_sha256",),
    "api_token": ("token_sha256",),
    "feed_token": ("token_sha256",),
    "inbound_event": ("raw",),
    "isolation": ("data_key", "sealed"),
    "oauth_token": ("access_enc", "refresh_enc", "previous_access_enc", "previous_refresh_enc"),
    "second_factor": ("secret_enc", "last_step"),
    "webhook": ("secret",),
}
"""Keys, hashes of tokens, sealed contents; ``raw`` may quote a mail with a personal link in it."""
LEFT_WORDS = (
    "Không xuất: khóa và mật khẩu (tệp khóa, thiết lập), mã băm của đường dẫn và mã truy cập, khóa xác thực hai lớp, mã khôi "
    "phục, phiên đăng nhập, nội dung gốc của sự kiện nhận từ kênh gửi, nội dung báo cáo đã được để riêng. Danh sách đầy đủ "
    "theo bảng và cột ở mục left_out của tệp luoc-do.json."
)
