"""Fixtures of the grading tests: tight limits, so that what hangs is cut soon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import papers
import pytest

from graders.grade import grade
from graders.runner import GradeLimits
from graders.verdict import Verdict
from zygote.spec import MB, Limits

TIGHT = GradeLimits(
    walls=Limits(wall_seconds=40.0, cpu_seconds=40, memory_bytes=300 * MB, address_bytes=2048 * MB),
    cell_seconds=4.0,
)


@pytest.fixture(scope="session")
def graded() -> Callable[..., Verdict]:
    """Grade cells (or bytes) against the small assignment."""

    def run(given: list[dict[str, Any]] | bytes, source: bytes = b"", **more: Any) -> Verdict:
        data = given if isinstance(given, bytes) else papers.notebook(given)
        return grade(source or papers.source(), data, more.pop("files", None), limits=TIGHT, **more)

    return run
