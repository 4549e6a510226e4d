"""Reads the catalogue: every folder in it is a course, and a folder that is not whole is refused by name."""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any, Final

from courses.graded import check_competency, graded_cells
from courses.model import Assignment, Course, CourseError
from courses.notebook import read_cells

CATALOGUE: Final = Path(__file__).parent / "catalogue"
NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
COURSE_TEXTS: Final = ("title", "subtitle", "summary", "framework", "audience")
COURSE_NUMBERS: Final = ("hours_total", "hours_practice")
COURSE_PROJECT: Final = ("project_no", "doc_no")
ASSIGNMENT_TEXTS: Final = ("key", "title", "competency")


def load_catalogue(root: Path = CATALOGUE) -> dict[str, Course]:
    """Every course by slug, in the order of slugs; one broken course raises its CourseError."""
    folders = sorted(entry for entry in root.iterdir() if entry.is_dir() and entry.name[0] not in "._")
    return {folder.name: load_course(folder) for folder in folders}


def load_course(folder: Path) -> Course:
    """The course in `folder`, checked whole: course.toml, each notebook, each data file."""
    slug = folder.name
    if not NAME.fullmatch(slug):
        raise CourseError("slug-invalid", f"课程文件夹 {slug!r}：只能用小写字母、数字和 -。")
    table = _read_toml(folder / "course.toml", slug)
    _check_fields(table, {*COURSE_TEXTS, *COURSE_NUMBERS, "assignments"}, {"terminal", *COURSE_PROJECT}, slug)
    texts = {name: _text(table, name, slug) for name in COURSE_TEXTS}
    total, practice = (_number(table, name, slug) for name in COURSE_NUMBERS)
    if not 0 <= practice <= total:
        raise CourseError("field-invalid", f"{slug}：实践学时 {practice} 要在 0 与总学时 {total} 之间。")
    entries = table["assignments"]
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise CourseError("field-invalid", f"{slug}：assignments 至少要有一份作业。")
    assignments = tuple(_assignment(folder, entry, slug) for entry in entries)
    keys = [assignment.key for assignment in assignments]
    for key in keys:
        if keys.count(key) > 1:
            raise CourseError("assignment-duplicate", f"{slug}：作业 {key} 出现了不止一次。")
    return Course(
        slug=slug,
        title=texts["title"],
        subtitle=texts["subtitle"],
        summary=texts["summary"],
        framework_id=texts["framework"],
        hours_total=total,
        hours_practice=practice,
        audience=texts["audience"],
        assignments=assignments,
        path=folder,
        terminal=_flag(table, "terminal", slug),
        **{name: _text(table, name, slug) for name in COURSE_PROJECT if name in table},
    )


def _assignment(folder: Path, entry: Mapping[str, Any], slug: str) -> Assignment:
    _check_fields(entry, {*ASSIGNMENT_TEXTS, "pass_ratio"}, {"data"}, slug)
    texts = {name: _text(entry, name, slug) for name in ASSIGNMENT_TEXTS}
    key = texts["key"]
    where = f"{slug}/{key}"
    if not NAME.fullmatch(key):
        raise CourseError("field-invalid", f"{where}：key 只能用小写字母、数字和 -。")
    check_competency(texts["competency"], where)
    ratio = _number(entry, "pass_ratio", where)
    if not 0 < ratio <= 1:
        raise CourseError("field-invalid", f"{where}：pass_ratio 要大于 0，不超过 1。")
    home = folder / key
    source = home / f"{key}.ipynb"
    if not source.is_file() or source.is_symlink() or home.is_symlink():
        raise CourseError("notebook-missing", f"{where}：找不到 {key}/{key}.ipynb（不能是符号链接）。")
    cells = graded_cells(read_cells(source, where), where)
    return Assignment(
        key=key,
        title=texts["title"],
        competency=texts["competency"],
        source=source,
        data_files=_data_files(home, entry.get("data", []), where),
        pass_ratio=ratio,
        machine_points=sum((cell.points for cell in cells if cell.kind == "tests"), Decimal(0)),
        manual_points=sum((cell.points for cell in cells if cell.kind == "manual"), Decimal(0)),
        cells=cells,
    )


def _data_files(home: Path, names: object, where: str) -> tuple[Path, ...]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise CourseError("field-invalid", f"{where}：data 要是文件名的列表。")
    files = []
    for name in names:
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts or "\\" in name or name.endswith(".ipynb"):
            raise CourseError("data-escapes", f"{where}：数据 {name!r} 要在作业文件夹里，也不能是笔记本。")
        steps = [home.joinpath(*parts[:depth]) for depth in range(1, len(parts) + 1)]
        if any(step.is_symlink() for step in steps):
            raise CourseError("data-symlink", f"{where}：数据文件 {name!r} 不能是符号链接。")
        if not steps[-1].is_file():
            raise CourseError("data-missing", f"{where}：找不到数据文件 {name!r}。")
        files.append(steps[-1])
    if len(set(files)) != len(files):
        raise CourseError("field-invalid", f"{where}：data 里有重复的文件。")
    return tuple(files)


def _read_toml(path: Path, slug: str) -> dict[str, Any]:
    if not path.is_file():
        raise CourseError("course-file-missing", f"{slug}：缺少 course.toml。")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except ValueError as error:
        raise CourseError("course-file-invalid", f"{slug}：course.toml 读不出来（{error}）。") from error


def _check_fields(table: Mapping[str, Any], needed: set[str], allowed: set[str], where: str) -> None:
    unknown = sorted(set(table) - needed - allowed)
    if unknown:
        raise CourseError("field-unknown", f"{where}：course.toml 里有不认识的项 {'、'.join(unknown)}。")
    missing = sorted(needed - set(table))
    if missing:
        raise CourseError("field-missing", f"{where}：course.toml 里缺少 {'、'.join(missing)}。")


def _text(table: Mapping[str, Any], name: str, where: str) -> str:
    value = table[name]
    if not isinstance(value, str) or not value.strip():
        raise CourseError("field-invalid", f"{where}：{name} 要是文字，不能为空。")
    return value.strip()


def _flag(table: Mapping[str, Any], name: str, where: str) -> bool:
    value = table.get(name, False)
    if not isinstance(value, bool):
        raise CourseError("field-invalid", f"{where}：{name} 要写 true 或 false，不加引号。")
    return value


def _number(table: Mapping[str, Any], name: str, where: str) -> Decimal:
    value = table[name]
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise CourseError("field-invalid", f"{where}：{name} 要是数，不加引号。")
    return Decimal(value)
