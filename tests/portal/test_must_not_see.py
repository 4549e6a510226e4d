"""The nine things that nobody must see, one test each; where rooms and graders hold them, the test says which tests prove it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hub.domain.access import COMING, RESOURCES, VERBS, Reach, cell, watermark
from hub.domain.disclosure import MIN_STUDENTS, MIN_TEACHERS
from hub.domain.people import PERMISSIONS, Role
from hub.journey import overview, read, study
from hub.journey.enter import beijing_day
from hub.portal.app import ROUTES
from hub.portal.base import PUBLIC, Page
from hub.portal.menu import entries
from hub.settings import CHECKOUT
from tests.assess.hand import hand_in
from tests.conftest import HandClock, rows
from tests.people import EAST, FAR_SCHOOL, FIRST, OTHER_SCHOOL, SCHOOL, Town
from tests.portal.conftest import Site
from tests.portal.test_access import verbs


def pages(site: Site, who: str) -> str:
    """Everything that somebody's menu leads to, and what those pages hold."""
    visitor, actor = site.visitor(who), site.town.actor(who)
    told = []
    for address in {a for entry in entries(actor) for _, a in entry.pages}:
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        told.append(answer.text.split('<main id="main">')[1])
    return "".join(told)


def test_1_one_county_sees_nothing_of_another_below_its_sum(site: Site) -> None:
    visitor = site.visitor("county")
    for org in (EAST, FAR_SCHOOL):
        assert visitor.get(f"/overview?org={org}").status_code == 404
    assert "瀍河" not in pages(site, "county")


@pytest.mark.parametrize("who", ["county", "city"])
def test_2_an_official_without_the_personnel_role_reads_no_teachers_name(site: Site, who: str) -> None:
    """Whoever failed (不合格) is named to nobody but hr: the other officials have no page with names at all."""
    told = pages(site, who)
    for teacher in ("teacher", "colleague", "stranger"):
        assert site.town.actor(teacher).name not in told
    for resource in ("ratings", "hours"):
        for role in (Role.CITY_OFFICIAL, Role.COUNTY_OFFICIAL):
            assert cell(resource, role.value).reach is Reach.AGGREGATE
    named = {
        "panel.tend",
        "application.county",
        "application.confirm",
        "identity.read",
        "title.note",
        "title.set",
    }
    for verb in named:
        assert not PERMISSIONS[verb] & {Role.CITY_OFFICIAL, Role.COUNTY_OFFICIAL}, verb


def test_3_no_sum_over_too_few_and_none_that_gives_a_hidden_one_away(town: Town) -> None:
    """The rule itself, over all tables: tests/award/test_domain.py. Here: what an official is shown of schools with few."""
    assert (MIN_TEACHERS, MIN_STUDENTS) == (5, 10)
    shown = overview.overview(town.f, town.actor("county"), None)
    for row in shown.rows:
        staff = row.counts["staff"]
        assert staff is None or staff == 0 or staff >= MIN_TEACHERS, row
        if staff is None:
            assert set(row.counts.values()) == {None}
    hidden = [row for row in shown.rows if row.counts["staff"] is None]
    assert len(hidden) != 1 or shown.total["staff"] is None


def test_4_students_and_parents_see_nothing_of_teachers_training(site: Site) -> None:
    visitor = site.visitor("student")
    for address in ("/competencies", "/certificates", "/overview", "/people", "/review", "/issued"):
        assert visitor.get(address).status_code == 403, address
    for resource in ("hours", "ratings", "evidence_files", "reviewers", "id_numbers", "titles", "kpi_board"):
        for role in ("student", "parent"):
            assert cell(resource, role).reach is Reach.NONE, (resource, role)


def test_5_whoever_moves_loses_the_old_class_that_day_and_takes_their_portfolio_along(
    town: Town, engine: Engine, clock: HandClock
) -> None:
    run = town.run()
    study.enrol(town.f, town.actor("teacher"), run)
    town.released(run)
    hand_in(town, run)
    admin = town.actor("school_admin")
    today = beijing_day(clock.now())
    with town.f.work() as work:
        uid = town.uids["teacher"]
        work.people.leave(uid, SCHOOL, today)
        work.people.ungrant(uid, SCHOOL, today)
        work.people.join(uid, OTHER_SCHOOL, today, staff_no="", subject="")
        work.people.grant(uid, Role.TEACHER, OTHER_SCHOOL, today, "test")
        members = {p.uid for p in work.people.members(SCHOOL, today)}
    moved = town.actor("teacher")
    assert moved.schools == (OTHER_SCHOOL,)
    assert {g.org for g in moved.grants} == {OTHER_SCHOOL}
    assert uid not in members
    assert admin.uid in members
    assert [view.run.id for view in read.studying(town.f, moved)] == [run]  # what they did is still theirs
    assert rows(engine, "SELECT person FROM submissions") == [(uid,)]


def test_6_social_learners_get_no_directory_no_search_of_people_and_no_students_posts(site: Site) -> None:
    """Nothing is built for them yet: their cells say no, no verb is theirs, and a stranger finds no list of people."""
    assert "social_learner" in COMING
    for resource in ("student_roster", "organisations", "accounts", "student_grades"):
        assert cell(resource, "social_learner").reach in (Reach.NONE, Reach.OWN)
    assert cell("community", "social_learner").reach is Reach.PUBLIC
    visitor = site.visitor()
    for path, handler in ROUTES:
        if (
            handler.scope == PUBLIC
            and issubclass(handler, Page)
            and "(" not in path
            and "get" in verbs(handler)
        ):
            answer = visitor.get(path)
            for who in ("teacher", "student", "school_admin"):
                assert site.town.actor(who).name not in answer.text, path
            assert "涧西第一小学" not in answer.text, path


def test_7_the_system_administrator_opens_no_submission(site: Site) -> None:
    town = site.town
    run = town.run()
    study.enrol(town.f, town.actor("teacher"), run)
    town.released(run)
    made = hand_in(town, run)
    visitor = site.visitor("sys_admin")
    for path in (
        f"/marking/{made}",
        f"/learn/{run}/{FIRST}",
        f"/learn/{run}/{FIRST}/receipts/{made}",
        f"/teach/{run}",
    ):
        assert visitor.get(path).status_code == 403, path
    told = pages(site, "sys_admin")
    for secret in (town.actor("teacher").name, town.actor("teacher").login):
        assert secret not in told
    assert {verb for verb, roles in PERMISSIONS.items() if Role.SYS_ADMIN in roles} == {
        "system.read",
        "grading.tend",
    }


@pytest.mark.parametrize(
    ("file", "story"),
    [
        (
            "tests/spawning/test_room_walls.py",
            "test_no_server_of_the_machine_or_of_a_neighbour_can_be_reached",
        ),
        ("tests/spawning/test_homes.py", "test_a_home_is_made_once_private_and_keeps_its_number"),
        ("tests/courses/test_release.py", "test_a_release_holds_no_markers_no_solutions_and_no_hidden_tests"),
        ("tests/courses/test_release.py", "test_a_release_that_leaks_is_refused"),
    ],
)
def test_8_no_learner_reads_anothers_notebook_and_no_hidden_test_enters_a_room(file: str, story: str) -> None:
    """Proved where it is held: behind the walls of rooms, and where releases are built. Here: that those proofs are there."""
    assert story in Path(CHECKOUT / file).read_text("utf-8"), file


def test_8_and_no_file_of_a_release_holds_a_hidden_test(town: Town) -> None:
    run = town.run()
    study.enrol(town.f, town.actor("teacher"), run)
    town.released(run)
    for data in study.files_for(town.f, town.actor("teacher"), run, FIRST).values():
        assert b"BEGIN HIDDEN" not in data
        assert b"BEGIN SOLUTION" not in data


# Routes that give files away. Every one that holds people's data carries hub.domain.access.watermark; a new one is named here.
_EMPTY_OR_OWN = {
    "/roster/template.{}": "an empty template",
    "/schools/template.{}": "an empty template",
    "/titles/import/template.{}": "an empty template",
    "/verify/verify.py": "the verifier, the same for everybody",
    "/learn/{}/{}/receipts/{}": "one's own receipt",
    "/hours/import/template.{}": "an empty template",
    "/certificates/{}{}": "one's own certificate",
    "/dossiers/{}/receipt": "one's own receipt",
    "/hours": "a signed statement of one's own hours",
    "/hours/school/{}": "a signed statement for the teacher whose it is",
    "/frameworks/{}/export.json": "no person in it",
}
_WATERMARKED = {
    "/hours/school": "first line: who, when, what for; tests/award and tests/portal/test_hours_pages.py",
    "/packages/{}/zip": "the manifest names preparer and purpose, the signature who released it",
}


def test_9_every_export_says_who_took_it_and_what_for() -> None:
    """A handler that sends an attachment is an export, or says why it is none."""
    import inspect

    givers = {
        re.sub(r"\([^()]*\)\??", "{}", path).replace("\\", "")
        for path, handler in ROUTES
        if "Content-Disposition"
        in "".join(inspect.getsource(c) for c in handler.__mro__ if c.__module__.startswith("hub.portal"))
    }
    assert givers - set(_EMPTY_OR_OWN) == set(_WATERMARKED)
    mark = watermark("t10000001", "年度报送", "2026年11月28日")
    assert "t10000001" in mark and "年度报送" in mark
    assert VERBS["package.release"] == "bulk_export" and RESOURCES["bulk_export"].cells["city_hr"].star
