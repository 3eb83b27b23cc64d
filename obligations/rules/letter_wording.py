"""The words of one công văn đôn đốc to many bodies: nobody is named but in its annex, and nothing but a signed letter says this."""

ADDRESSEES = "Các cơ quan, đơn vị (theo Phụ lục kèm theo)"
ANNEX_TITLE = "Danh sách cơ quan, đơn vị quá hạn, chưa gửi"
COLUMNS = (("TT", 1.0), ("Cơ quan, đơn vị", 8.0), ("Thời hạn", 3.5), ("Tình trạng", 4.0))
"""Of the annex, with their widths in centimetres."""


def about(thing: str) -> str:
    """What follows "V/v"."""
    return f"đôn đốc gửi {thing}"


def paragraphs(
    basis: str, asker: str, thing: str, count: int, reader: str, year: int, *, warns: bool
) -> tuple[str, ...]:
    """``warns``: the sentence that sounds like a threat, never to a Party body or an association."""
    said = [
        (
            f"Thực hiện {basis}, {asker} đã đề nghị các cơ quan, đơn vị gửi {thing}. Đến nay còn {count:02d} cơ quan, đơn vị "
            "quá hạn, chưa gửi (danh sách tại Phụ lục kèm theo)."
        ),
        (
            f"Để kịp tổng hợp, báo cáo {reader}, {asker} đề nghị các cơ quan, đơn vị có tên tại Phụ lục chỉ đạo bộ phận chuyên "
            f"môn hoàn thành, gửi báo cáo trước ngày ……/……/{year}."
        ),
    ]
    if warns:
        said.append(
            f"Sau thời gian trên, {asker} sẽ tổng hợp theo số liệu hiện có và báo cáo {reader} tình hình gửi báo cáo của "
            "các cơ quan, đơn vị."
        )
    said += [
        "Cơ quan, đơn vị đã gửi, xin bỏ qua văn bản này và cho biết số, ngày văn bản để đối chiếu.",
        f"{asker} đề nghị các cơ quan, đơn vị quan tâm, phối hợp thực hiện./.",
    ]
    return tuple(said)


def standing(days: int) -> str:
    """How a body in the annex stands."""
    return f"quá hạn {days:02d} ngày, chưa gửi"
