"""Look at submitted bytes before they are kept: would they be refused as no notebook, and in which words."""

from __future__ import annotations

from graders.errors import Refused
from graders.reading import read_cells


def problem_with(data: bytes) -> str | None:
    """The Chinese sentence with which grading would refuse these bytes, or None; asked on submit, runs nothing."""
    try:
        read_cells(data)
    except Refused as refused:
        return refused.message
    return None
