"""The acts of the audit trail in Vietnamese."""

import re
from collections.abc import Mapping
from datetime import date

from obligations.rules.ledger_wording import CALLS
from portal import texts_vi
from portal.vietnamese import day

ACTION = {
    "account.bound": "Liên kết tài khoản của tỉnh",
    "account.changed": "Sửa tài khoản",
    "account.created": "Tạo tài khoản",
    "account.disabled": "Khóa tài khoản",
    "account.enabled": "Dùng lại tài khoản",
    "account.handed_over": "Bàn giao, ủy quyền",
    "account.handover_ended": "Kết thúc bàn giao, ủy quyền",
    "account.link_made": "Lấy đường dẫn đăng nhập trên máy chủ",
    "account.link_sent": "Gửi đường dẫn đăng nhập",
    "account.locked": "Tạm khóa do nhập sai mã",
    "account.roles_changed": "Thay đổi vai trò",
    "account.unbound": "Gỡ liên kết tài khoản của tỉnh",
    "address.blocked": "Ngừng dùng một địa chỉ",
    "api_token.issued": "Cấp mã truy cập cho chương trình",
    "api_token.revoked": "Thu hồi mã truy cập của chương trình",
    "api_token.used": "Thực hiện qua chương trình",
    "webhook.added": "Thêm nơi nhận sự kiện",
    "webhook.ended": "Ngừng báo sự kiện cho một nơi nhận",
    "assignment.agreed_late": "Thống nhất thời gian gửi chậm",
    "assignment.decided": "Quyết định phân công",
    "assignment.disputed": "Đề nghị xem lại phân công",
    "assignment.exempted": "Không phải báo cáo kỳ này",
    "assignment.extended": "Gia hạn",
    "assignment.moved": "Chuyển nhiệm vụ do sắp xếp đơn vị",
    "assignment.snooze_ended": "Nhắc trở lại",
    "assignment.snoozed": "Tạm dừng nhắc",
    "assignment.undone": "Hoàn tác",
    "assignment.stopped": "Dừng đôn đốc theo văn bản",
    "backup.drilled": "Diễn tập khôi phục từ bản sao lưu",
    "backup.made": "Sao lưu",
    "backups.purged": "Xóa báo cáo đã tiêu hủy khỏi các bản sao lưu",
    "batch.released": "Cho gửi ngay một đợt đôn đốc",
    "batch.stopped": "Dừng một đợt đôn đốc",
    "call.recorded": "Ghi nhận cuộc gọi",
    "call.undone": "Bỏ ghi nhận cuộc gọi",
    "channel.resting": "Kênh gửi tạm nghỉ vì lỗi",
    "channel.working": "Kênh gửi hoạt động lại",
    "consolidation.approved": "Duyệt ban hành báo cáo tổng hợp",
    "consolidation.edited_dropped": "Bỏ bản đã sửa của báo cáo tổng hợp",
    "consolidation.edited_kept": "Tải lên bản đã sửa của báo cáo tổng hợp để phát hành",
    "consolidation.issue_corrected": "Sửa số, ngày phát hành báo cáo tổng hợp",
    "consolidation.issued": "Ghi phát hành báo cáo tổng hợp",
    "consolidation.sent_back": "Trả lại báo cáo tổng hợp",
    "consolidation.submitted": "Trình duyệt ban hành báo cáo tổng hợp",
    "submission.after_issue": "Xử lý báo cáo gửi sau phát hành",
    "consolidation.made": "Lập báo cáo tổng hợp",
    "template.taken": "Đưa mẫu báo cáo tổng hợp vào sử dụng",
    "template.withdrawn": "Ngừng dùng mẫu báo cáo tổng hợp",
    "contact.added": "Thêm đầu mối",
    "contact.removed": "Xóa đầu mối",
    "contact.replaced": "Thay đầu mối",
    "contact.revived": "Dùng lại một địa chỉ",
    "accounts.exported": "Xuất danh sách tài khoản ra tệp",
    "contacts.exported": "Xuất danh sách đầu mối ra tệp",
    "contacts.imported": "Nhập danh sách đầu mối",
    "contacts.shown": "Xem địa chỉ đầy đủ",
    "factor.code_used": "Dùng mã dự phòng",
    "factor.codes_made": "Lập mã dự phòng mới",
    "factor.removed": "Bỏ xác thực hai lớp",
    "factor.reset": "Xóa xác thực hai lớp của tài khoản",
    "factor.set_up": "Thiết lập xác thực hai lớp",
    "feed_token.issued": "Cấp địa chỉ lịch",
    "feed_token.revoked": "Thu hồi địa chỉ lịch",
    "holidays.imported": "Nhập ngày nghỉ",
    "link.asked_anew": "Xin gửi lại đường dẫn riêng",
    "link.whole_asked": "Xin đường dẫn mở tất cả đầu việc của cơ quan",
    "message.approved": "Duyệt dự thảo",
    "message.bounced": "Thư bị trả lại",
    "message.cancelled": "Dừng một thông báo",
    "message.failed": "Không gửi được thông báo",
    "message.fallback": "Gửi lại qua kênh khác",
    "message.released": "Cho gửi một thông báo",
    "message.sent_again": "Gửi lại một thông báo",
    "message.sent_back": "Trả lại dự thảo",
    "message.submitted_for_approval": "Trình duyệt dự thảo",
    "notices.pause_followed": "Tạm dừng theo đơn vị tiếp nhận",
    "notices.paused": "Tạm dừng thông báo",
    "notices.resumed": "Thông báo trở lại",
    "notices.retracted": "Đính chính thông báo đã gửi",
    "obligation.cites_plan": "Chọn căn cứ trực tiếp Kế hoạch",
    "obligation.letter_recorded": "Ghi số công văn làm căn cứ",
    "period.changed": "Thay đổi kỳ báo cáo theo văn bản",
    "period.closed": "Chốt kỳ",
    "period.confirmed": "Rà soát ban đầu",
    "period.extended": "Gia hạn cả kỳ",
    "period.extension_undone": "Hoàn tác gia hạn chung",
    "period.filed": "Xuất hồ sơ công việc",
    "period.moved": "Dời các ngày của kỳ",
    "period.no_room": "Không đủ thời gian tổng hợp",
    "period.reminded": "Nhắc thêm",
    "period.opened": "Mở kỳ",
    "plan.applied": "Áp dụng văn bản giao nhiệm vụ",
    "registry.applied": "Cập nhật danh mục cơ quan",
    "assignment.acknowledged": "Xác nhận đang thực hiện",
    "request.acknowledged": "Xác nhận đã nhận đề nghị",
    "request.cancelled": "Thôi một đề nghị",
    "request.made": "Gửi đề nghị báo cáo",
    "secrets.resealed": "Thay khóa mã hóa",
    "session.ended": "Kết thúc phiên đăng nhập",
    "session.opened": "Đăng nhập",
    "session.second_given": "Xác thực lớp thứ hai",
    "submission.accepted": "Đủ điều kiện tổng hợp",
    "assignment.signing_promised": "Báo đang trình ký",
    "more_time.asked": "Đề nghị thêm thời gian",
    "more_time.extended": "Trả lời đề nghị: gia hạn",
    "more_time.agreed": "Trả lời đề nghị: thống nhất thời gian gửi chậm",
    "more_time.refused": "Trả lời đề nghị: giữ nguyên thời hạn",
    "assignment.dispute_withdrawn": "Rút đề nghị xem lại phân công",
    "more_time.withdrawn": "Rút đề nghị thêm thời gian",
    "submission.stated": "Báo đã gửi văn bản bằng đường khác",
    "submission.found": "Đối chiếu thấy văn bản cơ quan báo đã gửi",
    "submission.recalled": "Thu hồi báo cáo",
    "register.reconciled": "Đối chiếu văn bản đến",
    "submission.arrived_again": "Ghi thêm lần đến của văn bản",
    "submission.recorded": "Ghi nhận báo cáo",
    "submission.isolated": "Cô lập báo cáo",
    "submission.destruction_asked": "Đề nghị tiêu hủy báo cáo bị cô lập",
    "submission.destroyed": "Tiêu hủy báo cáo bị cô lập",
    "submission.released": "Bỏ cô lập báo cáo",
    "submission.joined": "Ghi nhận báo cáo lồng ghép",
    "submission.uncovered": "Bỏ “đã tổng hợp trong báo cáo của cơ quan khác”",
    "submission.returned": "Đề nghị bổ sung, hoàn thiện",
    "system.exported": "Xuất toàn bộ dữ liệu",
    "succession.applied": "Thực hiện sắp xếp đơn vị",
    "succession.recorded": "Ghi quyết định sắp xếp đơn vị",
    "zalo.connected": "Kết nối tài khoản Zalo",
    "zalo.consent_needed": "Cần kết nối lại tài khoản Zalo",
    "zalo.token_dying": "Kết nối Zalo sắp hết hạn",
}
DETAIL = {
    "place": "dùng cho",
    "template": "mẫu báo cáo",
    "template_problem": "lý do không dùng mẫu",
    "expected_on": "dự kiến ký",
    "in_document": "văn bản có nội dung của nhiệm vụ",
    "factors": "số xác thực hai lớp",
    "about": "về",
    "choice": "cách xử lý",
    "act": "việc",
    "host": "máy chủ",
    "kinds": "loại sự kiện",
    "operation": "thao tác",
    "scopes": "quyền",
    "webhooks": "số nơi nhận sự kiện",
    "stated_on": "ngày gửi đã báo",
    "time": "lần thứ",
    "wanted_on": "đề nghị đến",
    "account": "tài khoản",
    "accounts": "số tài khoản",
    "added": "thêm",
    "agency": "đơn vị",
    "allowed": "đã cho phép",
    "archives": "số bản sao lưu",
    "arrivals": "số lần đến thêm",
    "assigned": "số đầu việc",
    "assignment": "đầu việc",
    "assignments": "số đầu việc",
    "asked_by": "người đề nghị",
    "attempts": "số lần đã gửi",
    "calendar_before": "lịch trước đó",
    "call": "cuộc gọi",
    "changed": "thay đổi",
    "channel": "kênh",
    "code": "mã trả lời",
    "contact": "đầu mối số",
    "corrected": "số nơi được đính chính",
    "covered": "đã có trong báo cáo chung",
    "days": "các ngày",
    "decision": "văn bản",
    "document": "văn bản",
    "document_before": "văn bản trước đó",
    "due_at": "thời hạn",
    "due_on": "thời hạn",
    "due_on_before": "thời hạn trước đó",
    "ends": "kết thúc",
    "failures": "số lần lỗi",
    "fields": "nội dung thay đổi",
    "file": "tệp",
    "files": "tệp",
    "form": "hình thức",
    "format": "dạng tệp",
    "from_on": "từ ngày",
    "kept": "còn lại",
    "key": "khóa",
    "kind": "loại",
    "label": "kỳ",
    "lasts_days": "số ngày có hiệu lực",
    "name": "tên",
    "lost": "số tệp thiếu hoặc sai",
    "messages": "số thông báo",
    "minutes": "số phút",
    "number": "số",
    "obligation": "nhiệm vụ",
    "on": "ngày",
    "outcome": "kết quả",
    "periods": "các kỳ",
    "planned": "số thông báo sẽ gửi",
    "practical_before": "ngày làm việc cuối trước đó",
    "practical_due_on": "ngày làm việc cuối trong hạn",
    "problems": "nội dung không đạt",
    "proposed": "đơn vị đề xuất",
    "reason": "lý do",
    "receipt": "số xác nhận",
    "received": "số đã nhận",
    "remarks": "ý kiến",
    "removed": "bỏ",
    "reports": "số báo cáo",
    "result": "kết quả",
    "role": "vai trò",
    "roles": "vai trò",
    "roles_before": "vai trò trước đó",
    "rows": "số dòng",
    "sample": "tài khoản mẫu",
    "scope": "phạm vi",
    "seconds": "số giây",
    "sessions": "số phiên",
    "size": "số byte",
    "papers": "số văn bản",
    "sha256": "mã kiểm tra",
    "source": "nguồn",
    "stopped": "số đã dừng",
    "submitted_by": "người trình",
    "text": "nội dung",
    "to": "chuyển đến",
    "transfer": "bàn giao hẳn",
    "told": "số nơi được thông báo",
    "under_way": "số đang gửi",
    "unreached": "chưa có địa chỉ gửi",
    "until_on": "đến ngày",
    "urgency": "độ khẩn",
    "version": "phiên bản",
    "waiting": "số đang chờ",
    "way": "cách",
    "why": "lý do",
}
"""Names of details; one that is not here stays as it is."""
VALUES = {
    **ACTION,
    **texts_vi.SCOPE,
    **texts_vi.MESSAGE_KIND,
    **texts_vi.FORM,
    **texts_vi.SUCCESSION_KIND,
    **texts_vi.CONTACT_CHANNEL,
    **texts_vi.CHANNEL,
    **{result.value: words for result, words in CALLS.items()},
    "coordinator": "chuyên viên theo dõi, tổng hợp",
    "approver": "lãnh đạo duyệt",
    "registrar": "văn thư",
    "administrator": "quản trị",
    "observer": "chỉ xem",
    "display_name": "họ tên",
    "link": "đường dẫn lấy trên máy chủ",
    "mail": "đường dẫn gửi qua thư",
    "oidc": "hệ thống đăng nhập của tỉnh",
    "all": "tất cả",
}
"""Values of details that are words of ours."""
OWN_WORDS = {"act": texts_vi.UNDO, "scopes": texts_vi.SCOPE}
"""Values of single details that mean something else elsewhere."""
SERVICE = "Hệ thống"
AGENCY = "agency:"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MACHINES = (
    "dondoc up",
    "upkeep",
    "reader",
    "tick",
    "schedule",
    "deliver",
    "inbound",
    "zalo",
    "feed",
    "sign-in",
    "link",
)
"""Names under which the service itself acts; people stand under their own, the command under its user's."""


def action_words(action: str) -> str:
    """An act in Vietnamese; one that a newer release wrote stays as it is."""
    return ACTION.get(action, action)


def actor_words(actor: str) -> str:
    """Who did it."""
    if actor.startswith("cli:"):
        return f"Dòng lệnh ({actor.removeprefix('cli:')})"
    if actor.startswith(AGENCY):
        return f"Cơ quan, đơn vị ({actor.removeprefix(AGENCY)})"
    return SERVICE if actor in MACHINES else actor


def value_words(value: object, detail: str = "", called: Mapping[str, str] | None = None) -> str:
    """A detail as people read it: lists by commas, documents as ``name value``, days as dd/mm/yyyy, yes and no in words.

    ``detail``: its name, where one word means several things; ``called``: names of codes and ids.
    """
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, dict):
        return "; ".join(f"{name} {value_words(held)}" for name, held in value.items())
    if detail == "scopes" and isinstance(value, str) and " " in value:
        return value_words(value.split(), detail)
    if isinstance(value, list):
        return ", ".join(value_words(held, detail, called) for held in value)
    said = str(value)
    return _as_day(said) or OWN_WORDS.get(detail, {}).get(said) or (called or {}).get(said) or VALUES.get(said, said)


def _as_day(said: str) -> str:
    """A day as people write it; "" for anything else, also for what only looks like one."""
    try:
        return day(date.fromisoformat(said)) if _DAY.fullmatch(said) else ""
    except ValueError:
        return ""


def detail_words(name: str) -> str:
    """The name of a detail in Vietnamese."""
    return DETAIL.get(name, name)
