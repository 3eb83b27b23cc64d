"""The one error of calendar files."""


class CalendarFileError(ValueError):
    """An override file is refused whole. Names the file, the line (from 1), the field, what is wrong and what to do."""

    def __init__(self, file: str, line: int, key: str, problem: str, advice: str) -> None:
        super().__init__(file, line, key, problem, advice)
        self.file = file
        self.line = line
        self.key = key
        self.problem = problem
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.problem}. {self.advice}."
