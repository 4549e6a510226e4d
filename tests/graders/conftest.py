"""Fixtures of the grading tests: honest work is given its time, what is meant to hang is cut soon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import papers
import pytest
from hypothesis import settings

from graders.grade import grade
from graders.verdict import Verdict

settings.register_profile("many", max_examples=10_000)  # for `make malformed`
PATIENT = replace(papers.TIGHT, cell_seconds=30.0)


@pytest.fixture(scope="session")
def graded() -> Callable[..., Verdict]:
    """Grade cells (or bytes) against the small assignment."""

    def run(given: list[dict[str, Any]] | bytes, source: bytes = b"", **more: Any) -> Verdict:
        data = given if isinstance(given, bytes) else papers.notebook(given)
        return grade(
            source or papers.source(),
            data,
            more.pop("files", None),
            limits=more.pop("limits", PATIENT),
            **more,
        )

    return run
