"""nbgrader's fetch: files come into RUN/KEY, and nothing that is there is ever touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from nbgrader.exchange import ExchangeError

from hub.exchange.files import FileError, Folder
from hub.journey import study
from tests.exchange.conftest import Room
from tests.people import COURSE, FIRST, SECOND, Town


def test_fetch_writes_the_release_where_the_portal_s_own_button_puts_it(
    room: Room, run: str, town: Town
) -> None:
    room.do("FetchAssignment", run, FIRST)
    study.fetch(town.f, town.actor("teacher"), run, FIRST)
    teacher_home = town.f.homes.root / town.actor("teacher").login  # type: ignore[attr-defined]
    for name, data in town.f.catalogue.release_files(COURSE, FIRST).items():
        assert (room.folder(run) / name).read_bytes() == data
        assert (teacher_home / run / FIRST / name).read_bytes() == data
    assert json.loads(room.notebook(run).read_bytes())["cells"]
    assert room.do("List")[0]["status"] == "fetched"


def test_a_second_fetch_keeps_the_work_and_brings_back_what_is_missing(room: Room, run: str) -> None:
    room.do("FetchAssignment", run, FIRST)
    data = next(p for p in room.folder(run).rglob("*.csv"))
    room.notebook(run).write_text("my work")
    data.unlink()
    room.do("FetchAssignment", run, FIRST)
    assert room.notebook(run).read_text() == "my work"
    assert data.is_file()
    room.notebook(run).unlink()
    assert room.do("List")[0]["status"] == "released"  # the button is there again
    room.do("FetchAssignment", run, FIRST, replace_missing_files=True)
    assert json.loads(room.notebook(run).read_bytes())["cells"]


def test_a_folder_that_is_a_link_is_not_written_through(room: Room, run: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (room.home / run).symlink_to(elsewhere)
    with pytest.raises(ExchangeError, match="不是普通的文件夹"):
        room.do("FetchAssignment", run, FIRST)
    assert not list(elsewhere.iterdir())


def test_what_is_not_open_not_released_or_not_mine_is_refused_in_words(
    room: Room, rooms: Callable[..., Room], run: str, town: Town
) -> None:
    with pytest.raises(ExchangeError, match="还没有发布"):
        room.do("FetchAssignment", run, SECOND)
    now = town.f.clock.now()
    town.released(run, SECOND, opens=now + timedelta(days=1), due=now + timedelta(days=9))
    with pytest.raises(ExchangeError, match="作业要到 2026年11月24日"):
        room.do("FetchAssignment", run, SECOND)
    with pytest.raises(ExchangeError, match="还没有报名"):
        rooms("stranger").do("FetchAssignment", run, FIRST)
    for key in ("../../etc", "", "*", "no-such"):
        with pytest.raises(ExchangeError, match=r"请写明|没有找到"):
            room.do("FetchAssignment", run, key)
    assert not list(room.home.iterdir())


@pytest.mark.parametrize("name", ["../out.txt", "/etc/out", "a//b", "a/../b", ""])
def test_a_name_that_leads_out_of_the_folder_is_refused_whoever_sent_it(tmp_path: Path, name: str) -> None:
    folder = Folder(str(tmp_path), ("run", "key"))
    with pytest.raises(FileError):
        folder.add(name, b"x")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_half_a_file_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is there is never written again, so half of one would stay for good."""
    folder = Folder(str(tmp_path), ("run", "key"))

    class FullDisk:
        def __enter__(self) -> FullDisk:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def write(self, _: bytes) -> int:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fdopen", lambda *_: FullDisk())
        with pytest.raises(OSError, match="No space"):
            folder.add("a.ipynb", b"{}")
    assert not folder.has("a.ipynb")
    assert folder.add("a.ipynb", b"{}")
