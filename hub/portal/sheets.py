"""A page that takes a sheet: a check that writes nothing, then the import of exactly what was checked; and its template."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, ClassVar

from hub.domain.errors import Refusal, refuse
from hub.domain.people import scope_of
from hub.domain.sheet import RowsRefused, SheetReport
from hub.portal.base import Page
from hub.sources import roster_files, roster_out

_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class SheetPage(Page):
    """The page of one kind of sheet. A subclass names its template and columns, and calls its journeys."""

    template: ClassVar[str]
    columns: ClassVar[tuple[Any, ...]]

    async def check(self, org: str, rows: Sequence[Any]) -> SheetReport[Any]:
        """What importing would do. Called with the rows of a file that could be read."""
        raise NotImplementedError

    async def carry_out(self, org: str, rows: Sequence[Any], digest: str) -> SheetReport[Any]:
        """Do what the check of ``digest`` announced. Called when somebody has read the report and agreed."""
        raise NotImplementedError

    async def get(self) -> None:
        self.show()

    def show(self, **facts: Any) -> None:
        """The page, in whatever state it is."""
        grants = scope_of(self.me, str(self.verb))
        if not grants:
            raise refuse("access.denied")
        known = {"report": None, "refusal": None, "file": "", "org": grants[0].org, "ignored": ()}
        self.page(self.template, grants=grants, **(known | facts))

    async def post(self) -> None:
        org = self.field("org")
        try:
            data = self._file()
            sheet = await self.do(roster_files.read, data, self.columns)
            if digest := self.field("digest"):
                self.show(report=await self.carry_out(org, sheet.rows, digest), org=org)
            else:
                report = await self.check(org, sheet.rows)
                kept = base64.b64encode(data).decode()
                self.show(report=report, org=org, file=kept, ignored=sheet.ignored)
        except Refusal as refusal:
            self.set_status(400)
            seen = refusal.report if isinstance(refusal, RowsRefused) else None
            self.show(refusal=refusal, report=seen, org=org)

    def _file(self) -> bytes:
        """The uploaded file, or the one that was checked a moment ago."""
        sent = self.request.files.get("sheet")
        if sent:
            return bytes(sent[0]["body"])
        if again := self.field("file"):
            try:
                return base64.b64decode(again, validate=True)
            except ValueError:
                raise refuse("roster.unreadable", why="请重新选择文件") from None
        raise refuse("roster.unreadable", why="还没有选择文件")


class SheetTemplate(Page):
    """An empty sheet to fill in, as csv or xlsx."""

    columns: ClassVar[tuple[Any, ...]]
    title: ClassVar[str]
    choices: ClassVar[dict[str, list[str]]]

    async def get(self, form: str) -> None:
        if form == "xlsx":
            data = await self.do(roster_out.template_xlsx, self.columns, self.title, self.choices)
        else:
            data = await self.do(roster_out.template_csv, self.columns)
        self.set_header("Content-Type", _KINDS[form])
        kind = self.request.path.split("/")[1]
        self.set_header("Content-Disposition", f'attachment; filename="{kind}-template.{form}"')
        self.finish(data)
