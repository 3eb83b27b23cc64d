"""What goes out under a number: the file that was made here, or the one that was worked on in Word and held against it."""

from typing import Any

from models.tables import Consolidation
from obligations.errors import WrongValue

EDITED = "edited"
"""Where the edited file stands among those of a report."""


def what_goes_out(row: Consolidation, *, as_made: bool | None) -> dict[str, Any]:
    """The facts for the trail. WrongValue until somebody said which of the two it is, so that no edited file goes out unchecked.

    None: a program asks, which works on no file in Word; the edited one goes out where one was kept.
    """
    edited = row.files.get(EDITED)
    if edited is None and as_made is False:
        raise WrongValue(
            "as_made",
            "Đề nghị xác nhận bản phát hành đúng là bản hệ thống lập; nếu đã sửa trên Word thì tải lên bản đã sửa để hệ thống "
            "đối chiếu số liệu trước.",
        )
    if edited is not None and as_made:
        raise WrongValue(
            "as_made",
            f"Đã tải lên bản đã sửa “{edited['file_name']}” để phát hành; muốn phát hành bản hệ thống lập thì bỏ bản đã sửa trước.",
        )
    return said_of(row)


def said_of(row: Consolidation) -> dict[str, Any]:
    """Which file it is by digest, and of an edited one how many numbers differ and why it goes out all the same."""
    edited = row.files.get(EDITED)
    if edited is None:
        return {"as_made": True}
    said = {"edited": edited["sha256"], "file": edited["file_name"], "numbers_apart": edited["apart"]}
    return {**said, "reason": edited["reason"]} if edited["reason"] else said
