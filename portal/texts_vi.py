"""Short user texts: names of states, forms and channels, notices and errors. Longer ones stand in templates/vi."""

from obligations.rules import wording
from obligations.rules.figures import KINDS
from obligations.rules.wording import STAFF_STATE, UNSEEN

STATED_AGENCY, STATED_DAY = "Đã báo gửi, chờ đối chiếu", wording.STATED_DAY
STATE_AGENCY = {
    **STAFF_STATE,
    "overdue": "Quá hạn",
    "open": "Đang mở",
    "submitted": "Đã gửi",
    "soft_received": "Đã gửi bản mềm",
}
SUBMISSION_STATE = {
    "submitted": "Đang được xem xét",
    "returned": "Đề nghị bổ sung, hoàn thiện",
    "accepted": "Đủ điều kiện tổng hợp",
    "replaced": "Được thay thế",
    "recalled": "Đã thu hồi",
}
FORM = {
    "soft": "Bản mềm",
    "signed": "Văn bản ký số",
    "paper": "Văn bản giấy",
    "nil": "Không phát sinh",
    "covered": "Đã tổng hợp trong báo cáo của cơ quan khác",
    "classified": "Theo chế độ riêng",
    "stated": "Chưa rõ hình thức, theo rà soát ban đầu",
}
HAS_COME = ("submitted", "accepted", "returned", "soft_received")
"""States of a duty for which something has come."""
NO_DAY = {"": "", "unknown": "chưa rõ ngày đến", "covered": "trong báo cáo của cơ quan khác"}
"""Why a report that came shows no day of arrival."""
CHANNEL = {
    "portal": "Trang báo cáo",
    "document_system": "Trục liên thông văn bản",
    "email": "Thư điện tử",
    "post": "Bưu điện",
    "hand": "Gửi trực tiếp",
    "other": "Cách khác",
}
OTHER_WAYS = ("document_system", "post", "hand", "email")
DUTY = {"required": "Phải báo cáo", "requested": "Đề nghị báo cáo", "for_information": "Để biết"}
BASIS = {"plan": "theo văn bản giao", "letter": "theo công văn hướng dẫn", "internal": "ấn định nội bộ"}
DUE_LABEL = {
    "plan": "Hạn theo văn bản",
    "letter": "Hạn theo công văn hướng dẫn",
    "internal": "Hạn ấn định nội bộ",
}
CLOSED_UNSENT, CLOSED_UNFINISHED = "Kỳ đã chốt, chưa gửi", "Kỳ đã chốt, chưa bổ sung"
PERIOD_STATE = {"open": "Đang mở", "closed": "Đã chốt", "ended": "Không còn thực hiện"}
KIND = {"one_off": "Nhiệm vụ một lần", "periodic": "Báo cáo định kỳ", "standing": "Nhiệm vụ thường xuyên"}
MESSAGE_STATE = {
    "draft": "Dự thảo, chờ chuyển",
    "held": "Đang giữ, chờ căn cứ",
    "planned": "Sẽ gửi",
    "leased": "Chuẩn bị gửi",
    "sending": "Đang gửi",
    "retry": "Sẽ gửi lại",
    "unknown": "Chưa rõ kết quả, sẽ kiểm tra",
    "sent": "Đã gửi",
    "recorded": "Không gửi, chỉ ghi nhận",
    "failed": "Không gửi được",
    "cancelled": "Đã dừng",
}
BATCH_STATE = {
    "shown": "Sẽ gửi nếu không dừng",
    "released": "Đã cho gửi ngay",
    "stopped": "Đã dừng",
    "gone": "Đã gửi",
}
MESSAGE_KIND = {
    "open": "Thông báo mở kỳ",
    "before": "Nhắc trước hạn",
    "tomorrow": "Nhắc trước 01 ngày làm việc",
    "today": "Nhắc ngày làm việc cuối trong hạn",
    "overdue": "Đôn đốc sau hạn",
    "ask_again": "Đề nghị gửi báo cáo",
    "inform": "Thông báo để biết",
    "leader": "Đôn đốc đến lãnh đạo",
    "official_copy": "Đề nghị gửi văn bản chính thức",
    "received": "Xác nhận đã nhận",
    "returned": "Đề nghị bổ sung, hoàn thiện",
    "extended": "Thông báo gia hạn",
    "agreed_late": "Thống nhất thời gian gửi chậm",
    "more_time_refused": "Trả lời đề nghị thêm thời gian",
    "correction": "Thông báo đính chính",
    "retracted": "Đính chính thông báo đã gửi",
    "ended": "Thông báo không còn thực hiện",
    "new_link": "Gửi lại đường dẫn riêng",
    "agency_link": "Gửi đường dẫn mở tất cả đầu việc",
    "transferred": "Tiếp nhận nhiệm vụ do sáp nhập",
    "assigned": "Kết quả xem xét phân công",
    "dispute_received": "Xác nhận đề nghị xem lại phân công",
    "recalled": "Xác nhận thu hồi báo cáo",
    "by_hand": "Báo đã ghi nhận thay cơ quan",
    "issued": "Phát hành báo cáo tổng hợp",
    "contact_changed": "Thay đổi đầu mối",
    "contact_told": "Báo thay đổi đầu mối để biết",
    "sent_claim": "Trả lời tin nhắn báo đã gửi",
    "not_arrived": "Báo chưa nhận được văn bản",
    "released": "Không còn phải gửi do xem xét phân công",
    "request": "Đề nghị theo giờ",
    "request_reminder": "Nhắc trước giờ hạn",
    "request_overdue": "Đôn đốc sau giờ hạn",
    "request_cancelled": "Đề nghị không còn thực hiện",
}
CALL = {
    "answered": "Có người nghe máy",
    "no_answer": "Không nghe máy",
    "busy": "Máy bận",
    "wrong_number": "Nhầm số",
}
URGENCY = {"thuong": "Thường", "khan": "Khẩn", "thuong-khan": "Thượng khẩn", "hoa-toc": "Hỏa tốc"}
COMPLETES_ON = {"either": "Bản mềm hoặc văn bản đã ký", "soft": "Bản mềm", "signed": "Văn bản đã ký"}
AUDIENCE = {"clerk": "Văn thư, đầu mối", "leader": "Lãnh đạo"}
STEP_STATE = {"planned": "Dự kiến", "done": "Đã thực hiện", "skipped": "Bỏ qua", "cancelled": "Đã dừng"}
OUTCOME = {
    "accepted": "đã chuyển",
    "recorded": "ghi nhận, không gửi",
    "temporary": "tạm thời chưa gửi được",
    "permanent": "không gửi được",
    "configuration": "sai cấu hình kênh gửi",
    "defer": "hoãn theo yêu cầu của máy chủ nhận",
    "unknown": "chưa rõ kết quả",
}
GROUP = {
    "province-government": "Sở, ban, ngành và cơ quan chính quyền cấp tỉnh",
    "province-party": "Cơ quan Đảng cấp tỉnh",
    "province-mass": "Mặt trận Tổ quốc và đoàn thể cấp tỉnh",
    "province-association": "Hiệp hội",
    "province-vertical": "Cơ quan ngành dọc",
    "province-press": "Cơ quan báo chí",
    "district-government": "UBND cấp huyện",
    "district-party": "Huyện ủy, thị ủy, thành ủy",
    "commune-government": "UBND xã, phường",
    "commune-party": "Đảng ủy xã, phường",
}
PARTS = {"chua-gui": "Chưa gửi", "da-nhan": "Đã nhận", "can-xem": "Cần xem"}
CONTACT_SIGN = {
    "none": "chưa có đầu mối",
    "dead": "địa chỉ không gửi được",
    "partly": "có địa chỉ không gửi được",
}
TABLE_LONG = {
    "xlsx": "Bảng có hơn {limit} dòng, nhiều hơn một tệp .xlsx chứa được. Đề nghị lọc hẹp hơn, hoặc xuất .csv.",
    "csv": "Bảng có hơn {limit} dòng. Đề nghị lọc hẹp hơn rồi xuất lại.",
}
TODAY_MORE = {
    "to_confirm": "rà soát ban đầu",
    "held": "thông báo chờ căn cứ",
    "due": "sắp hết hạn",
    "to_review": "báo cáo chờ xem xét",
    "calls": "cần gọi điện thoại",
    "stated": "báo đã gửi, chờ đối chiếu",
}
FOUND = {
    "agencies": "Cơ quan, đơn vị",
    "periods": "Kỳ báo cáo",
    "documents": "Văn bản, báo cáo đã nhận",
    "assignments": "Đầu việc của cơ quan",
    "messages": "Thông báo",
    "contacts": "Đầu mối liên hệ",
}
HEAT = {
    "expected": ("○", STAFF_STATE["open"]),
    "overdue": ("Q", STAFF_STATE["overdue"]),
    "soft_received": ("M", STAFF_STATE["soft_received"]),
    "received": ("✓", STAFF_STATE["submitted"]),
    "stated": ("✓?", wording.STATED),
    "late": ("C", "Gửi chậm"),
    "returned": ("B", STAFF_STATE["returned"]),
    "accepted": ("✓✓", STAFF_STATE["accepted"]),
    "exempt": ("–", STAFF_STATE["exempt"]),
    "waiting": ("?", STAFF_STATE["awaiting_assignment"]),
    "unseen": ("R", UNSEEN),
    "ended": ("×", STAFF_STATE["ended"]),
}
"""Mark and words of one agency in one period: never by colour alone."""
CONTACT_CHANNEL = {
    "email": "Thư điện tử",
    "phone": "Điện thoại",
    "zns": "Zalo (số di động)",
    "zalooa": "Zalo OA",
    "zalogroup": "Nhóm Zalo",
    "zalobot": "Zalo Bot",
    "esms": "Tin nhắn SMS",
    "webhook": "Kết nối hệ thống",
}
OWN_CHANNEL = {name: CONTACT_CHANNEL[name] for name in ("email", "zns", "phone")}
"""What an agency adds by itself; other channels are connected by the coordinator."""
CONTACT_WHY = {
    "none": "chưa có địa chỉ dùng được",
    "leader_only": "chỉ có địa chỉ của lãnh đạo",
    "sample": "địa chỉ mẫu",
    "blocked": "địa chỉ không nhận",
    "no_account": "không có tài khoản ở kênh này",
    "personal": "chỉ có hộp thư cá nhân",
}
CONTACT_CHANGE = {"added": "thêm mới", "changed": "thay đổi", "unchanged": "không đổi", "back": "dùng lại"}
CONTACT_FILE = {
    "none": "Chưa chọn tệp.",
    "large": "Tệp lớn hơn 700 KB. Đề nghị chia nhỏ tệp.",
    "choice": "Đối tượng hoặc kênh chưa đúng.",
}
NOTE_WITH_REPORT = "Ghi chú gửi kèm"
DRAFT = {
    "not_saved": "Chưa lưu bản nháp.",
    "saved": "Đã lưu nháp lúc {at}. Tệp đính kèm không nằm trong bản nháp.",
    "again": "Bấm “Lưu nháp” lần nữa để giữ nội dung trên trang này.",
    "over": "Nội dung này không còn phải gửi.",
    "joint": "báo cáo đã gửi dùng chung (mục “Báo cáo lồng ghép”)",
    "trouble": "Chưa gửi được",
    "nothing_sent": "Chưa có lần gửi nào để bổ sung văn bản đã ký.",
}
FORM_FILE = {
    "trouble": "Chưa đọc được tệp mẫu",
    "none": "Chưa chọn tệp mẫu đã nhập để đọc.",
    "kind": "Tệp “{name}”: tệp mẫu phải là .docx hoặc .xlsx tải từ trang này.",
    "read": "Đã đọc {entries} mục, {figures} số liệu từ tệp “{name}”. Chưa lưu, chưa gửi: đề nghị xem lại nội dung dưới đây.",
    "unread": "Đã chọn tệp mẫu nhưng chưa đọc: đề nghị chọn lại rồi bấm “Đọc tệp vào biểu mẫu”, hoặc bỏ chọn tệp.",
    "more": "Còn {count} lỗi khác trong tệp.",
}
MORE_TIME = {
    "open": "Chờ trả lời",
    "extended": "Đã gia hạn",
    "agreed": "Đã thống nhất thời gian gửi chậm",
    "refused": "Giữ nguyên thời hạn",
    "withdrawn": "Đã rút",
}
REGISTER = {
    "none": "Chưa có nội dung: dán các dòng của sổ văn bản đến hoặc chọn tệp.",
    "large": "Sổ lớn hơn 600 KB. Đề nghị chia nhỏ theo tháng.",
}
PLAN_FILE = {
    "none": "Chưa có nội dung: dán nội dung tệp mô tả văn bản hoặc chọn tệp.",
    "large": "Tệp lớn hơn 600 KB. Đề nghị kiểm tra có đúng là tệp mô tả văn bản.",
}
REGISTER_FIELD = {
    "incoming_number": "số đến",
    "arrived_on": "ngày đến",
    "author": "cơ quan ban hành",
    "number": "số, ký hiệu",
    "issued_on": "ngày văn bản",
    "summary": "trích yếu",
    "code": "mã định danh",
}
DRAFT_WAITING = {"submission": "Chưa trình", "approval": "Đã trình, chờ duyệt"}
AGENCY_KIND = {
    "government": "Cơ quan hành chính, đơn vị sự nghiệp",
    "party": "Cơ quan đảng",
    "mass": "Mặt trận Tổ quốc và các tổ chức chính trị - xã hội",
    "association": "Hội, hiệp hội",
    "vertical": "Cơ quan ngành dọc",
    "press": "Cơ quan báo chí",
}
SUCCESSION_KIND = {"merge": "sáp nhập, hợp nhất", "split": "chia, tách", "rename": "đổi tên", "end": "giải thể"}
DAY_SOURCE = {
    "package": "Lịch kèm chương trình",
    "national": "Danh mục kèm chương trình",
    "own": "Tệp ngày nghỉ của đơn vị",
    "imported": "Nhập tại đơn vị",
}
FEED_USE = {
    "stale": "Đã hơn 07 ngày không lấy lịch",
    "unused": "Chưa có nơi nào lấy lịch",
    "fresh": "Đang dùng",
    "revoked": "Đã thu hồi",
}
DONE = {
    "isolated": "Đã cô lập: không ai mở được nội dung, tệp của lần gửi này nữa.",
    "destruction-asked": "Đã đề nghị tiêu hủy; cần một người khác xác nhận.",
    "destroyed": "Đã tiêu hủy; chỉ còn mã kiểm tra. Cần xử lý tiếp các bản sao lưu.",
    "put-back": "Đã bỏ cô lập; báo cáo trở lại như trước.",
    "own-contact-added": "Đã thêm địa chỉ; các địa chỉ khác của cơ quan được thông báo để biết.",
    "draft-saved": "Đã lưu nháp. Tệp đính kèm không nằm trong bản nháp.",
    "draft-dropped": "Đã bỏ bản nháp.",
    "asked": "Đã gửi đề nghị thêm thời gian. Việc nhắc vẫn tiếp tục cho đến khi có trả lời.",
    "ask-withdrawn": "Đã rút đề nghị.",
    "ask-refused": "Đã trả lời; cơ quan được thông báo một lần.",
    "signing": "Đã ghi nhận đang trình ký; việc nhắc tạm dừng đến hết ngày dự kiến.",
    "sent-otherwise": "Đã ghi nhận văn bản gửi bằng đường khác; việc nhắc dừng lại. Cơ quan nhận đối chiếu với sổ văn bản đến.",
    "report-recalled": "Đã thu hồi báo cáo; nội dung này lại phải gửi.",
    "account-created": "Đã tạo tài khoản.",
    "account-changed": "Đã ghi thay đổi của tài khoản.",
    "account-disabled": "Đã khóa tài khoản; mọi phiên đang mở đã kết thúc.",
    "account-enabled": "Tài khoản được dùng lại.",
    "account-unbound": "Đã gỡ liên kết với tài khoản của tỉnh; lần đăng nhập tới sẽ liên kết lại.",
    "factor-reset": "Đã xóa xác thực hai lớp của tài khoản; mọi phiên đang mở đã kết thúc.",
    "factor-removed": "Đã bỏ xác thực hai lớp.",
    "sessions-ended": "Đã kết thúc phiên đăng nhập.",
    "link-sent": "Đang gửi đường dẫn đăng nhập đến hộp thư của tài khoản.",
    "handed-over": "Đã ghi bàn giao, ủy quyền.",
    "handover-ended": "Đã kết thúc bàn giao, ủy quyền.",
    "feed-revoked": "Đã thu hồi địa chỉ lịch.",
    "holidays-taken": "Đã ghi các ngày nghỉ, ngày làm việc; thời hạn phía trước đã tính lại.",
    "reorganised": "Đã ghi quyết định sắp xếp đơn vị.",
    "issued": "Đã ghi phát hành báo cáo tổng hợp.",
    "edited-kept": "Mọi số đều khớp; đã lưu bản đã sửa để phát hành.",
    "edited-kept-apart": "Đã lưu bản đã sửa để phát hành; các số khác nhau và lý do được lưu trong nhật ký thao tác.",
    "edited-dropped": "Đã bỏ bản đã sửa; bản hệ thống lập sẽ được phát hành.",
    "issue-corrected": "Đã sửa số, ngày phát hành; số, ngày cũ được lưu trong nhật ký thao tác.",
    "report-submitted": "Đã trình lãnh đạo duyệt ban hành.",
    "report-approved": "Đã duyệt ban hành; văn thư ghi số khi phát hành.",
    "report-sent-back": "Đã trả lại báo cáo tổng hợp kèm ý kiến.",
    "after-issue": "Đã ghi cách xử lý báo cáo gửi sau phát hành.",
    "reminded": "Đã lập các thông báo nhắc thêm; được gửi trong giờ làm việc.",
    "covered": "Đã ghi nhận: đã tổng hợp trong báo cáo của cơ quan khác.",
    "covered-said": "Đã ghi nhận, chờ chuyên viên theo dõi xác nhận: đã tổng hợp trong báo cáo của cơ quan khác.",
    "undone": "Đã hoàn tác. Việc cũ và lý do vẫn được lưu.",
    "token-revoked": "Đã thu hồi mã truy cập.",
    "webhook-ended": "Đã ngừng báo sự kiện cho nơi nhận này.",
    "contacts-imported": "Đã nhập danh sách đầu mối.",
    "contact-added": "Đã thêm địa chỉ.",
    "contact-removed": "Đã bỏ địa chỉ; thông báo đang chờ được chuyển đến địa chỉ khác của cơ quan, đơn vị (nếu có).",
    "contact-replaced": "Đã thay địa chỉ; thông báo đang chờ được gửi đến địa chỉ mới.",
    "contact-revived": "Đã dùng lại địa chỉ.",
    "confirmed": "Đã xác nhận kết quả rà soát ban đầu.",
    "recorded": "Đã ghi nhận báo cáo nhận được.",
    "accepted": "Đã ghi nhận đủ điều kiện tổng hợp.",
    "returned": "Đã đề nghị cơ quan bổ sung, hoàn thiện.",
    "exempted": "Đã ghi nhận không phải báo cáo kỳ này.",
    "decided": "Đã ghi quyết định phân công.",
    "disputed": "Đã ghi nhận đề nghị xem lại phân công; việc nhắc được tạm dừng cho đến khi có quyết định.",
    "extended": "Đã ghi nhận gia hạn.",
    "extension-undone": "Đã hoàn tác gia hạn chung; thời hạn trở lại như trước, nơi đã nhận thông báo được đính chính một lần.",
    "period-extended": "Đã ghi nhận gia hạn chung; các thời hạn phụ thuộc đã dời theo.",
    "agreed": "Đã ghi nhận thời gian gửi chậm được thống nhất.",
    "consolidated": "Đã lập báo cáo tổng hợp.",
    "consolidated-plain": "Đã lập báo cáo tổng hợp theo bố cục có sẵn: mẫu riêng không dùng được, lý do ghi ở bản vừa lập.",
    "template-taken": "Đã đưa mẫu báo cáo vào sử dụng; báo cáo tổng hợp lập từ nay dùng mẫu này.",
    "template-same": "Mẫu này đang được dùng; không có gì thay đổi.",
    "template-withdrawn": "Đã ngừng dùng mẫu báo cáo.",
    "unchanged": "Không có thay đổi so với bản tổng hợp gần nhất; bản đó vẫn là bản hiện hành.",
    "basis": "Đã ghi nhận căn cứ của thông báo mở kỳ.",
    "released": "Thông báo sẽ được gửi vào giờ làm việc gần nhất.",
    "stopped": "Đã dừng thông báo.",
    "queued_again": "Thông báo sẽ được gửi lại vào giờ làm việc gần nhất.",
    "submitted": "Đã trình lãnh đạo duyệt.",
    "drafts-submitted": "Đã trình lãnh đạo duyệt các dự thảo đã chọn.",
    "drafts-submitted-some": "Đã trình các dự thảo còn chờ trình; những dự thảo khác đã chọn được giữ nguyên.",
    "drafts-approved": "Đã duyệt; các thông báo đã chọn được gửi vào giờ làm việc gần nhất.",
    "drafts-approved-some": "Đã duyệt các dự thảo do người khác trình còn chờ duyệt; những dự thảo khác đã chọn được giữ nguyên.",
    "sent-back": "Đã chuyển lại chuyên viên kèm ý kiến.",
    "batch-stopped": "Đã dừng đợt đôn đốc.",
    "retracted": "Đã lập thông báo đính chính đến những nơi đã nhận thông báo chưa đúng.",
    "paused": "Đã tạm dừng thông báo; thời hạn không thay đổi.",
    "resumed": "Thông báo được tiếp tục; mỗi nơi nhận một thông báo đúng với tình hình hiện tại.",
    "snoozed": "Đã tạm dừng nhắc; thời hạn không thay đổi.",
    "snooze-ended": "Việc nhắc được tiếp tục.",
    "requested": "Đã gửi đề nghị. Thông báo đi ngay, trừ từ 22 giờ đến 06 giờ.",
    "requested-paused": "Đã ghi đề nghị, chưa gửi: đang tạm dừng thông báo toàn bộ. Thông báo đi khi tiếp tục.",
    "request-cancelled": "Đã dừng đề nghị; các cơ quan đã nhận được thông báo lại.",
    "acknowledged": "Đã xác nhận: đã nhận, đang thực hiện.",
    "call-recorded": "Đã ghi cuộc gọi vào sổ theo dõi thông báo.",
    "call-undone": "Đã bỏ ghi nhận cuộc gọi; bản ghi cũ và lý do vẫn được lưu.",
    "signed-out": "Đã thoát.",
    "signed-in": "Đã đăng nhập.",
}
ERRORS = {
    400: ("Yêu cầu không hợp lệ", "Nội dung gửi lên không đọc được. Đề nghị quay lại trang trước và thử lại."),
    401: ("Mã truy cập không còn dùng được", "Mã truy cập sai, đã hết hạn hoặc đã thu hồi. Đề nghị xin cấp mã mới."),
    403: (
        "Không thực hiện được",
        "Trang đã mở quá lâu hoặc được mở từ nơi khác. Đề nghị tải lại trang rồi thực hiện lại.",
    ),
    404: ("Không tìm thấy", "Địa chỉ không đúng, hoặc nội dung này không dành cho cơ quan, đơn vị đang mở trang."),
    405: ("Không thực hiện được", "Địa chỉ này không nhận thao tác vừa gửi."),
    409: ("Chưa thực hiện được", ""),
    410: ("Địa chỉ đã thu hồi", "Đề nghị liên hệ cơ quan chủ trì tổng hợp để nhận địa chỉ mới."),
    413: ("Nội dung quá lớn", "Tổng dung lượng vượt giới hạn. Đề nghị gửi ít tệp hơn hoặc tệp nhỏ hơn."),
    415: ("Không đọc được", "Loại nội dung gửi lên không đúng. Đề nghị xem tài liệu của giao diện JSON."),
    421: ("Địa chỉ không đúng", "Trang này được mở bằng một tên máy không có trong cấu hình."),
    422: ("Nội dung chưa đúng", "Có thông tin chưa đúng dạng. Đề nghị kiểm tra lại."),
    503: ("Hệ thống đang bận", "Chưa ghi nhận gì. Đề nghị thử lại sau ít giây."),
    429: ("Quá nhiều yêu cầu", "Đề nghị chờ một phút rồi thử lại."),
    500: ("Có lỗi xảy ra", "Nội dung vừa nhập chưa được ghi nhận. Đề nghị thử lại sau ít phút."),
}
CODE_PROBLEM = {
    "unknown": "Mã không đúng. Đề nghị xem lại mã trong thông báo; mã không có số 0, số 1 và các chữ I, L, O.",
    "often": "Đã nhập sai nhiều lần. Đề nghị thử lại sau ít phút, hoặc mở đường dẫn riêng trong thông báo.",
}
READ_ONLY = "Đã đủ điều kiện tổng hợp hoặc không còn phải gửi; đường dẫn đang dùng chỉ còn để xem."
PART_OPENED = "Đường dẫn đang dùng chỉ mở các đầu việc có tên bấm được; các dòng khác để biết."
NO_LINK = (
    "Cần mở lại từ đường dẫn riêng",
    "Phiên làm việc đã hết hoặc chưa được mở. Đề nghị bấm lại đường dẫn riêng trong thông báo đã gửi đến cơ quan, đơn vị.",
)
DEAD_SIGN_IN = (
    "Đường dẫn đăng nhập không còn dùng được",
    "Mỗi đường dẫn đăng nhập chỉ dùng một lần, trong thời gian ngắn. Đề nghị lấy đường dẫn mới ở trang đăng nhập.",
)


REORGANISE_KIND = (
    ("merge", "Sáp nhập, hợp nhất", "một hoặc nhiều cơ quan vào một đơn vị tiếp nhận, có sẵn hoặc thành lập mới"),
    ("split", "Chia, tách", "một cơ quan thành hai đơn vị tiếp nhận trở lên"),
    ("rename", "Đổi tên", "ghi tên mới; không gửi thông báo"),
    ("end", "Giải thể", "không có đơn vị tiếp nhận"),
)
REORGANISE = {
    "kind": "Đề nghị chọn hình thức sắp xếp.",
    "decision": "Cần ghi số và ngày quyết định.",
    "on": "Cần ghi ngày bắt đầu thực hiện.",
}
HOLIDAY = {
    "none": "Cần ghi ít nhất một ngày.",
    "document": "Cần ghi số, ký hiệu văn bản.",
    "known": "Cần ghi ngày văn bản.",
    "row": "Dòng {n}: {said}",
    "day": "ngày “{value}” chưa đúng, viết theo dạng ngày/tháng/năm.",
    "kind": "cần chọn nghỉ hoặc làm việc.",
    "name": "cần ghi nội dung, ví dụ “Nghỉ Tết Dương lịch”.",
    "twice": "ngày {value} đã có ở dòng {first}.",
    "future": "Ngày văn bản không thể sau hôm nay.",
}
HOLIDAY_REMARK = (
    ("is a working day anyway", "vốn là ngày làm việc, ghi thêm không thay đổi gì"),
    (
        "names no day off for it",
        "làm bù nhưng văn bản không nêu ngày nghỉ được hoán đổi; đề nghị xem lại còn thiếu ngày nào",
    ),
    ("has passed", "đã qua, không thay đổi thời hạn đã tính"),
    ("is not confirmed", "chưa có văn bản chính thức, thời hạn của năm này ghi “dự kiến”"),
    ("yet to come", "ngày văn bản chưa đến"),
)
"""What ``calendars.remarks`` says in English, by the words that tell one remark from the others."""
SENT_AFTER_ISSUE = "gửi sau phát hành"
AFTER_ISSUE = {"correction": "đưa vào bản đính chính", "next": "ghi chú kỳ sau"}
REMIND = {"none": "Đề nghị chọn ít nhất một cơ quan."}
UNDO = {
    "recorded": "Bỏ ghi nhận báo cáo nhận thay cơ quan",
    "stated": "Chưa nhận được văn bản cơ quan báo đã gửi",
    "accepted": "Bỏ kết luận đủ điều kiện tổng hợp",
    "returned": "Bỏ đề nghị bổ sung, hoàn thiện",
    "exempted": "Bỏ “Không phải báo cáo kỳ này”",
    "extended": "Bỏ gia hạn",
    "agreed": "Bỏ thống nhất thời gian gửi chậm",
}
UNDO_NOTE = {
    "stated": "Dùng khi đã đối chiếu mà chưa thấy văn bản. Cơ quan lại có đầu việc phải thực hiện, được báo một lần; việc nhắc trở lại từ ngày làm việc tiếp theo.",
    "recorded": "Lần gửi này được đánh dấu đã thu hồi; nếu không còn lần gửi nào khác, cơ quan lại có đầu việc phải thực hiện.",
    "accepted": "Báo cáo trở lại chờ rà soát. Báo cáo tổng hợp đã lập không thay đổi; cần lập lại.",
    "returned": "Báo cáo trở lại chờ rà soát.",
    "exempted": "Cơ quan lại có đầu việc như trước.",
    "extended": "Thời hạn trở lại như trước khi gia hạn.",
    "agreed": "Đôn đốc trở lại như khi chưa thống nhất.",
}
TOO_LARGE = {
    "files": "Một lần gửi nhận tổng cộng không quá {all} MB, mỗi tệp không quá {each} MB. Đề nghị chọn ít tệp hơn hoặc giảm dung lượng tệp.",
    "text": "Nội dung nhập lớn hơn 1 MB. Đề nghị rút gọn hoặc chia thành nhiều lần.",
}
KEPT = {
    "unread": "Chưa ghi nhận gì. Nội dung vừa gửi chưa được đọc: các ô khác trên trang (nếu đã nhập) cần nhập lại.",
    "title": "Chưa thực hiện được",
    "way": "Đến chỗ cần sửa; nội dung đã nhập còn nguyên",
    "files": "Tệp cần chọn lại.",
    "to_form": "Đến chỗ chọn tệp, nhập lại",
}
NUMBER_APART = {
    "differs": "thân báo cáo khác phụ lục",
    "unbound": "có chỗ trong thân báo cáo không còn gắn với phụ lục",
    "no_annex": "ô của phụ lục không còn dấu trang",
    "sum": "phụ lục khác tổng các dòng chi tiết",
    "changed": "phụ lục đã sửa",
}
"""What is the matter with a number of a report worked on in Word."""
FIGURE_KIND = dict(KINDS)
REPORT_PART = {"result": "Kết quả", "difficulty": "Khó khăn, vướng mắc", "proposal": "Đề xuất, kiến nghị"}
SCOPE = {
    "read": "đọc",
    "review": "rà soát: kết luận về báo cáo, gia hạn, thống nhất gửi chậm",
    "record": "ghi nhận văn bản đến, cuộc gọi",
    "send": "gửi, dừng thông báo và đề nghị",
    "manage": "đầu mối, lịch, tạm dừng",
    "submit": "gửi báo cáo, đề nghị (mã của cơ quan)",
}
NO_NUMBER = "Không phải số: báo cáo tổng hợp không cộng được chỉ tiêu này"
TOKEN_STATE = {"live": "đang dùng", "expired": "hết hạn", "revoked": "đã thu hồi"}


def error_text(status: int) -> tuple[str, str]:
    """Title and advice of an error."""
    return ERRORS.get(status) or ERRORS[400 if status < 500 else 500]  # noqa: PLR2004


API = {
    "scope": "Mã truy cập không có quyền “{scope}”. Đề nghị xin cấp mã có quyền này.",
    "sign-in": "Cần mã truy cập (Authorization: Bearer …) hoặc tài khoản đã đăng nhập.",
    "agency-token": "Cần mã truy cập cấp cho cơ quan, đơn vị.",
    "account-token": "Mã truy cập này cấp cho cơ quan, chỉ dùng được tại /api/v1/own/…; ở đây cần mã cấp cho tài khoản.",
    "csrf": "Yêu cầu đến từ nơi khác, hoặc thiếu mã của phiên làm việc.",
    "origin": "Yêu cầu đến từ nơi khác, hoặc thiếu mã của phiên làm việc.",
    "idempotency-key-reused": "Idempotency-Key này đã dùng cho một việc khác. Đề nghị dùng mã mới.",
    "cursor": "Con trỏ (cursor) không đúng. Đề nghị lấy từ tiêu đề Link của trang trước.",
    "cursor-gone": "Dòng mà con trỏ (cursor) chỉ đến không còn. Đề nghị đọc lại từ đầu.",
    "json": "Phần “{part}” không phải JSON đúng mẫu.",
}
NO_ROLE = ("Tài khoản không có quyền này", "Các vai trò của tài khoản đã được bàn giao, hiện không có vai trò nào.")
NO_PROVINCE = "Chưa đăng nhập được"
WRONG_CODE = "Mã chưa đúng hoặc đã dùng. Đề nghị nhập mã mới đang hiện trong ứng dụng xác thực."
ROLE = {
    "coordinator": "Chuyên viên theo dõi, tổng hợp",
    "approver": "Lãnh đạo duyệt",
    "registrar": "Văn thư",
    "administrator": "Quản trị",
    "observer": "Chỉ xem",
}
ROLE_MAY = {
    "coordinator": "rà soát, ghi nhận, đề nghị bổ sung, gia hạn, gửi và dừng thông báo, lập báo cáo tổng hợp",
    "approver": "duyệt thông báo, công văn gửi lãnh đạo các cơ quan",
    "registrar": "ghi nhận văn bản đến, số và ngày công văn",
    "administrator": "tài khoản, bàn giao và ủy quyền, dừng thông báo toàn tỉnh, nhật ký; không quyết định về báo cáo",
    "observer": "xem bảng theo dõi, không thao tác",
}
SIGNED_IN_BY = {
    "link": "đường dẫn lấy trên máy chủ",
    "mail": "đường dẫn gửi qua thư",
    "oidc": "hệ thống đăng nhập của tỉnh",
}
HANDOVER_STATE = {
    "coming": "Chưa đến ngày",
    "in_force": "Đang hiệu lực",
    "over": "Đã hết hạn",
    "ended": "Đã kết thúc sớm",
}


def needed_roles(roles: str) -> str:
    """What to say to who lacks all of these roles, given by commas."""
    names = [ROLE[role] for role in roles.split(",") if role in ROLE]
    if not names:
        return NO_ROLE[1]
    return f"Việc này cần vai trò: {' hoặc '.join(names)}. Đề nghị liên hệ người có vai trò đó hoặc quản trị hệ thống."


PROBLEM = {
    "figure": "Số liệu “{what}”: cần có cả chỉ tiêu và giá trị; đề nghị ghi đủ hoặc để trống cả dòng.",
    "empty": "Chưa có nội dung nào. Đề nghị nhập ít nhất một nội dung, đính kèm tệp, hoặc chọn “Không phát sinh”.",
    "form": "Chưa chọn hình thức báo cáo.",
    "number": "Văn bản đã ký cần có số, ký hiệu.",
    "date": "Văn bản đã ký cần có ngày ban hành.",
    "signed_file": "Văn bản đã ký gửi tại trang này cần kèm tệp (.pdf). Nếu văn bản đã gửi qua trục liên thông văn bản, bưu điện, trực tiếp hoặc thư điện tử thì báo ở mục “Đã gửi văn bản bằng đường khác”, không cần tệp.",
    "day": "Ngày “{value}” chưa đúng. Viết theo dạng ngày/tháng/năm, ví dụ 30/10/2026.",
    "future": "Ngày của văn bản không thể sau ngày hôm nay.",
    "call": "Chưa chọn kết quả cuộc gọi.",
    "clock": "Giờ “{value}” chưa đúng. Viết theo dạng giờ:phút, ví dụ 09:15.",
    "key": "Trang đã mở quá lâu. Đề nghị tải lại trang.",
    "long": "Mục “{where}”: có ô dài {count} ký tự, nhiều hơn {limit}. Đề nghị rút gọn hoặc gửi phần này bằng tệp đính kèm.",
    "needed": "Cần ghi {what}.",
    "nil_form": "Đã chọn “Không phát sinh” nhưng còn nội dung ở: {names}. Đề nghị bỏ nội dung đó hoặc chọn hình thức khác.",
    "nil_task": "Mục “{task}” vừa có nội dung vừa đánh dấu “Không phát sinh”. Đề nghị bỏ một trong hai.",
}
BORROWS = "có số liệu, hình ảnh liên kết từ tệp khác; khi mở không cập nhật liên kết"
TEMPLATE = {
    "none": "Đề nghị chọn tệp .docx.",
    "kind": "Tệp “{name}”: chỉ nhận tệp Word .docx.",
    "borrows": "Tệp “{name}” có số liệu, hình ảnh liên kết từ tệp khác; mẫu không được lấy từ nơi khác. Đề nghị chèn hẳn vào tệp (Ngắt liên kết) rồi nộp lại.",
    "tried": "bao-cao-thu-theo-mau.docx",
}
UPLOAD = {
    "kind": "Tệp “{name}”: chỉ nhận .docx, .xlsx hoặc .pdf. Đề nghị mở tệp, chọn Lưu thành (Save As) một trong các dạng này rồi gửi lại.",
    "old": "Tệp “{name}” thuộc dạng cũ. Đề nghị mở tệp, chọn Lưu thành (Save As) .docx hoặc .xlsx, hoặc in ra PDF, rồi gửi lại.",
    "picture": "Tệp “{name}” là ảnh. Đề nghị chọn dạng PDF khi quét, hoặc mở ảnh và in ra PDF (Print to PDF), rồi gửi lại.",
    "archive": "Tệp “{name}” là tệp nén. Đề nghị giải nén rồi gửi từng tệp .docx, .xlsx hoặc .pdf bên trong.",
    "macro": "Tệp “{name}” có macro. Đề nghị mở tệp, chọn Lưu thành (Save As) dạng .docx hoặc .xlsx không có macro rồi gửi lại.",
    "magic": "Tệp “{name}” không đúng là tệp {suffix}. Đề nghị mở tệp và lưu lại đúng dạng.",
    "unsafe": "Tệp “{name}” có thành phần không an toàn nên không nhận được. Đề nghị lưu lại thành tệp mới, hoặc in ra PDF (Print to PDF), rồi gửi lại.",
    "locked": "Tệp “{name}” có mật khẩu nên không đọc được. Đề nghị bỏ mật khẩu mở tệp, lưu lại rồi gửi bản không khóa.",
    "runs": "Tệp “{name}” có đoạn mã, biểu mẫu tự chạy hoặc nội dung phát bên trong. Đề nghị in ra PDF (Print to PDF) rồi gửi lại.",
    "attached": "Tệp “{name}” có tệp khác đính kèm bên trong. Đề nghị gửi riêng tệp đính kèm đó, bỏ nó khỏi tệp này (hoặc in ra PDF) rồi gửi lại.",
    "embedded": "Tệp “{name}” có đối tượng nhúng của chương trình khác (công thức dạng cũ, tệp kèm, ActiveX) hoặc liên kết tự lấy dữ liệu từ nơi khác. Đề nghị dán lại đối tượng dưới dạng ảnh, bỏ liên kết, hoặc lưu thành PDF rồi gửi lại.",
    "link": "Tệp “{name}” có liên kết mở chương trình, tệp hoặc máy khác. Đề nghị bỏ liên kết đó (chỉ giữ liên kết tới trang web, thư điện tử) rồi gửi lại.",
    "unchecked": "Tệp “{name}” không kiểm tra được vì quá phức tạp hoặc dùng cách nén không đọc được. Đề nghị lưu thành tệp mới, chia nhỏ hoặc in ra PDF rồi gửi lại.",
    "large": "Tệp “{name}” lớn hơn {limit} MB.",
    "infected": "Tệp “{name}” bị phần mềm chống vi-rút phát hiện có mã độc nên không nhận. Đề nghị kiểm tra máy tính, liên hệ bộ phận công nghệ thông tin.",
    "not_scanned": "Chưa kiểm tra được vi-rút nên chưa nhận tệp “{name}”; nội dung đã nhập vẫn giữ. Đề nghị thử lại sau ít phút.",
    "empty": "Tệp “{name}” không có nội dung.",
    "many": "Mỗi lần gửi tối đa {limit} tệp.",
}
