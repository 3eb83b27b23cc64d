"""Words of the ledger of notices (sổ theo dõi thông báo): one place, for pages, tables and documents alike."""

from models.enums import CallResult, EventKind, OutcomeKind

KINDS = {
    "open": "thông báo mở kỳ",
    "before": "nhắc trước hạn",
    "tomorrow": "nhắc trước 01 ngày làm việc",
    "today": "nhắc ngày làm việc cuối trong hạn",
    "overdue": "đôn đốc sau hạn",
    "ask_again": "đề nghị gửi báo cáo",
    "inform": "thông báo để biết",
    "leader": "đôn đốc đến lãnh đạo",
    "letter": "công văn đôn đốc",
    "official_copy": "đề nghị gửi văn bản chính thức",
    "received": "xác nhận đã nhận",
    "by_hand": "báo đã ghi nhận thay cơ quan",
    "returned": "đề nghị bổ sung, hoàn thiện",
    "extended": "thông báo gia hạn",
    "agreed_late": "thống nhất thời gian gửi chậm",
    "more_time_refused": "trả lời đề nghị thêm thời gian",
    "correction": "thông báo đính chính",
    "retracted": "đính chính thông báo gửi nhầm",
    "ended": "thông báo không còn thực hiện",
    "new_link": "gửi lại đường dẫn riêng",
    "agency_link": "gửi đường dẫn mở tất cả đầu việc",
    "contact_changed": "thông báo thay đổi đầu mối",
    "contact_told": "báo thay đổi đầu mối để biết",
    "issued": "thông báo phát hành báo cáo tổng hợp",
    "sent_claim": "trả lời tin “đã gửi”",
    "not_arrived": "báo chưa nhận được văn bản",
    "unreachable": "báo không liên lạc được",
    "transferred": "tiếp nhận nhiệm vụ do sáp nhập",
    "assigned": "kết quả xem xét phân công",
    "dispute_received": "xác nhận đề nghị xem lại phân công",
    "recalled": "xác nhận thu hồi báo cáo",
    "released": "không còn phải gửi do xem xét phân công",
    "request": "đề nghị theo giờ",
    "request_reminder": "nhắc trước giờ hạn",
    "request_overdue": "đôn đốc sau giờ hạn",
    "request_cancelled": "đề nghị không còn thực hiện",
}
CHANNELS = {
    "email": "thư điện tử",
    "phone": "điện thoại",
    "webhook": "kết nối hệ thống",
    "zalooa": "Zalo",
    "zalogroup": "Zalo (nhóm)",
    "zns": "Zalo (ZNS)",
    "zalobot": "Zalo (bot)",
    "sms": "tin nhắn SMS",
    "esms": "tin nhắn SMS",
}
AUDIENCES = {"clerk": "văn thư, đầu mối", "leader": "lãnh đạo"}
OUTCOMES = {
    OutcomeKind.accepted: "đã chuyển",
    OutcomeKind.recorded: "chỉ ghi nhận, không gửi (chưa cấu hình kênh gửi)",
    OutcomeKind.temporary: "tạm thời chưa chuyển được",
    OutcomeKind.permanent: "nơi nhận từ chối",
    OutcomeKind.configuration: "chưa chuyển được do cấu hình kênh gửi",
    OutcomeKind.defer: "máy chủ nhận đề nghị gửi lại sau",
    OutcomeKind.unknown: "chưa rõ kết quả",
}
EVENTS = {
    EventKind.delivered: "Đã đến người nhận (kênh gửi xác nhận)",
    EventKind.seen: "Người nhận đã xem (kênh gửi xác nhận)",
    EventKind.bounced: "Thư bị trả lại",
    EventKind.delayed: "Máy chủ nhận báo chậm chuyển",
}
CALLS = {
    CallResult.answered: "có người nghe máy",
    CallResult.no_answer: "không có người nghe máy",
    CallResult.busy: "máy bận",
    CallResult.wrong_number: "nhầm số",
}
NO_RECEIPT = "đã chuyển, không có xác nhận"
"""The channel never says whether a message was received (S11)."""
AWAITING_RECEIPT = "đã chuyển, chưa có xác nhận"
ACTS = {
    "assignment.extended": "Gia hạn",
    "assignment.agreed_late": "Thống nhất thời gian gửi chậm",
    "assignment.exempted": "Ghi nhận không phải báo cáo kỳ này",
    "assignment.disputed": "Đề nghị xem lại phân công",
    "assignment.decided": "Quyết định phân công",
    "assignment.moved": "Chuyển nhiệm vụ cho cơ quan kế thừa",
    "assignment.stopped": "Tạm dừng, chờ phân công",
    "assignment.snoozed": "Tạm dừng nhắc",
    "assignment.snooze_ended": "Nhắc trở lại",
    "assignment.acknowledged": "Cơ quan bấm “Đã nhận, đang thực hiện”",
    "request.acknowledged": "Cơ quan bấm “Đã nhận, đang thực hiện”",
}
TITLE = "Sổ theo dõi thông báo"


def kind_text(kind: str) -> str:
    """A kind of notice in words; an unknown one as it is."""
    return KINDS.get(kind, kind)


def channel_text(channel: str) -> str:
    """A channel in words; an unknown one as it is."""
    return CHANNELS.get(channel, channel)
