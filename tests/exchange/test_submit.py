"""nbgrader's submit: what the portal takes it keeps and signs for, and what it does not take leaves no trace."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.exchange import ExchangeError
from sqlalchemy import Engine

from hub.client import PortalError, from_environment
from hub.journey.ports import Fittings, Limits
from tests.conftest import HandClock, rows
from tests.exchange.conftest import Room
from tests.people import FIRST, SECOND, Town

COUNTS = "SELECT (SELECT count(*) FROM submissions), (SELECT count(*) FROM procrastinate_jobs)"


@pytest.fixture
def fetched(room: Room, run: str) -> Room:
    room.do("FetchAssignment", run, FIRST)
    return room


def test_submit_stores_the_bytes_queues_one_job_and_leaves_a_receipt_that_verifies(
    fetched: Room, run: str, town: Town, engine: Engine
) -> None:
    work = fetched.notebook(run).read_bytes().replace(b'"metadata": {}', b'"metadata": {"mine": 1}', 1)
    fetched.notebook(run).write_bytes(work)
    fetched.do("Submit", run, FIRST)
    assert rows(engine, COUNTS) == [(1, 1)]
    [receipt] = (fetched.folder(run) / "receipts").iterdir()
    claims = town.f.signer.verify(receipt.read_text(), "luojiao-receipt")  # type: ignore[attr-defined]
    assert claims["learner"] == town.actor("teacher").login
    assert receipt.name == f"receipt-{claims['submission']}.jws"
    assert town.f.files.get(claims["files"][f"{FIRST}.ipynb"]) == work
    listed = fetched.do("List", run, cached=True)
    assert [(s["attempt"], s["state"], s["timestamp"]) for s in listed[0]["submissions"]] == [
        (1, "queued", "2026-11-23 09:00:00 +0800")
    ]
    assert fetched.do("List", run, inbound=True) == listed


def test_only_the_notebook_is_sent(fetched: Room, run: str, engine: Engine) -> None:
    (fetched.folder(run) / "diary.txt").write_text("private")
    (fetched.folder(run) / "other.ipynb").write_text("{}")
    fetched.do("Submit", run, FIRST)
    [(files,)] = rows(engine, "SELECT files FROM submissions")
    assert list(files) == [f"{FIRST}.ipynb"]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("span", "used", "words"),
    [({"days": 7, "minutes": 11}, 0, "已过截止时间 .*没有收下"), ({}, 5, "提交次数已用完")],
)
def test_after_the_deadline_and_without_attempts_nothing_is_taken(
    fetched: Room, run: str, engine: Engine, clock: HandClock, span: dict[str, float], used: int, words: str
) -> None:
    for _ in range(used):
        fetched.do("Submit", run, FIRST)
    clock.pass_(**span)
    with pytest.raises(ExchangeError, match=words):
        fetched.do("Submit", run, FIRST)
    assert rows(engine, COUNTS) == [(used, used)]


def _nothing(path: Path) -> None:
    path.unlink()


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def _a_link(path: Path) -> None:
    path.rename(path.with_name("real.ipynb"))
    path.symlink_to("real.ipynb")


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _giant(path: Path) -> None:
    with path.open("ab") as file:
        file.truncate(20 * 2**20 + 1)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_nothing, "没有找到作业文件"),
        (_half, "不是有效的笔记本文件"),
        (_a_link, "不是普通文件"),
        (_a_folder, "不是普通文件"),
        (_a_pipe, "不是普通文件"),
        (_giant, "超过 20 MB"),
    ],
)
def test_what_is_no_notebook_is_refused_in_words_and_nothing_is_stored(
    fetched: Room, run: str, engine: Engine, spoil: Callable[[Path], None], words: str
) -> None:
    spoil(fetched.notebook(run))
    with pytest.raises(ExchangeError, match=words):
        fetched.do("Submit", run, FIRST)
    assert rows(engine, COUNTS) == [(0, 0)]
    assert not (fetched.folder(run) / "receipts").exists()


def test_the_portal_s_own_limit_holds_where_it_is_the_smaller_one(
    fetched: Room, run: str, engine: Engine, f: Fittings, serve: Callable[..., str]
) -> None:
    fetched.environment["LUOJIAO_PORTAL"] = serve(replace(f, limits=Limits(1024)))
    with pytest.raises(ExchangeError, match="上传的内容超过"):
        fetched.do("Submit", run, FIRST)
    assert rows(engine, COUNTS) == [(0, 0)]


def test_nobody_hands_in_where_they_are_not_enrolled(
    fetched: Room, rooms: Callable[..., Room], run: str, engine: Engine
) -> None:
    work = fetched.notebook(run).read_bytes()
    for who in ("stranger", "instructor"):
        room = rooms(who)
        room.folder(run).mkdir(parents=True)
        room.notebook(run).write_bytes(work)
        with pytest.raises(ExchangeError, match="还没有报名"):
            room.do("Submit", run, FIRST)
        with pytest.raises(PortalError, match=r"enrolment\.needed"):  # the portal itself, past our own look
            from_environment().submit(run, FIRST, {f"{FIRST}.ipynb": work})
    with pytest.raises(ExchangeError, match="还没有发布"):
        fetched.do("Submit", run, SECOND)
    assert rows(engine, COUNTS) == [(0, 0)]


def test_a_name_forged_in_the_configuration_changes_nothing(
    fetched: Room, run: str, town: Town, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nbgrader's own exchange takes the learner from there; ours from the token alone."""
    victim = town.actor("colleague")
    fetched.extra.CourseDirectory.student_id = victim.login
    for name in ("USER", "LOGNAME", "JUPYTERHUB_USER", "NB_USER"):
        monkeypatch.setenv(name, victim.login)
    fetched.do("Submit", run, FIRST)
    assert rows(engine, "SELECT person FROM submissions") == [(town.actor("teacher").uid,)]
    assert len(fetched.do("List", run, cached=True)[0]["submissions"]) == 1


def test_a_receipt_that_cannot_be_kept_does_not_undo_the_submission(
    fetched: Room, run: str, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    (fetched.folder(run) / "receipts").write_text("in the way")
    fetched.do("Submit", run, FIRST)
    assert rows(engine, COUNTS) == [(1, 1)]
