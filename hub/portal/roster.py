"""管: roster upload, its dry-run report row by row, and the import itself."""

from __future__ import annotations

import base64
from typing import Any

from hub.domain.errors import Refusal, refuse
from hub.domain.people import scope_of
from hub.journey import roster
from hub.journey.roster import RowsRefused
from hub.portal.base import Page
from hub.sources import roster_files, roster_out


class Roster(Page):
    """/roster: first a check that writes nothing, then the import of exactly what was checked."""

    scope = "all"
    verb = "roster.import"

    async def get(self) -> None:
        self.show()

    def show(self, **facts: Any) -> None:
        """The page, in whatever state it is."""
        grants = scope_of(self.me, "roster.import")
        if not grants:
            raise refuse("access.denied")
        known = {"report": None, "refusal": None, "done": False, "file": "", "org": grants[0].org}
        self.page("roster.html", grants=grants, **(known | facts))

    async def post(self) -> None:
        org = self.field("org")
        try:
            data = self._file()
            rows = (await self.do(roster_files.read, data)).rows
            synthetic = self.portal.settings.allow_synthetic_id
            kept = {"file": base64.b64encode(data).decode(), "org": org}
            if digest := self.field("digest"):
                report = await self.do(
                    roster.import_roster, self.f, self.me, org, rows, digest, synthetic_ids=synthetic
                )
                self.show(report=report, done=True, org=org)
            else:
                report = await self.do(roster.check, self.f, self.me, org, rows, synthetic_ids=synthetic)
                self.show(report=report, **kept)
        except RowsRefused as refusal:
            self.set_status(400)
            self.show(refusal=refusal, report=refusal.report, org=org)
        except Refusal as refusal:
            self.set_status(400)
            self.show(refusal=refusal, org=org)

    def _file(self) -> bytes:
        """The uploaded file, or the one that was checked a moment ago."""
        sent = self.request.files.get("roster")
        if sent:
            return bytes(sent[0]["body"])
        if again := self.field("file"):
            try:
                return base64.b64decode(again, validate=True)
            except ValueError:
                raise refuse("roster.unreadable", why="请重新选择文件") from None
        raise refuse("roster.unreadable", why="还没有选择文件")


class Template(Page):
    """/roster/template.csv and .xlsx"""

    scope = "all"
    verb = "roster.import"

    async def get(self, form: str) -> None:
        kinds = {
            "csv": "text/csv; charset=utf-8",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
        data = await self.do(roster_out.template_xlsx if form == "xlsx" else roster_out.template_csv)
        self.set_header("Content-Type", kinds[form])
        self.set_header("Content-Disposition", f'attachment; filename="roster-template.{form}"')
        self.finish(data)


ROUTES: list[tuple[str, type[Any]]] = [
    ("/roster", Roster),
    ("/roster/template\\.(csv|xlsx)", Template),
]
