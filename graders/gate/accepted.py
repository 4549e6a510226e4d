"""The author's own word on mutants that behave like the reference: a file of the course, a reason for each, nothing silent."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

FILE = "accepted-mutants.toml"


@dataclass(frozen=True)
class Accepted:
    """One reviewed entry: a mutant's name (12 hexadecimal digits), or `hollow:KIND` for a test that may pay it."""

    assignment: str
    cell: str
    mutant: str
    reason: str


class NotReadable(ValueError):  # noqa: N818 - says what it is
    """The file is no list of reviewed mutants."""


def read_accepted(data: bytes, assignment: str = "") -> tuple[Accepted, ...]:
    """The entries of one assignment, or all without one; raises NotReadable."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise NotReadable(str(error)) from error
    rows = table.get("accepted", [])
    if set(table) - {"accepted"} or not isinstance(rows, list):
        raise NotReadable("只能有 [[accepted]]")
    found = [_entry(row, number) for number, row in enumerate(rows, 1)]
    return tuple(one for one in found if assignment in ("", one.assignment))


def _entry(row: object, number: int) -> Accepted:
    names = ("assignment", "cell", "mutant", "reason")
    if not isinstance(row, dict) or set(row) != set(names):
        raise NotReadable(f"第 {number} 项要有 {'、'.join(names)} 四项")
    values = [row[name] for name in names]
    if not all(isinstance(value, str) and value.strip() for value in values):
        raise NotReadable(f"第 {number} 项的每一项都要写")
    return Accepted(*(value.strip() for value in values))
