"""nbgrader's feedback: a plain page that shows points, hints and comments, and nothing of a hidden test."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from nbgrader.exchange import ExchangeError
from sqlalchemy import Engine

from hub.client import PortalError, from_environment
from hub.journey import assess, results
from tests.conftest import HandClock, rows
from tests.exchange.conftest import Room
from tests.people import COURSE, FIRST, Town


@pytest.fixture
def handed_in(room: Room, run: str, engine: Engine) -> str:
    """The identifier of a submission with nothing answered; it waits for the worker."""
    room.do("FetchAssignment", run, FIRST)
    room.do("Submit", run, FIRST)
    return str(rows(engine, "SELECT id FROM submissions")[0][0])


def hidden_lines(town: Town) -> list[str]:
    course = town.f.catalogue.get(COURSE)
    assert course is not None
    source = next(a.source for a in course.assignments if a.key == FIRST)
    text = "\n".join("".join(cell["source"]) for cell in json.loads(source.read_bytes())["cells"])
    found = re.findall(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", text, re.S)
    return [line.strip() for block in found for line in block.splitlines() if len(line.strip()) > 12]


class Tags(HTMLParser):
    """Collects what a page consists of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def the_page(room: Room, run: str) -> str:
    [page] = (room.folder(run) / "feedback").rglob("*.html")
    return page.read_text()


def shown(room: Room, run: str) -> tuple[bool, bool, bool]:
    """Whether the list says: there is feedback, it is here, it has changed since."""
    [submission] = room.do("List", run, cached=True)[0]["submissions"]
    return (
        submission["has_exchange_feedback"],
        submission["has_local_feedback"],
        submission["feedback_updated"],
    )


def mark(town: Town, submission: str, comment: str) -> None:
    instructor = town.actor("instructor")
    for question in results.desk(town.f, instructor, submission).result.open:
        assert question.cell is not None
        best = {c.key: c.levels[-1].points for c in question.cell.rubric}
        assess.mark(town.f, instructor, submission, question.item.grade_id, best, comment)


def test_the_page_shows_the_verdict_then_the_marks_and_nothing_of_a_hidden_test(
    room: Room, run: str, handed_in: str, town: Town, clock: HandClock
) -> None:
    assert shown(room, run) == (False, False, False)
    room.do("FetchFeedback", run, FIRST)  # nothing yet: no page, no error
    assert not (room.folder(run) / "feedback").exists()

    clock.pass_(minutes=1)
    assert assess.autograde(town.f, handed_in) == "graded"
    assert shown(room, run) == (True, False, False)
    room.do("FetchFeedback", run, FIRST)
    assert shown(room, run) == (True, True, False)
    page = the_page(room, run)
    assert [p.name for p in (room.folder(run) / "feedback").iterdir()] == ["2026-11-23_090000_第1次"]
    assert "第 1 次提交，2026-11-23 09:00:00 收到" in page
    assert "未通过" in page
    assert "这道题还没有作答" in page
    assert "待教师批阅" in page
    lines = hidden_lines(town)
    assert len(lines) > 20
    assert not [line for line in lines if line in page]

    clock.pass_(minutes=1)
    mark(town, handed_in, "写得<b>具体</b>。<script>alert(1)</script>")
    assert shown(room, run) == (True, True, True)
    room.do("FetchFeedback", run, FIRST)
    assert shown(room, run) == (True, True, False)
    page = the_page(room, run)
    assert "教师评语：写得&lt;b&gt;具体&lt;/b&gt;。&lt;script&gt;" in page
    assert "成绩：" in page
    plain = Tags(page)
    assert plain.tags.isdisjoint({"script", "b", "img", "a", "iframe", "link", "form", "object"})
    assert plain.attributes <= {"lang", "charset", "name", "content", "http-equiv", "class"}
    assert not [line for line in lines if line in page]


def test_what_is_here_already_is_not_asked_for_again(
    room: Room, run: str, handed_in: str, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assess.give_up(town.f, handed_in)
    room.do("FetchFeedback", run, FIRST)
    monkeypatch.setattr("hub.client.Portal.feedback", lambda *_: pytest.fail("asked again"))
    room.do("FetchFeedback", run, FIRST)


def test_one_s_feedback_is_for_nobody_else(
    rooms: Callable[..., Room], run: str, handed_in: str, town: Town
) -> None:
    assess.give_up(town.f, handed_in)
    for who in ("colleague", "stranger", "instructor"):
        rooms(who).enter()
        with pytest.raises(PortalError, match=r"thing\.missing"):
            from_environment().feedback(handed_in)
    with pytest.raises(ExchangeError, match="还没有报名"):
        rooms("stranger").do("FetchFeedback", run, FIRST)


def test_a_submission_that_could_not_be_graded_gets_a_page_that_says_so(
    room: Room, run: str, handed_in: str, town: Town
) -> None:
    assess.give_up(town.f, handed_in)
    room.do("FetchFeedback", run, FIRST)
    page = the_page(room, run)
    assert "评阅失败" in page
    assert "评阅服务出了故障，作业已妥善保存" in page
