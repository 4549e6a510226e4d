"""Packages: whoever builds or releases one is killed at every step, and another finishes what a verifier accepts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hub import faults
from hub.domain.title import PackageState
from hub.journey.award import package_release, packages
from hub.journey.ports import Fittings
from hub.records.verify import check_package
from hub.settings import CHECKOUT, Settings
from tests.award.title_town import TitleTown, build_title_town
from tests.people import Town

_BEGIN = """
import sys
from hub import faults
from hub.journey import enter
from hub.journey.award import package_build, package_release
from hub.settings import load
from hub.wiring import engine_for, fittings
settings = load()
faults.arm(settings.home)
f = fittings(settings, engine_for(settings))
"""
_BUILD = "while package_build.work_on(f, 2):\n    pass\n"
_RELEASE = """
with f.work() as work:
    who = enter.actor(work, sys.argv[2], f.clock.now())
package_release.release(f, who, sys.argv[1])
"""


def process(settings: Settings, deed: str, fault: str = "", *arguments: str) -> int:
    """Do it in a process of its own, which dies at ``fault``; what it ended with."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("LUOJIAO_")} | {
        "LUOJIAO_HOME": str(settings.home),
        "LUOJIAO_DATABASE_URL": settings.database_url,
        "LUOJIAO_DEMO": "xs",
    }
    if fault:
        (settings.home / faults.PERMIT).touch()
        env[faults.VARIABLE] = fault
    argv = [sys.executable, "-c", _BEGIN + deed, *arguments]
    return subprocess.run(argv, cwd=CHECKOUT, env=env, timeout=120, check=False).returncode


@pytest.fixture
def titles(f: Fittings, engine: Engine, town: Town) -> TitleTown:
    return build_title_town(f, engine, town)


def accepted(titles: TitleTown, number: str, folder: Path) -> bool:
    """Whether the released package is one that the verifier takes."""
    name, file = packages.download(titles.f, titles.actor("reader"), number)
    with file:
        (folder / name).write_bytes(file.read())
    return check_package(folder / name, titles.f.signer.public()) == []


@pytest.mark.parametrize("point", ["package.records_made", "package.records_kept", "package.zip_kept"])
def test_a_builder_killed_at_a_step_is_followed_by_one_that_finishes(
    titles: TitleTown, settings: Settings, tmp_path: Path, point: str
) -> None:
    for key in ("lin", "he", "wu"):
        titles.certified(key)
    package = titles.prepared()
    assert process(settings, _BUILD, point) == -signal.SIGKILL
    assert process(settings, _BUILD) == 0
    with titles.f.work() as work:
        built = work.packages.package(package.number)
    assert built is not None and built.state is PackageState.BUILT
    package_release.release(titles.f, titles.actor("releaser"), package.number)
    assert accepted(titles, package.number, tmp_path)


def test_who_is_killed_while_signing_has_released_nothing_and_another_releases(
    titles: TitleTown, settings: Settings, tmp_path: Path
) -> None:
    titles.certified("lin")
    package = titles.built()
    died = process(settings, _RELEASE, "package.signed", package.number, titles.uid("releaser"))
    assert died == -signal.SIGKILL
    with titles.f.work() as work:
        left = work.packages.package(package.number)
    assert left is not None and left.state is PackageState.BUILT
    package_release.release(titles.f, titles.actor("releaser"), package.number)
    assert accepted(titles, package.number, tmp_path)
