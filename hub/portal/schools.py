"""管: the list of schools, its dry-run report row by row, and the import itself."""

from __future__ import annotations

import base64
from typing import Any

from hub.domain.errors import Refusal, refuse
from hub.domain.people import scope_of
from hub.domain.school_list import CHOICES, COLUMNS
from hub.journey import schools
from hub.journey.schools import SchoolsRefused
from hub.portal.base import Page
from hub.sources import roster_files, roster_out


class Schools(Page):
    """/schools: first a check that writes nothing, then the import of exactly what was checked."""

    scope = "all"
    verb = "schools.import"

    async def get(self) -> None:
        self.show()

    def show(self, **facts: Any) -> None:
        """The page, in whatever state it is."""
        grants = scope_of(self.me, "schools.import")
        if not grants:
            raise refuse("access.denied")
        known = {"report": None, "refusal": None, "file": "", "org": grants[0].org, "ignored": ()}
        self.page("schools.html", grants=grants, **(known | facts))

    async def post(self) -> None:
        org = self.field("org")
        try:
            data = self._file()
            sheet = await self.do(roster_files.read, data, COLUMNS)
            if digest := self.field("digest"):
                report = await self.do(schools.import_schools, self.f, self.me, org, sheet.rows, digest)
                self.show(report=report, org=org)
            else:
                report = await self.do(schools.check, self.f, self.me, org, sheet.rows)
                kept = base64.b64encode(data).decode()
                self.show(report=report, org=org, file=kept, ignored=sheet.ignored)
        except SchoolsRefused as refusal:
            self.set_status(400)
            self.show(refusal=refusal, report=refusal.report, org=org)
        except Refusal as refusal:
            self.set_status(400)
            self.show(refusal=refusal, org=org)

    def _file(self) -> bytes:
        """The uploaded file, or the one that was checked a moment ago."""
        sent = self.request.files.get("schools")
        if sent:
            return bytes(sent[0]["body"])
        if again := self.field("file"):
            try:
                return base64.b64decode(again, validate=True)
            except ValueError:
                raise refuse("roster.unreadable", why="请重新选择文件") from None
        raise refuse("roster.unreadable", why="还没有选择文件")


class SchoolsTemplate(Page):
    """/schools/template.csv and .xlsx"""

    scope = "all"
    verb = "schools.import"

    async def get(self, form: str) -> None:
        if form == "xlsx":
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            data = await self.do(roster_out.template_xlsx, COLUMNS, "学校", CHOICES)
        else:
            kind = "text/csv; charset=utf-8"
            data = await self.do(roster_out.template_csv, COLUMNS)
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", f'attachment; filename="schools-template.{form}"')
        self.finish(data)


ROUTES: list[tuple[str, type[Any]]] = [
    ("/schools", Schools),
    ("/schools/template\\.(csv|xlsx)", SchoolsTemplate),
]
