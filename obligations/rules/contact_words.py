"""What can be wrong with a file of contacts, in English for the command line and in Vietnamese for the page."""

from dataclasses import dataclass

HEADINGS = {
    "agency": "Mã đơn vị",
    "audience": "Đối tượng",
    "channel": "Kênh",
    "address": "Địa chỉ",
    "label": "Tên gọi",
    "purpose": "Mục đích",
    "source": "Nguồn",
}
WORDS = {
    "large": ("the file is larger than 5 MB; split it", "Tệp lớn hơn 5 MB. Đề nghị chia nhỏ tệp."),
    "old_excel": (
        "this is an old .xls file, or one with a password; save it as .xlsx without a password",
        "Tệp .xls cũ hoặc có mật khẩu. Đề nghị lưu lại thành .xlsx, không đặt mật khẩu.",
    ),
    "broken_excel": ("the .xlsx file cannot be read; save it again", "Không đọc được tệp .xlsx. Đề nghị lưu lại tệp."),
    "binary": ("this is neither CSV nor .xlsx", "Tệp không phải CSV hoặc .xlsx."),
    "encoding": (
        "the text is not UTF-8; save it as “CSV UTF-8” or .xlsx",
        "Bảng mã của tệp không phải UTF-8. Đề nghị lưu dạng “CSV UTF-8” hoặc .xlsx.",
    ),
    "quotes": ("a quotation mark is never closed", "Dấu ngoặc kép chưa đóng."),
    "empty": ("the file has no rows", "Tệp không có dòng nào."),
    "rows": ("there are more than 20,000 rows", "Tệp có hơn 20.000 dòng."),
    "columns": ("there are more than 60 columns", "Tệp có hơn 60 cột."),
    "missing_columns": (
        "the columns {value} are missing; begin with {hint}",
        "Thiếu cột {value}. Dòng đầu cần có: {hint}.",
    ),
    "twice_column": ("the column {column} stands twice", "Cột {column} có hai lần."),
    "missing": ("{column} must be given{hint}", "Thiếu “{column}”{hint}."),
    "unknown_agency": ("no agency has the code {value!r}{hint}", "Không có cơ quan, đơn vị nào mã “{value}”{hint}."),
    "ended_agency": ("{value} no longer exists{hint}", "{value} không còn hoạt động{hint}."),
    "unknown_audience": (
        "audience {value!r} is not clerk or leader",
        "Đối tượng “{value}” không phải văn thư hoặc lãnh đạo.",
    ),
    "unknown_channel": ("channel {value!r} is not one of {hint}", "Kênh “{value}” không có; dùng một trong: {hint}."),
    "email": ("{value!r} is not an address{hint}", "“{value}” không phải địa chỉ thư điện tử{hint}."),
    "phone": (
        "{value!r} is not a Vietnamese telephone number",
        "“{value}” không phải số điện thoại Việt Nam.",
    ),
    "mobile": ("{value!r} is not a Vietnamese mobile number", "“{value}” không phải số di động Việt Nam."),
    "formula": ("{value!r} is a formula; paste values", "“{value}” là công thức. Đề nghị dán dạng giá trị."),
    "long": ("{column} is longer than {hint} characters", "“{column}” dài quá {hint} ký tự."),
    "same_row": ("says the same as line {value}", "Trùng với dòng {value}."),
    "personal": (
        "{value} looks like a person's own mailbox; a role mailbox stays when the person changes",
        "{value} có vẻ là hộp thư cá nhân. Nên dùng hộp thư chung của đơn vị, không đổi khi thay người.",
    ),
}
ONE_ADDRESS = ("; one address a row", "; mỗi dòng một địa chỉ")
PERSONAL_DATA = (" (personal data)", " (dữ liệu cá nhân)")
NEAREST = ("; did you mean {0}?", " (có phải {0}?)")
HEIR = ("; its successor is {0}", " (cơ quan kế thừa là {0})")


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one row. ``hint`` in both languages."""

    line: int
    code: str
    column: str = ""
    value: str = ""
    hint: tuple[str, str] = ("", "")

    def english(self) -> str:
        """``line 3: no agency has the code 'x'``."""
        return self._said(0, f"line {self.line}: " if self.line else "")

    def vietnamese(self) -> str:
        """``Dòng 3: Không có…``."""
        return self._said(1, f"Dòng {self.line}: " if self.line else "")

    def _said(self, language: int, where: str) -> str:
        words = WORDS[self.code][language]
        column = HEADINGS.get(self.column, self.column) if language else self.column
        said = words.format(column=column, value=self.value, hint=self.hint[language])
        return where + said
