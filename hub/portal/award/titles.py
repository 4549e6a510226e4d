"""评: titles that people hold, by list and by sheet; and what a year's review makes of the certificate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.domain.errors import Refusal, refuse
from hub.domain.holding_sheet import COLUMNS, Report, choices
from hub.domain.people import may, scope_of
from hub.domain.title import WEIGHT_NAMES
from hub.journey.award import title_settings, titles
from hub.portal.base import Page
from hub.portal.forms import whole
from hub.portal.sheets import SheetPage
from hub.sources import roster_out


class Titles(Page):
    """/titles: what is noted of one's school, or of the places below."""

    scope = "all"
    verb = "title.note"

    async def get(self) -> None:
        grants = scope_of(self.me, "title.note")
        if not grants:
            raise refuse("access.denied")
        org = self.get_argument("org", "") or grants[0].org
        view = await self.do(titles.staff, self.f, self.me, org)
        self.page("titles.html", view=view, grants=grants)


class TitlesSheet(SheetPage):
    """/titles/import"""

    scope = "all"
    verb = "title.note"
    template = "titles_sheet.html"
    columns = COLUMNS

    async def check(self, org: str, rows: Sequence[Any]) -> Report:
        return await self.do(titles.check, self.f, self.me, org, rows)

    async def carry_out(self, org: str, rows: Sequence[Any], digest: str) -> Report:
        return await self.do(titles.import_holdings, self.f, self.me, org, rows, digest)


class TitlesTemplate(Page):
    """/titles/import/template.csv and .xlsx"""

    scope = "all"
    verb = "title.note"

    async def get(self, form: str) -> None:
        if form == "xlsx":
            picks = choices(self.f.titles.ladders)
            data = await self.do(roster_out.template_xlsx, COLUMNS, "职务", picks)
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        else:
            data, kind = await self.do(roster_out.template_csv, COLUMNS), "text/csv; charset=utf-8"
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", f'attachment; filename="titles-template.{form}"')
        self.finish(data)


class TitleSettings(Page):
    """/titles/settings: 必备, 加分 or 参考, series by series; whoever notes titles may look."""

    scope = "all"
    verb = "title.note"

    async def get(self) -> None:
        year = self.get_argument("year", "")
        await self.show(whole(year, "年度") if year else None)

    async def show(self, year: int | None, refusal: Refusal | None = None) -> None:
        """The page of a year, also beside a refusal."""
        view = await self.do(title_settings.of_year, self.f, self.me, year)
        may_set = may(self.me, "title.set")
        self.page("title_settings.html", view=view, may_set=may_set, names=WEIGHT_NAMES, refusal=refusal)

    async def post(self) -> None:
        year = whole(self.field("year"), "年度")
        try:
            await self.do(
                title_settings.set_weight, self.f, self.me, year, self.field("series"), self.field("weight")
            )
        except Refusal as refusal:
            if refusal.code != "title.setting":
                raise
            self.set_status(400)
            await self.show(None, refusal)
            return
        self.redirect(f"/titles/settings?year={year}")


ROUTES: list[tuple[str, type[Any]]] = [
    ("/titles", Titles),
    ("/titles/import", TitlesSheet),
    ("/titles/import/template\\.(csv|xlsx)", TitlesTemplate),
    ("/titles/settings", TitleSettings),
]
