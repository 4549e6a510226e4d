"""Enrolling, releasing and handing in: what is taken, what is refused, and that nothing is half done."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from courses.model import Course
from hub.domain.errors import Refusal
from hub.journey import read, room, study
from hub.wiring import FolderCatalogue
from tests.conftest import CATALOGUE, HandClock, rows
from tests.people import FIRST, SECOND, Town

NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.fixture
def run(town: Town) -> str:
    """A run with the first assignment released and the teacher enrolled."""
    made = town.run()
    study.enrol(town.f, town.actor("teacher"), made)
    town.released(made)
    return made


def notebook_name(town: Town, run: str) -> str:
    return next(n for n in study.files_for(town.f, town.actor("teacher"), run, FIRST) if n.endswith(".ipynb"))


def hand_in(town: Town, run: str, who: str = "teacher", data: bytes = NOTEBOOK):  # type: ignore[no-untyped-def]
    return study.submit(town.f, town.actor(who), run, FIRST, {notebook_name(town, run): data})


def count(engine) -> tuple[int, int]:  # type: ignore[no-untyped-def]
    """Submissions and jobs."""
    return (
        int(rows(engine, "SELECT count(*) FROM submissions")[0][0]),
        int(rows(engine, "SELECT count(*) FROM procrastinate_jobs")[0][0]),
    )


def test_a_submission_its_job_and_its_receipt_come_together(town: Town, run: str, engine) -> None:  # type: ignore[no-untyped-def]
    made = hand_in(town, run)
    assert count(engine) == (1, 1)
    claims = town.f.signer.verify(made.receipt, "luojiao-receipt")
    assert claims is not None
    assert claims["sha256"] == made.digest
    assert claims["learner"] == town.actor("teacher").login
    assert town.f.files.get(made.digest) == NOTEBOOK


def test_a_job_that_cannot_be_queued_takes_the_submission_back_with_it(
    town: Town, run: str, engine, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    from hub.store.queue import Queue

    def broken(self: Queue, submission: str) -> None:
        raise OSError("the queue is gone")

    monkeypatch.setattr(Queue, "autograde", broken)
    with pytest.raises(OSError, match="queue"):
        hand_in(town, run)
    assert count(engine) == (0, 0)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", r"submission\.not_a_notebook"),
        (b"hello", r"submission\.not_a_notebook"),
        (b"[1, 2]", r"submission\.not_a_notebook"),
        ("学生作业".encode("utf-16"), r"submission\.not_a_notebook"),
        (b'{"cells": [', r"submission\.not_a_notebook"),
        (b"{" * 100000, r"submission\.not_a_notebook"),
    ],
)
def test_what_is_no_notebook_is_refused_in_words_and_nothing_is_kept(
    town: Town, run: str, engine, data: bytes, code: str
) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refusal, match=code) as refusal:
        hand_in(town, run, data=data)
    assert any("\u4e00" <= c <= "\u9fff" for c in refusal.value.message)
    assert count(engine) == (0, 0)


def test_too_large_a_submission_is_refused_before_it_is_stored(town: Town, run: str, engine) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refusal, match=r"request\.too_large"):
        hand_in(town, run, data=b" " * (town.f.limits.upload + 1))
    assert count(engine) == (0, 0)


@pytest.mark.parametrize(
    "name", ["../x.ipynb", "/etc/passwd", "a/../../b", ".hidden", "a\x00b", "", "x" * 200, "a\\b"]
)
def test_a_file_name_that_leads_elsewhere_is_refused(town: Town, run: str, engine, name: str) -> None:  # type: ignore[no-untyped-def]
    files = {notebook_name(town, run): NOTEBOOK, name: b"x"}
    with pytest.raises(Refusal, match=r"submission\.files"):
        study.submit(town.f, town.actor("teacher"), run, FIRST, files)
    assert count(engine) == (0, 0)


def test_the_wrong_file_is_answered_with_the_name_of_the_right_one(town: Town, run: str) -> None:
    with pytest.raises(Refusal, match=r"submission\.no_notebook") as refusal:
        study.submit(town.f, town.actor("teacher"), run, FIRST, {"别的.ipynb": NOTEBOOK})
    assert notebook_name(town, run) in refusal.value.message


def test_after_the_deadline_comes_the_grace_then_nothing_by_the_servers_clock(
    town: Town, run: str, clock: HandClock, engine
) -> None:  # type: ignore[no-untyped-def]
    clock.pass_(days=7, minutes=5)
    assert hand_in(town, run).late
    clock.pass_(minutes=5, seconds=1)
    with pytest.raises(Refusal, match=r"submission\.after_deadline"):
        hand_in(town, run)
    assert count(engine) == (1, 1)


def test_an_extension_opens_the_door_for_one_person_only(town: Town, run: str, clock: HandClock) -> None:
    study.enrol(town.f, town.actor("colleague"), run)
    clock.pass_(days=8)
    instructor, later = town.actor("instructor"), clock.now() + timedelta(days=2)
    study.extend(town.f, instructor, run, FIRST, town.actor("teacher").login, later, "停电三天")
    assert not hand_in(town, run).late
    with pytest.raises(Refusal, match=r"submission\.after_deadline"):
        hand_in(town, run, "colleague")
    with pytest.raises(Refusal, match=r"extension\.invalid"):
        study.extend(town.f, instructor, run, FIRST, town.actor("teacher").login, later, " ")
    with pytest.raises(Refusal, match=r"thing\.missing"):
        study.extend(
            town.f, town.actor("other_instructor"), run, FIRST, town.actor("teacher").login, later, "x"
        )


def test_attempts_are_counted_even_when_two_arrive_at_once(town: Town, engine) -> None:  # type: ignore[no-untyped-def]
    run = town.run()
    study.enrol(town.f, town.actor("teacher"), run)
    town.released(run, max_attempts=3)
    outcomes: list[str] = []

    def one() -> None:
        try:
            hand_in(town, run)
            outcomes.append("taken")
        except Refusal as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["submission.no_attempts"] * 5 + ["taken"] * 3
    assert rows(engine, "SELECT array_agg(attempt ORDER BY attempt) FROM submissions") == [([1, 2, 3],)]


def test_nothing_is_taken_before_the_release_opens(town: Town, run: str, clock: HandClock) -> None:
    town.released(run, SECOND, opens=clock.now() + timedelta(days=1), due=clock.now() + timedelta(days=9))
    with pytest.raises(Refusal, match=r"submission\.not_open"):
        study.files_for(town.f, town.actor("teacher"), run, SECOND)
    with pytest.raises(Refusal, match=r"submission\.not_open"):
        study.submit(town.f, town.actor("teacher"), run, SECOND, {"x.ipynb": NOTEBOOK})


def test_who_is_not_enrolled_neither_fetches_nor_hands_in(town: Town, run: str) -> None:
    for who in ("colleague", "stranger", "student", "city"):
        with pytest.raises(Refusal, match=r"enrolment\.needed"):
            study.files_for(town.f, town.actor(who), run, FIRST)
        with pytest.raises(Refusal, match=r"enrolment\.needed"):
            study.submit(town.f, town.actor(who), run, FIRST, {"x.ipynb": NOTEBOOK})


def test_a_run_of_one_county_is_not_open_to_another(town: Town, clock: HandClock) -> None:
    from tests.people import WEST

    now = clock.now()
    made = study.open_run(
        town.f, town.actor("instructor"), "it2-data-literacy", "区班", WEST, now, now + timedelta(days=9)
    )
    study.enrol(town.f, town.actor("teacher"), made.id)
    study.enrol(town.f, town.actor("teacher"), made.id)
    with pytest.raises(Refusal, match=r"access\.denied"):
        study.enrol(town.f, town.actor("stranger"), made.id)
    assert [o.run.id for o in read.catalogue(town.f, town.actor("stranger"))] == []
    clock.pass_(days=10)
    with pytest.raises(Refusal, match=r"run\.closed"):
        study.enrol(town.f, town.actor("colleague"), made.id)


def test_only_instructors_of_the_run_release_and_the_same_release_twice_is_one(town: Town, run: str) -> None:
    now = town.f.clock.now()
    for who in ("teacher", "other_instructor", "school_admin", "city"):
        with pytest.raises(Refusal, match=r"thing\.missing"):
            study.release(town.f, town.actor(who), run, SECOND, opens=now, due=now + timedelta(days=1))
    with pytest.raises(Refusal, match=r"release\.unchanged"):
        town.released(run)
    town.released(run, due=now + timedelta(days=8))
    with town.f.work() as work:
        latest = work.study.release(run, FIRST)
    assert latest is not None
    assert latest.version == 2


def test_files_go_into_the_home_once_and_what_was_changed_there_stays(town: Town, run: str, settings) -> None:  # type: ignore[no-untyped-def]
    teacher = town.actor("teacher")
    folder = settings.homes_dir / teacher.login / study.fetch(town.f, teacher, run, FIRST)
    notebook = folder / notebook_name(town, run)
    assert (folder / "data" / "survey.csv").exists()
    notebook.write_bytes(NOTEBOOK)
    study.fetch(town.f, teacher, run, FIRST)
    assert notebook.read_bytes() == NOTEBOOK
    made = study.submit_from_home(town.f, teacher, run, FIRST)
    assert town.f.files.get(made.digest) == NOTEBOOK


@pytest.mark.parametrize("trick", ["link", "fifo", "folder", "linked_folder"])
def test_no_link_or_trick_file_in_a_home_is_followed(
    town: Town, run: str, settings, tmp_path, trick: str, engine
) -> None:  # type: ignore[no-untyped-def]
    import os
    import shutil

    teacher = town.actor("teacher")
    folder = settings.homes_dir / teacher.login / study.fetch(town.f, teacher, run, FIRST)
    notebook = folder / notebook_name(town, run)
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(NOTEBOOK)
    notebook.unlink()
    if trick == "link":
        notebook.symlink_to(secret)
    elif trick == "fifo":
        os.mkfifo(notebook)
    elif trick == "folder":
        notebook.mkdir()
    else:
        (tmp_path / notebook.name).write_bytes(NOTEBOOK)
        shutil.rmtree(folder)
        folder.symlink_to(tmp_path)
    with pytest.raises(Refusal, match=r"submission\.files"):
        study.submit_from_home(town.f, teacher, run, FIRST)
    assert count(engine) == (0, 0)


class Terminals(FolderCatalogue):
    """The catalogue, if every course in it worked in a terminal."""

    def get(self, slug: str) -> Course | None:
        found = super().get(slug)
        return replace(found, terminal=True) if found else None


def test_a_room_has_a_terminal_for_those_of_a_course_that_says_so_until_its_run_is_over(
    town: Town, run: str, clock: HandClock
) -> None:
    inside, outside, staff = (town.actor(who) for who in ("teacher", "stranger", "instructor"))
    assert not room.terminal(town.f, inside)  # this course does not say so
    f = replace(town.f, catalogue=Terminals(CATALOGUE.root))
    assert room.terminal(f, inside)
    assert room.terminal(f, staff)
    assert not room.terminal(f, outside)
    clock.pass_(days=3650)
    assert not room.terminal(f, inside)
