"""What may be shown of counts over few people: small cells are suppressed, and so is what would give them away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MIN_TEACHERS = 5
MIN_STUDENTS = 10


def suppress(rows: Sequence[Mapping[str, int]], base: str, least: int) -> list[dict[str, int | None]]:
    """Rows of counts as they may be shown; None is a suppressed cell.

    A row whose ``base`` (people on roll) is below ``least`` is hidden whole. Where the others and a total would
    give a single hidden row away, the next smallest row is hidden with it. A count of some of a row's people is
    shown even when small: it names nobody as long as the group it is of is large enough.
    """
    hidden = {i for i, row in enumerate(rows) if 0 < row[base] < least}
    if len(hidden) == 1:
        rest = [i for i, row in enumerate(rows) if i not in hidden and row[base] > 0]
        if rest:
            hidden.add(min(rest, key=lambda i: (rows[i][base], i)))
    return [dict.fromkeys(row, None) if i in hidden else dict(row) for i, row in enumerate(rows)]
