"""Builds every release of the catalogue twice, once for all tests of this folder."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from course_play import ASSIGNMENTS, Builds

from courses.loader import load_catalogue
from courses.release import build_release


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `assignment` or `course` is run for every one in the catalogue."""
    if "assignment" in metafunc.fixturenames:
        metafunc.parametrize("assignment", ASSIGNMENTS, ids=[a.key for a in ASSIGNMENTS])
    if "course" in metafunc.fixturenames:
        courses = load_catalogue()
        metafunc.parametrize("course", courses.values(), ids=list(courses))


@pytest.fixture(scope="session")
def builds() -> Builds:
    """Two builds of each release, side by side in worker threads, as a server would make them."""
    before = Path.cwd()
    with ThreadPoolExecutor(2) as pool:
        first = list(pool.map(build_release, ASSIGNMENTS))
        second = list(pool.map(build_release, ASSIGNMENTS))
    assert Path.cwd() == before, "the server's working directory was changed"
    return {a.key: pair for a, pair in zip(ASSIGNMENTS, zip(first, second, strict=True), strict=True)}
