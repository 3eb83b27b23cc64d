from dataclasses import replace
from datetime import UTC, datetime

from notifications.message import Mail

MAIL = Mail(
    message_id="abc123@dondoc.example",
    channel="email",
    target="vanthu@tienlu.hungyen.example",
    subject="Nhắc gửi báo cáo năm 2026",
    text="Kính gửi: Ủy ban nhân dân xã Tiên Lữ\n\n.Dòng bắt đầu bằng dấu chấm\n\nTrân trọng./.\n",
    html="<p>Kính gửi: Ủy ban nhân dân xã Tiên Lữ</p>",
    short="Nhắc gửi báo cáo",
    from_name="Thông báo tự động – Sở Tài chính",
    reply_to="doanhnghiep@stc.hungyen.example",
    date=datetime(2026, 10, 21, 1, 0, tzinfo=UTC),
)


def mail(**changes: object) -> Mail:
    return replace(MAIL, **changes)  # type: ignore[arg-type]
