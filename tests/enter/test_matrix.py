"""The permission matrix and the permissions say the same, and so does the page that people read."""

from __future__ import annotations

import itertools

import pytest

from hub.domain.access import (
    COLUMNS,
    COMING,
    RESOURCES,
    STARRED,
    VERBS,
    Reach,
    cell,
    starred_roles,
    watermark,
)
from hub.domain.offices import ADMINISTRATORS, PRIVILEGED, clash, misplaced
from hub.domain.organisation import Level
from hub.domain.people import PERMISSIONS, Role
from tests.enter.permissions_page import PAGE, page

# Cells that nothing is built for yet, or that are a page of everybody's own: (row, role) -> why. Empty it as things come.
NOT_YET = {
    ("kpi_board", "teacher"): "teachers have no board of their school yet",
    ("hours", "city_official"): "hours in numbers are on the overview",
    ("hours", "county_official"): "hours in numbers are on the overview",
    ("hours", "hr_reader"): "inside the released packages",
    ("ratings", "city_official"): "in numbers, on the overview",
    ("ratings", "county_official"): "in numbers, on the overview",
    ("ratings", "hr_reader"): "inside the released packages",
    ("evidence_files", "city_hr"): "with an approval only: approvals.reading",
    ("evidence_files", "county_hr"): "with an approval only: approvals.reading",
    ("evidence_files", "school_admin"): "on the review's page: application.school",
    ("reviewers", "assessor"): "their own seats: dossier.assess",
    ("reviewers", "audit_admin"): "in the audit log: audit.read",
    ("id_numbers", "teacher"): "their own, masked, on the people page",
    ("id_numbers", "hr_reader"): "inside the released packages",
    ("student_roster", "city_official"): "in numbers, on the overview",
    ("student_roster", "city_hr"): "in numbers, on the overview",
    ("student_roster", "county_official"): "in numbers, on the overview",
    ("student_roster", "county_hr"): "in numbers, on the overview",
    ("student_roster", "instructor"): "the learners of their runs: run.teach",
    ("student_roster", "teacher"): "classes come later",
    ("certificates", "city_official"): "in numbers, on the overview",
    ("certificates", "student"): "no certificates for students yet",
    ("certificates", "hr_reader"): "inside the released packages",
    ("audit_log", "teacher"): "own sign-ins, /log-ins: everybody's page, no verb",
    ("audit_log", "student"): "own sign-ins, /log-ins: everybody's page, no verb",
    ("bulk_export", "county_hr"): "no export yet",
    ("bulk_export", "school_admin"): "no export yet",
    ("bulk_export", "instructor"): "no export yet",
    ("bulk_export", "teacher"): "no export yet",
    ("bulk_export", "student"): "no export yet",
    ("accounts", "instructor"): "class codes come later",
    ("titles", "teacher"): "their own record: no page yet",
}
_NO_FEATURE = {"student_grades", "student_ids", "class_ranking", "lab_traces", "hidden_tests", "community"}


def test_every_verb_belongs_to_a_row_and_no_row_names_a_verb_that_is_gone() -> None:
    """A new verb is one line in hub.domain.access.VERBS."""
    assert set(VERBS) == set(PERMISSIONS)
    assert set(VERBS.values()) <= set(RESOURCES)


@pytest.mark.parametrize("verb", sorted(PERMISSIONS))
def test_whoever_may_do_something_reaches_what_it_is_about(verb: str) -> None:
    for role in PERMISSIONS[verb]:
        assert cell(VERBS[verb], role.value).reach is not Reach.NONE, (verb, role)


def test_whoever_reaches_something_has_a_verb_for_it_or_a_reason_why_not_yet() -> None:
    able = {(VERBS[verb], role.value) for verb, roles in PERMISSIONS.items() for role in roles}
    wanted = {
        (row.key, role)
        for row in RESOURCES.values()
        for role in row.cells
        if role not in COMING and row.key not in _NO_FEATURE
    }
    assert wanted - able == set(NOT_YET)


def test_roles_to_come_have_their_column_and_do_nothing_yet() -> None:
    assert set(COMING) == {"parent", "social_learner", "provider", "research_centre"}
    assert set(COLUMNS) == {r.value for r in Role} | set(COMING)
    for role in COMING:
        assert any(role in row.cells for row in RESOURCES.values()), role


def test_stars_stand_where_the_bureau_put_them() -> None:
    assert set(STARRED) == {
        "evidence_files", "reviewers", "id_numbers", "student_grades", "student_ids", "bulk_export",
    }  # fmt: skip
    assert starred_roles("id_numbers") == {Role.CITY_HR, Role.COUNTY_HR}


def test_the_three_administrators_see_no_business_data() -> None:
    allowed = {"accounts", "audit_log", "system", "approvals", "reviewers"}
    for role in ADMINISTRATORS:
        assert {row.key for row in RESOURCES.values() if role.value in row.cells} <= allowed
    assert cell("system", "sys_admin").reach is Reach.SCOPE
    assert cell("evidence_files", "sys_admin").reach is Reach.NONE


def test_the_page_says_what_the_data_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m tests.enter.permissions_page"


def test_the_three_administrators_are_three_people_who_do_no_business() -> None:
    for one, other in itertools.permutations(ADMINISTRATORS, 2):
        assert "三个人" in str(clash(frozenset({one}), other))
    for admin in ADMINISTRATORS:
        assert clash(frozenset({Role.TEACHER}), admin) is None
        assert clash(frozenset({admin}), Role.TEACHER) is None
        for role in set(Role) - ADMINISTRATORS - {Role.TEACHER}:
            assert clash(frozenset({role}), admin), role
            assert clash(frozenset({admin}), role), role


def test_a_student_holds_nothing_else() -> None:
    for role in set(Role) - {Role.STUDENT}:
        assert clash(frozenset({Role.STUDENT}), role)
        assert clash(frozenset({role}), Role.STUDENT)
    assert clash(frozenset({Role.STUDENT}), Role.STUDENT) is None


def test_officers_of_the_bureau_may_hold_several_of_its_offices() -> None:
    assert clash(frozenset({Role.CITY_OFFICIAL, Role.TEACHER}), Role.CITY_HR) is None
    assert clash(frozenset({Role.TEACHER}), Role.ASSESSOR) is None


def test_an_office_is_held_at_its_own_level() -> None:
    assert misplaced(Role.COUNTY_HR, Level.UNIT) is None
    for role, level in (
        (Role.COUNTY_HR, Level.CITY),
        (Role.SCHOOL_ADMIN, Level.CITY),
        (Role.SEC_ADMIN, Level.SCHOOL),
    ):
        assert misplaced(role, level)
    assert misplaced(Role.REGISTRAR, Level.UNIT) is None
    assert misplaced(Role.ASSESSOR, Level.CITY) is None


def test_whoever_sees_many_people_needs_a_second_factor() -> None:
    assert {r for r in Role if r not in PRIVILEGED} == {
        Role.TEACHER, Role.STUDENT, Role.INSTRUCTOR, Role.SCHOOL_ADMIN,
    }  # fmt: skip


def test_an_export_says_who_took_it_and_what_for() -> None:
    mark = watermark("t10000001", "年度报送", "2026年11月28日")
    assert "t10000001" in mark and "年度报送" in mark and "2026" in mark
