"""A release that certificates count passes the gates, or is refused with the reasons; others go out with their class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hub.domain.errors import Refusal
from hub.journey import gates, study
from hub.wiring import FolderCatalogue, ReleaseGates
from tests.award.succession import NEXT, succeed
from tests.conftest import rows
from tests.example_course import WEAK, write_course
from tests.people import CITY, Town


@pytest.fixture
def course(tmp_path: Path) -> Callable[..., Path]:
    """Write the example course."""
    return partial(write_course, tmp_path)


def taught(town: Town, catalogue: Path) -> tuple[Any, str]:
    """The town's fittings over this catalogue with gates of their own, and a run of its course."""
    f = replace(town.f, catalogue=FolderCatalogue(catalogue), gates=ReleaseGates())
    now = f.clock.now()
    run = study.open_run(
        f, town.actor("instructor"), "count-first", "一班", CITY, now, now + timedelta(days=30)
    )
    return f, run.id


def release(town: Town, f: Any, run: str, days: int = 7) -> Any:
    now = f.clock.now()
    return study.release(f, town.actor("instructor"), run, "mean", opens=now, due=now + timedelta(days=days))


def test_a_weak_assignment_is_refused_with_its_reasons_and_nothing_is_released(
    town: Town, course: Callable[..., Path], engine: Any
) -> None:
    f, run = taught(town, course(WEAK))
    with pytest.raises(Refusal, match=r"release\.gates") as caught:
        release(town, f, run)
    assert "检查 mean-test 给空洞的答案付了满分" in caught.value.message
    assert "float('nan')" in caught.value.message
    assert rows(engine, "SELECT count(*) FROM releases") == [(0,)]


def test_a_sound_one_is_released_and_a_second_release_does_not_check_the_same_again(
    town: Town, course: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    f, run = taught(town, course())
    assert release(town, f, run).version == 1
    monkeypatch.setattr("hub.wiring.gate", lambda *given, **named: pytest.fail("checked twice"))
    assert release(town, f, run, days=9).version == 2


def test_what_no_certificate_counts_goes_out_unchecked_and_says_its_class(
    town: Town, course: Callable[..., Path]
) -> None:
    f, run = taught(town, course("assert 'def' in In[-1]", framework="themes2014"))
    found = f.catalogue.get("count-first")
    assert gates.standings(f, found) == {"mean": gates.Standing("C", False)}
    assert release(town, f, run).version == 1
    assert not f.gates.kept


def test_a_course_of_the_framework_that_followed_counts_for_certificates_and_is_checked(
    town: Town, course: Callable[..., Path]
) -> None:
    succeed(town)
    f, run = taught(town, course(WEAK, framework=NEXT))
    assert gates.standings(f, f.catalogue.get("count-first"))["mean"].certifies
    with pytest.raises(Refusal, match=r"release\.gates"):
        release(town, f, run)


def test_while_too_many_are_being_checked_the_next_is_asked_to_come_back(
    town: Town, course: Callable[..., Path]
) -> None:
    f, run = taught(town, course())
    while f.gates.waiting.acquire(blocking=False):
        pass
    with pytest.raises(Refusal, match=r"release\.busy"):
        release(town, f, run)


def test_a_list_of_reviewed_mutants_that_cannot_be_read_is_a_reason_too(
    town: Town, course: Callable[..., Path]
) -> None:
    catalogue = course()
    (catalogue / "count-first" / "accepted-mutants.toml").write_text("[[accepted]]\ncell = 'x'\n", "utf-8")
    f, run = taught(town, catalogue)
    with pytest.raises(Refusal, match="已确认的改错清单读不出来"):
        release(town, f, run)
