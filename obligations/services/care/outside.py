"""What the doctor says of channels, the virus scanner, and of what a public installation still needs."""

from urllib.parse import urlsplit

from notifications.kit import ChannelKit
from notifications.registry import channel_problem
from notifications.zns_templates import SITUATIONS
from obligations.rules.ledger_wording import channel_text
from obligations.services.care.accounts import check_sign_in
from obligations.services.care.finding import Finding
from obligations.services.channels.channel_kit import hosts_of
from obligations.services.virus_scan import answers
from obligations.settings import Settings

SAMPLE_DOMAIN = ".example"


def check_channels(settings: Settings) -> list[Finding]:
    """Whether each channel's address can be used; nothing is sent. The reason is given as the channel says it, in English."""
    found = []
    for name, url in settings.channel_urls.items():
        problem = channel_problem(url, ChannelKit(hosts=hosts_of(settings)))
        said = "chỉ ghi nhận, không gửi đi" if url == "record://" else "đã cấu hình"
        finding = Finding.seen(
            f"channel {name}",
            f"Kênh {channel_text(name)}",
            f"không dùng được ({problem})" if problem else said,
            well=problem is None,
            reason="unusable",
            advice="sửa địa chỉ của kênh trong thiết lập (docs/settings.md), sau đó chạy lại dondoc doctor",
        )
        found.append(finding)
    return [*found, *_templates(settings)]


def _templates(settings: Settings) -> list[Finding]:
    """Where notices go by ZNS: kinds that have no registered template reach a contact that has nothing else by no way at all."""
    if not any(url.startswith("zns:") for url in settings.channel_urls.values()):
        return []
    lacking = [purpose for name, (purpose, _) in SITUATIONS.items() if not settings.zns_template(name)]
    return [
        Finding.seen(
            "zns templates",
            "Mẫu Zalo đã duyệt",
            f"chưa có mẫu cho: {'; '.join(lacking)}" if lacking else "đủ mẫu cho mọi loại thông báo gửi qua Zalo",
            well=not lacking,
            warns=True,
            reason="lacking",
            advice="trình Zalo duyệt mẫu (dondoc notices zns), đặt DONDOC_ZNS_TEMPLATES; trong khi chờ, thông báo loại này chuyển sang địa chỉ khác "
            "hoặc ghi “không có mẫu Zalo” trong sổ theo dõi",
        )
    ]


def check_scanner(settings: Settings) -> list[Finding]:
    """Only where one is configured."""
    if not settings.clamd:
        return []
    return [
        Finding.seen(
            "virus scan",
            "Quét vi-rút tệp tải lên",
            f"{settings.clamd} {'trả lời' if (found := answers(settings.clamd)) else 'không trả lời'}",
            well=found,
            reason="silent",
            advice="khởi động lại dịch vụ quét vi-rút: trong khi chờ, hệ thống không nhận tệp nào",
        )
    ]


def check_public(settings: Settings) -> list[Finding]:
    """What an installation that others reach needs besides."""
    url = urlsplit(settings.base_url)
    mail, landline = settings.mail_url is not None, settings.landline is not None
    return [
        Finding.seen(
            "base url",
            "Địa chỉ cổng dùng https",
            settings.base_url,
            well=url.scheme == "https",
            reason="plain",
            advice="đặt DONDOC_BASE_URL bắt đầu bằng https:// sau khi cấu hình chứng thư số trên máy chủ chuyển tiếp",
        ),
        Finding.seen(
            "mail",
            "Máy chủ thư điện tử",
            "đã cấu hình" if mail else "chưa cấu hình, không thông báo nào được gửi",
            well=mail,
            reason="missing",
            advice="đặt DONDOC_MAIL_URL",
        ),
        Finding.seen(
            "mail domain",
            "Tên miền của thông báo",
            settings.mail_domain,
            well=not settings.mail_domain.endswith(SAMPLE_DOMAIN),
            reason="sample",
            advice="đặt DONDOC_MAIL_DOMAIN là tên miền của tỉnh, trước khi gửi thông báo đầu tiên",
        ),
        Finding.seen(
            "as-of",
            "Giả định thời điểm khác",
            "đang cho phép" if settings.allow_as_of else "không cho phép",
            well=not settings.allow_as_of,
            reason="allowed",
            advice="bỏ DONDOC_ALLOW_AS_OF trên hệ thống đang vận hành",
        ),
        Finding.seen(
            "prefect_password",
            "Mật khẩu của trang Prefect",
            "đã đặt" if settings.prefect_password else "chưa đặt, ai vào được máy chủ đều sửa được lịch chạy",
            well=settings.prefect_password is not None,
            reason="missing",
            advice="đặt DONDOC_PREFECT_PASSWORD",
        ),
        Finding.seen(
            "landline",
            "Số điện thoại trong thông báo",
            settings.landline or "chưa có",
            well=landline,
            reason="missing",
            advice="đặt DONDOC_LANDLINE: mọi thông báo ghi số này để nơi nhận gọi hỏi",
        ),
        *check_sign_in(settings),
    ]
