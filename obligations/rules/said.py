"""A sentence in both languages: English for commands and logs, Vietnamese for people."""

from typing import Self


class Said(str):
    """English by itself; ``vietnamese`` says the same."""

    __slots__ = ("vietnamese",)

    vietnamese: str

    def __new__(cls, english: str, vietnamese: str) -> Self:
        """Both at once."""
        said = super().__new__(cls, english)
        said.vietnamese = vietnamese
        return said
