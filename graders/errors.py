"""What can stop a grading before anything is run: a refused submission, or a broken assignment."""

from __future__ import annotations

from graders.reasons import message


class Refused(Exception):  # noqa: N818 - a refusal is an answer
    """The submission cannot be graded; the learner can do something about it."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.message = message(code)
        self.detail = detail
        super().__init__(f"{code} {detail}".strip())


class BrokenAssignment(Exception):  # noqa: N818 - says what is broken
    """The source notebook or the data files cannot be used; `detail` is for the author, never for a learner."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.message = message(code)
        self.detail = detail
        super().__init__(f"{code} {detail}")
