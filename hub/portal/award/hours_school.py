"""管: the hours of a school's teachers as a list, the list on the way out, and outside training by sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.domain.hours_list import PURPOSES, Asked
from hub.domain.hours_sheet import CHOICES, COLUMNS, Report
from hub.journey.award import hours_import, hours_school
from hub.portal.base import Page
from hub.portal.forms import page_of
from hub.portal.sheets import SheetPage, SheetTemplate
from hub.sources.roster_out import table_csv


class School(Page):
    """/hours/school: who is short of what; a post takes the list out as CSV."""

    scope = "all"
    verb = "hours.import"

    def asked(self) -> Asked:
        """What the address asks for; whatever makes no sense is left out."""

        def number(name: str) -> int | None:
            text = self.get_argument(name, "")
            return int(text) if text.isdecimal() and len(text) < 7 else None

        down = self.get_argument("down", "") == "1"
        return Asked(
            self.get_argument("sort", "name"), down, number("short"), page_of(self.get_argument("page", ""))
        )

    async def get(self) -> None:
        org = self.get_argument("org", "")
        view = await self.do(hours_school.school, self.f, self.me, org, self.asked())
        self.page("hours_school.html", view=view, purposes=PURPOSES, page_size=hours_school.PAGE)

    async def post(self) -> None:
        org, purpose = self.get_argument("org", ""), self.field("purpose")
        rows = await self.do(hours_school.export, self.f, self.me, org, self.asked(), purpose)
        data = await self.do(table_csv, rows)
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="hours.csv"')
        self.finish(data)


class HoursImport(SheetPage):
    """/hours/import"""

    scope = "all"
    verb = "hours.import"
    template = "hours_import.html"
    columns = COLUMNS

    async def check(self, org: str, rows: Sequence[Any]) -> Report:
        return await self.do(hours_import.check, self.f, self.me, org, rows)

    async def carry_out(self, org: str, rows: Sequence[Any], digest: str) -> Report:
        return await self.do(hours_import.import_hours, self.f, self.me, org, rows, digest)


class HoursTemplate(SheetTemplate):
    """/hours/import/template.csv and .xlsx"""

    scope = "all"
    verb = "hours.import"
    columns = COLUMNS
    title = "外部培训学时"
    choices = CHOICES


ROUTES: list[tuple[str, type[Any]]] = [
    ("/hours/school", School),
    ("/hours/import", HoursImport),
    ("/hours/import/template\\.(csv|xlsx)", HoursTemplate),
]
