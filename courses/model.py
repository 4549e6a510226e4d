"""What a course is: frozen values with no behaviour beyond sums, and the one error its reading can end in."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

CellKind = Literal["tests", "manual"]

ERROR_CODES: Final = frozenset(
    {
        "course-file-missing",
        "course-file-invalid",
        "slug-invalid",
        "field-unknown",
        "field-missing",
        "field-invalid",
        "assignment-duplicate",
        "notebook-missing",
        "notebook-invalid",
        "data-missing",
        "data-escapes",
        "data-symlink",
        "schema-not-3",
        "cell-kind-unsupported",
        "grade-id-missing",
        "grade-id-invalid",
        "grade-id-duplicate",
        "points-missing",
        "points-invalid",
        "cell-field-missing",
        "cell-field-invalid",
        "competency-invalid",
        "rubric-missing",
        "rubric-invalid",
        "rubric-sum",
        "marker-misplaced",
        "marker-unbalanced",
        "nothing-graded",
        "release-failed",
        "release-leaks",
    }
)


class CourseError(Exception):
    """A course cannot be read or released: `code` is stable, `message_zh` can be shown to its author."""

    def __init__(self, code: str, message_zh: str) -> None:
        if code not in ERROR_CODES:
            raise ValueError(f"not a code of CourseError: {code}")
        super().__init__(f"{code}: {message_zh}")
        self.code = code
        self.message_zh = message_zh


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a criterion: what it earns, and what the answer must show."""

    points: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a rubric; its levels rise from 0 to the full points of the criterion."""

    key: str
    title: str
    levels: tuple[Level, ...]

    @property
    def points(self) -> Decimal:
        """What the criterion earns at best."""
        return self.levels[-1].points


@dataclass(frozen=True, slots=True)
class GradedCell:
    """A cell that earns points: judged by its own tests, or by a person along a rubric."""

    grade_id: str
    kind: CellKind
    points: Decimal
    competencies: tuple[str, ...]
    hint: str
    title: str
    rubric: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """One notebook with its data; `machine_points` and `manual_points` are the sums over its cells."""

    key: str
    title: str
    competency: str
    source: Path
    data_files: tuple[Path, ...]
    pass_ratio: Decimal
    machine_points: Decimal
    manual_points: Decimal
    cells: tuple[GradedCell, ...]

    def release_name(self, file: Path) -> str:
        """The name under which a learner gets `file`: relative to the assignment's folder, with `/`."""
        return file.relative_to(self.source.parent).as_posix()


@dataclass(frozen=True, slots=True)
class Course:
    """One folder of the catalogue; `slug` is the folder's name, hours are 学时, `terminal`: learners work in one.

    `project_no` and `doc_no` are those of the training project (项目编号, 文件号) that the course is part of, if of one.
    """

    slug: str
    title: str
    subtitle: str
    summary: str
    framework_id: str
    hours_total: Decimal
    hours_practice: Decimal
    audience: str
    assignments: tuple[Assignment, ...]
    path: Path
    terminal: bool = False
    project_no: str = ""
    doc_no: str = ""
