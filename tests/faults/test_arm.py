"""Planted faults are for tests: nothing is planted where the data folder does not allow it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hub import faults
from hub.operations.services import base_env
from hub.settings import CHECKOUT, load


@pytest.fixture(autouse=True)
def disarmed() -> object:
    yield
    faults._Armed.point = ""


def test_without_a_permit_a_process_that_is_asked_to_fail_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(faults.FaultError, match="只用于测试"):
        faults.arm(tmp_path, "lease.taken")
    env = {k: v for k, v in os.environ.items() if not k.startswith("LUOJIAO_")}
    env |= {"LUOJIAO_HOME": str(tmp_path), "LUOJIAO_FAULT": "lease.taken", "LUOJIAO_DEMO": "1"}
    for module in ("hub.worker", "hub.portal"):
        done = subprocess.run(
            [sys.executable, "-m", module],
            cwd=CHECKOUT,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode not in (0, -9), module
        assert "faults-allowed" in done.stderr, done.stderr[-500:]


@pytest.mark.parametrize("fault", ["lease.takn", "lease.taken:explode", ":kill", "lease.taken:kill:twice"])
def test_a_fault_that_nobody_knows_is_refused(tmp_path: Path, fault: str) -> None:
    (tmp_path / faults.PERMIT).touch()
    with pytest.raises(faults.FaultError):
        faults.arm(tmp_path, fault)


def test_nothing_happens_at_a_point_unless_it_is_armed(tmp_path: Path) -> None:
    for point in faults.POINTS:
        faults.reached(point)
    (tmp_path / faults.PERMIT).touch()
    faults.arm(tmp_path, "verdict.row:disk")
    faults.reached("lease.taken")
    with pytest.raises(OSError, match="space"):
        faults.reached("verdict.row")


def test_the_platform_passes_no_fault_on_to_its_services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(faults.VARIABLE, "lease.taken")
    settings = load({"LUOJIAO_HOME": str(tmp_path)})
    assert faults.VARIABLE not in base_env(settings)
