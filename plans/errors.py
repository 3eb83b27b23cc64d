"""The one error of plan and registry files."""


class PlanFileError(ValueError):
    """A file is refused whole. Names the file, the line (from 1), the key, what is wrong and what to do.

    ``others`` holds what else is wrong in the same file, so that one check shows everything.
    """

    def __init__(self, file: str, line: int, key: str, problem: str, advice: str) -> None:
        super().__init__(file, line, key, problem, advice)
        self.file = file
        self.line = line
        self.key = key
        self.problem = problem
        self.advice = advice
        self.others: tuple[PlanFileError, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.problem}. {self.advice}"
