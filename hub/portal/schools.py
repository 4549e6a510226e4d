"""管: the list of schools and teaching points, by sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.domain.school_list import CHOICES, COLUMNS
from hub.domain.school_plan import Report
from hub.journey import schools
from hub.portal.sheets import SheetPage, SheetTemplate


class Schools(SheetPage):
    """/schools"""

    scope = "all"
    verb = "schools.import"
    template = "schools.html"
    columns = COLUMNS

    async def check(self, org: str, rows: Sequence[Any]) -> Report:
        return await self.do(schools.check, self.f, self.me, org, rows)

    async def carry_out(self, org: str, rows: Sequence[Any], digest: str) -> Report:
        return await self.do(schools.import_schools, self.f, self.me, org, rows, digest)


class SchoolsTemplate(SheetTemplate):
    """/schools/template.csv and .xlsx"""

    scope = "all"
    verb = "schools.import"
    columns = COLUMNS
    title = "学校"
    choices = CHOICES


ROUTES: list[tuple[str, type[Any]]] = [
    ("/schools", Schools),
    ("/schools/template\\.(csv|xlsx)", SchoolsTemplate),
]
