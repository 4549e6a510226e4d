"""A running platform for each file of tests in this folder; how it is made lies with the tests of operations."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "operations"))

from running import Platform, platform_in


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with platform_in("lj-spawning-") as found:
        started = found.run("up", "--detach")
        assert started.returncode == 0, started.stdout
        yield found
