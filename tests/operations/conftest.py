"""One running platform for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from running import Platform, platform_in


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with platform_in("lj-operations-") as found:
        started = found.run("up", "--detach")
        assert started.returncode == 0, started.stdout
        yield found
