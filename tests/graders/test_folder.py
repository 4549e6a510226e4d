"""Folders that nobody vouches for are read by descriptor: regular files only, bounded, and no link is followed."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from graders import folder
from graders.errors import BrokenAssignment, Refused
from graders.folder import read_assigned, read_submission, shown


def refusal(path: Path | str, name: str = "hw.ipynb") -> str:
    """The code with which a path is refused."""
    with pytest.raises(Refused) as told:
        read_submission(str(path), name)
    return told.value.code


def test_a_notebook_file_is_the_submission_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "学生甲;$(id).ipynb").write_bytes(b"{}")
    given = read_submission(str(tmp_path / "学生甲;$(id).ipynb"), "hw.ipynb")
    assert given.notebook == b"{}"
    assert given.brought == {}


def test_a_folder_gives_its_notebook_and_the_regular_files_beside_it(tmp_path: Path) -> None:
    for name, text in {"hw.ipynb": "{}", "a.csv": "1", "sub/b.csv": "2", "other.ipynb": "3"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for name in (".hidden", "__pycache__/x.pyc", ".ipynb_checkpoints/hw.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("no")
    given = read_submission(f"{tmp_path}/", "hw.ipynb")
    assert given.notebook == b"{}"
    assert given.brought == {"a.csv": b"1", "sub/b.csv": b"2", "other.ipynb": b"3"}
    assert given.left_out == ()


def test_links_and_special_files_are_left_out_by_name_and_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("CANARY")
    home = tmp_path / "home"
    home.mkdir()
    (home / "hw.ipynb").write_text("{}")
    (home / "to-file").symlink_to(secret / "key")
    (home / "to-folder").symlink_to(secret)
    (home / "loop").symlink_to(home)
    (home / "dangling").symlink_to("nowhere")
    os.mkfifo(home / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(home / "sock"))
        given = read_submission(str(home), "hw.ipynb")
    assert given.brought == {}
    links = [(name, "link") for name in ("dangling", "loop", "to-file", "to-folder")]
    assert given.left_out == tuple(sorted([*links, ("pipe", "special"), ("sock", "special")]))


def test_a_name_that_is_no_utf_8_is_left_out_and_shown_with_escapes(tmp_path: Path) -> None:
    (tmp_path / "hw.ipynb").write_text("{}")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n.csv")).write_text("x")
    given = read_submission(str(tmp_path), "hw.ipynb")
    assert given.brought == {}
    assert given.left_out == (("\\xff\\u000a.csv", "name"),)


@pytest.mark.parametrize("kind", ["link to a file", "dangling link", "link to a folder", "pipe", "device"])
def test_a_submission_that_is_itself_no_file_or_folder_is_refused(tmp_path: Path, kind: str) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "hw.ipynb").write_text("{}")
    place = tmp_path / "it"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "device":
        place = Path("/dev/zero")
    else:
        targets = {"link to a file": "real/hw.ipynb", "dangling link": "nowhere", "link to a folder": "real"}
        place.symlink_to(targets[kind])
    assert refusal(place) == "submission.not_a_file"
    if kind == "link to a folder":
        assert refusal(f"{place}/") == "submission.not_a_file"


def test_a_folder_whose_notebook_is_a_link_a_pipe_or_a_folder_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "hw.ipynb"
    place.symlink_to("/etc/hostname")
    assert refusal(tmp_path) == "submission.not_a_file"
    place.unlink()
    os.mkfifo(place)
    assert refusal(tmp_path) == "submission.not_a_file"
    place.unlink()
    place.mkdir()
    assert refusal(tmp_path) == "submission.not_a_file"


@pytest.mark.parametrize(
    "path", ["", "nowhere", "../nowhere/x", "x;$(id)", "学生甲", "a\x00b", "\udcff", "x" * 300]
)
def test_a_path_that_leads_nowhere_is_a_missing_submission(tmp_path: Path, path: str) -> None:
    code = refusal(f"{tmp_path}/{path}" if path else "")
    assert code == ("submission.unreadable" if len(path) == 300 else "submission.missing")


def test_a_file_that_cannot_be_read_is_refused_as_such() -> None:
    assert refusal("/proc/self/mem") == "submission.unreadable"


def test_a_name_that_differs_in_case_or_width_alone_is_refused_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "HW.ipynb").write_text("{}")
    assert refusal(tmp_path) == "submission.name_case"
    (tmp_path / "HW.ipynb").rename(tmp_path / "\uff48w.ipynb")
    assert refusal(tmp_path) == "submission.name_case"


def test_a_folder_with_another_notebook_or_none_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "submission.no_notebook"
    (tmp_path / "another.ipynb").write_text("{}")
    assert refusal(tmp_path) == "submission.no_notebook"


def test_a_file_of_sixty_megabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    place = tmp_path / "hw.ipynb"
    with place.open("wb") as file:
        file.truncate(60_000_000)
    assert refusal(place) == "submission.too_large"
    assert refusal(tmp_path) == "submission.too_large"


def test_too_many_files_entries_or_bytes_refuse_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hw.ipynb").write_text("{}")
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(folder.SUBMITTED.total + 1)
    assert refusal(tmp_path) == "submission.folder_too_large"
    big.unlink()
    for number in range(folder.SUBMITTED.files):
        (tmp_path / f"{number}").touch()
    assert len(read_submission(str(tmp_path), "hw.ipynb").brought) == folder.SUBMITTED.files
    (tmp_path / "one-more").touch()
    assert refusal(tmp_path) == "submission.folder_too_large"
    monkeypatch.setattr(folder, "MAX_ENTRIES", 100)
    assert refusal(tmp_path, "other.ipynb") == "submission.folder_too_large"


def test_folders_in_folders_are_followed_only_so_deep(tmp_path: Path) -> None:
    (tmp_path / "hw.ipynb").write_text("{}")
    deep = tmp_path
    for number in range(folder.MAX_DEPTH + 2):
        deep = deep / f"d{number}"
        deep.mkdir()
        (deep / "f").write_text("x")
    given = read_submission(str(tmp_path), "hw.ipynb")
    assert len(given.brought) == folder.MAX_DEPTH
    assert [why for _, why in given.left_out] == ["depth"]


def test_no_descriptor_stays_open_whatever_a_folder_holds(tmp_path: Path) -> None:
    (tmp_path / "hw.ipynb").write_text("{}")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "l").symlink_to("..")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for name in ("hw.ipynb", "HW.ipynb", "none.ipynb"):
        try:
            read_submission(str(tmp_path), name)
        except Refused:
            continue
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_files_of_an_assignment_are_what_lies_beside_it_but_notebooks_and_submissions(
    tmp_path: Path,
) -> None:
    for name in ("hw.ipynb", "other.ipynb", "data/a.csv", ".git/config", "__pycache__/x", "handed-in/hw.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "data" / "link").symlink_to("/etc/hostname")
    assert read_assigned(str(tmp_path), without=f"{tmp_path}/handed-in") == {"data/a.csv": b"data/a.csv"}
    assert set(read_assigned(str(tmp_path))) == {"data/a.csv", "handed-in/hw.csv"}


def test_an_assignment_with_too_much_beside_it_is_broken(tmp_path: Path) -> None:
    with (tmp_path / "big").open("wb") as file:
        file.truncate(folder.ASSIGNED.total + 1)
    with pytest.raises(BrokenAssignment, match=r"source\.files"):
        read_assigned(str(tmp_path))


def test_a_name_is_shown_without_what_could_command_a_terminal() -> None:
    assert shown("学生甲.ipynb") == "学生甲.ipynb"
    assert "\x1b" not in shown("\x1b[31m")
    assert shown("x" * 1000) == "x" * 200
    assert sys.getfilesystemencoding() == "utf-8"
