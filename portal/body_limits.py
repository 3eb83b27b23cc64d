"""How large a body may be at each address, and what a person is told of one that is larger: before any of it is read."""

from portal import texts_vi as texts
from portal.asking import SIGNED

SMALL_BODY = 1 << 20
HOOK_BODY = 64 << 10
BOUNCE_BODY = 1 << 20
UPLOADING = (
    "/a/", "/assignments/", "/consolidations/", "/report-templates", "/api/v1/assignments/", "/api/v1/own/",
    "/api/v1/consolidations/", "/api/v1/report-templates",
)  # fmt: skip
"""Where files of any size up to the limit are taken; everywhere else a body is small."""
FILES_A_REQUEST = 3
_SMALL_FILES = (
    ("/contacts/import", texts.CONTACT_FILE["large"]),
    ("/reconcile", texts.REGISTER["large"]),
    ("/plans/preview", texts.PLAN_FILE["large"]),
)
"""Where a small file is taken, with what is said of a larger one, on the page as by programs."""


def body_limit(path: str, upload_limit_mb: int) -> int:
    """Bytes of a whole request. ``upload_limit_mb``: of one file."""
    if path.startswith(SIGNED):
        return BOUNCE_BODY if path.endswith("/bounce") else HOOK_BODY
    return (upload_limit_mb * FILES_A_REQUEST << 20) + SMALL_BODY if path.startswith(UPLOADING) else SMALL_BODY


def too_large(path: str, upload_limit_mb: int) -> str:
    """What is allowed there and what to do."""
    if path.startswith(UPLOADING):
        return texts.TOO_LARGE["files"].format(all=upload_limit_mb * FILES_A_REQUEST, each=upload_limit_mb)
    page = path.removeprefix("/api/v1")
    return next((said for start, said in _SMALL_FILES if page.startswith(start)), texts.TOO_LARGE["text"])
