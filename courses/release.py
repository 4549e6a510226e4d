"""Builds what a learner gets from an author's source, by nbgrader's generate_assignment, and looks for leaks.

nbgrader changes the working directory of its whole process while it converts, and importing it holds the
interpreter for seconds. A server's worker thread can afford neither, so the conversion runs in a process of
its own: `python -m courses.release FOLDER KEY`.
"""

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from courses.model import Assignment, CourseError
from courses.notebook import SourceCell, read_cells
from courses.regions import FORBIDDEN, MARKERS

CODE_STUB: Final = "# 在这里写你的代码\nraise NotImplementedError()"
TEXT_STUB: Final = "在这里写你的回答"
TIMEOUT_SECONDS: Final = 180
SHORT: Final = 20  # characters; a shorter block is looked for in its own place only, not all over the release


def build_release(assignment: Assignment) -> dict[str, bytes]:
    """The learner's files by relative name: the notebook without solutions and hidden tests, and the data.

    The same source gives the same bytes. CourseError `release-failed` when nbgrader refuses the source,
    `release-leaks` when anything of a solution or a hidden test is still there.
    """
    source = assignment.source.read_bytes()
    notebook = _convert(assignment.key, source)
    check_release(read_cells(assignment.source, assignment.key), notebook, assignment.key)
    data = {assignment.release_name(file): file.read_bytes() for file in assignment.data_files}
    return {assignment.release_name(assignment.source): notebook, **data}


def solved_notebook(assignment: Assignment, release: Mapping[str, bytes] | None = None) -> bytes:
    """The release's notebook as a perfect learner hands it in; `release` saves building it once more."""
    release = build_release(assignment) if release is None else release
    document = json.loads(release[assignment.release_name(assignment.source)])
    answers = {
        cell.grade_id: cell.parts.answered
        for cell in read_cells(assignment.source, assignment.key)
        if cell.is_solution
    }
    for cell in document["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell["source"] = answers[grade_id].splitlines(keepends=True)
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def check_release(source: Sequence[SourceCell], notebook: bytes, where: str) -> None:
    """CourseError unless every line of the release was open in the source, and no secret is repeated."""
    document = json.loads(notebook)
    if len(document["cells"]) != len(source):
        raise CourseError("release-leaks", f"{where}：发布版的单元格数与源文件不同。")
    stubs = {line.strip() for line in f"{CODE_STUB}\n{TEXT_STUB}".split("\n")}
    secrets = [block for cell in source for block in _secrets(cell)]
    for number, (ours, theirs) in enumerate(zip(source, document["cells"], strict=True), start=1):
        place = f"{where} 第 {number} 格"
        if theirs.get("outputs"):
            raise CourseError("release-leaks", f"{place}：发布版里有运行结果。")
        lines = [line.strip() for line in "".join(theirs["source"]).split("\n")]
        open_lines = {line.strip() for line in _open_lines(ours)} | stubs
        if any(line not in open_lines for line in lines):
            raise CourseError("release-leaks", f"{place}：发布版里有源文件没有公开的内容。")
        for text in ("\n".join(lines), *_strings(theirs["metadata"]), *_strings(theirs.get("attachments"))):
            if any(words in text for words in (*MARKERS, *FORBIDDEN)):
                raise CourseError("release-leaks", f"{place}：发布版里还有答案或隐藏测试的标记。")
            if any(secret in text for secret in secrets):
                raise CourseError("release-leaks", f"{place}：发布版里重复了参考答案或隐藏测试。")


def _open_lines(cell: SourceCell) -> Sequence[str]:
    whole_cell_is_secret = cell.is_solution and not cell.parts.solution
    return () if whole_cell_is_secret else cell.parts.visible


def _secrets(cell: SourceCell) -> Iterator[str]:
    whole_cell = (tuple(cell.text.split("\n")),) if cell.is_solution and not cell.parts.solution else ()
    for lines in (*cell.parts.hidden, *cell.parts.solution, *whole_cell):
        block = "\n".join(line.strip() for line in lines).strip()
        if len(block) >= SHORT:
            yield block


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield "\n".join(line.strip() for line in value.split("\n"))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from (key, *_strings(item))
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _convert(key: str, source: bytes) -> bytes:
    """Run nbgrader in a process of its own, with an empty environment and a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="luojiao-release-") as name:
        folder = Path(name)
        given = folder / "source" / key / f"{key}.ipynb"
        given.parent.mkdir(parents=True)
        given.write_bytes(source)
        try:
            run = subprocess.run(
                [sys.executable, "-W", "ignore", "-m", "courses.release", name, key],
                cwd=Path(__file__).parents[1],
                env={"HOME": name, "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise CourseError("release-failed", f"{key}：生成发布版超过了 {TIMEOUT_SECONDS} 秒。") from error
        built = folder / "release" / key / f"{key}.ipynb"
        if run.returncode != 0 or not built.is_file():
            failure = CourseError("release-failed", f"{key}：nbgrader 没有接受这份源文件。")
            failure.add_note(run.stderr.decode(errors="replace")[-2000:])
            raise failure
        return built.read_bytes()


def _generate(folder: Path, key: str) -> None:
    """Convert source/KEY to release/KEY under `folder`; runs only in the process that `_convert` starts."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    logging.basicConfig(level=logging.ERROR)  # to stderr, which `_convert` reads when something went wrong
    config = Config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.assignment_id = key
    config.GenerateAssignment.no_database = True  # with the next line what `--no-db` means: no gradebook is
    config.SaveCells.enabled = False  # made, because nothing of it would reach the release
    config.ClearSolutions.code_stub = {"python": CODE_STUB}
    config.ClearSolutions.text_stub = TEXT_STUB
    GenerateAssignment(coursedir=CourseDirectory(config=config), config=config).start()


if __name__ == "__main__":
    _generate(Path(sys.argv[1]), sys.argv[2])
