"""管: the bureau's frameworks: the list, a draft begun or taken from a file, its facts, its publication."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal, refuse
from hub.domain.people import may
from hub.journey.award import criteria, drafting, framework_views
from hub.journey.award.drafting import Facts
from hub.journey.enter import beijing_day
from hub.portal import forms
from hub.portal.base import PUBLIC, STATUS, Page
from hub.sources import framework_file

EDIT = "framework.edit"
_FACTS = ("name", "doc_no", "issuer", "version")


class EditorPage(Page):
    """A page of the editor: what was typed is shown again where it is refused."""

    scope = "all"
    verb = EDIT

    def typed(self, *names: str) -> dict[str, str]:
        """These fields as they were sent."""
        return {name: self.field(name) for name in names}

    def facts(self) -> Facts:
        """The facts of a framework as they were sent."""
        return Facts(**self.typed(*_FACTS))


class Frameworks(EditorPage):
    """/frameworks"""

    async def get(self) -> None:
        self.page("frameworks.html", rows=await self.do(framework_views.listing, self.f, self.me))


class New(EditorPage):
    """/frameworks/new: a draft, empty or after a published one; ``?base=ID`` proposes to succeed that one."""

    async def get(self) -> None:
        base = self.get_argument("base", "")
        given = {"how": "succeed" if base else "", "base": base, "id": ""} | dict.fromkeys(_FACTS, "")
        await self.show(given | {"version": "1"})

    async def show(self, given: dict[str, str], refusal: Refusal | None = None) -> None:
        """The form."""
        rows = await self.do(framework_views.listing, self.f, self.me)
        self.page("framework_new.html", rows=rows, given=given, refusal=refusal)

    async def post(self) -> None:
        given = self.typed("how", "base", "id", *_FACTS)
        how, base, id = given["how"], given["base"], given["id"].strip()
        try:
            if how not in ("succeed", "vary", "empty"):
                raise refuse("request.invalid", why="请选择怎样开始")
            if how != "empty" and not base:
                raise refuse("framework.base")
            base = "" if how == "empty" else base
            await self.do(
                drafting.begin, self.f, self.me, id, self.facts(), base=base, succeeds=how == "succeed"
            )
        except Refusal as refusal:
            self.set_status(STATUS[refusal.kind])
            await self.show(given, refusal)
            return
        self.redirect(f"/frameworks/{id}")


class Import(EditorPage):
    """/frameworks/import: a draft from a file."""

    async def get(self) -> None:
        self.page("framework_import.html", refusal=None, given={"id": ""})

    async def post(self) -> None:
        given = self.typed("id")
        try:
            sent = self.request.files.get("file")
            if not sent:
                raise refuse("framework.file", why="还没有选择文件")
            whole = framework_file.read(sent[0]["body"], beijing_day(self.f.clock.now()))
            made = await self.do(drafting.take_in, self.f, self.me, whole, given["id"].strip())
        except Refusal as refusal:
            self.set_status(STATUS[refusal.kind])
            self.page("framework_import.html", refusal=refusal, given=given)
            return
        self.redirect(f"/frameworks/{made.id}")


class Framework(Page):
    """/frameworks/ID: one framework with its places. Credentials name this address: anybody opens a published one.

    The bureau works on a draft from here.
    """

    scope = PUBLIC

    async def get(self, id: str) -> None:
        if self.actor is None or not may(self.actor, EDIT):
            self.page("criteria_framework.html", view=await self.do(criteria.framework, self.f, id))
            return
        self.page("framework.html", view=await self.do(framework_views.view, self.f, self.me, id))


class Export(EditorPage):
    """/frameworks/ID/export.json"""

    async def get(self, id: str) -> None:
        view = await self.do(framework_views.view, self.f, self.me, id)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="{id}.json"')
        self.finish(framework_file.write(view.whole))


class Change(EditorPage):
    """/frameworks/ID/facts"""

    async def get(self, id: str) -> None:
        await self.show(id)

    async def show(self, id: str, refusal: Refusal | None = None) -> None:
        """The form, with what is kept or what was typed."""
        view = await self.do(framework_views.view, self.f, self.me, id)
        kept = vars(drafting.facts_of(view.framework))
        given = self.typed(*_FACTS) if refusal else kept
        self.page("framework_facts.html", view=view, given=given, kept=kept, refusal=refusal)

    async def post(self, id: str) -> None:
        try:
            await self.do(drafting.set_facts, self.f, self.me, id, self.facts(), self.field("seen"))
        except Refusal as refusal:
            if refusal.code in ("thing.missing", "framework.published"):
                raise
            self.set_status(STATUS[refusal.kind])
            await self.show(id, refusal)
            return
        self.redirect(f"/frameworks/{id}")


class Publish(EditorPage):
    """/frameworks/ID/publish: the days, and what will happen."""

    async def get(self, id: str) -> None:
        await self.show(id)

    async def show(self, id: str, refusal: Refusal | None = None) -> None:
        """The form."""
        view = await self.do(framework_views.view, self.f, self.me, id)
        one = view.framework
        kept = {"valid_from": str(one.valid_from), "valid_to": str(one.valid_to or "")}
        given = self.typed(*kept) if refusal else kept
        self.page("framework_publish.html", view=view, given=given, refusal=refusal)

    async def post(self, id: str) -> None:
        try:
            start = forms.day(self.field("valid_from"), "生效日期")
            end = forms.day(self.field("valid_to"), "失效日期") if self.field("valid_to") else None
            await self.do(drafting.publish, self.f, self.me, id, start, end, self.field("seen"))
        except Refusal as refusal:
            if refusal.code in ("thing.missing", "framework.published"):
                raise
            self.set_status(STATUS[refusal.kind])
            await self.show(id, refusal)
            return
        self.redirect(f"/frameworks/{id}")


class Discard(EditorPage):
    """/frameworks/ID/discard: a draft that is no longer wanted."""

    async def post(self, id: str) -> None:
        if self.field("sure") != "yes":
            raise refuse("request.invalid", why="请先勾选确认")
        await self.do(drafting.discard, self.f, self.me, id)
        self.redirect("/frameworks")


_ID = "([a-z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/frameworks", Frameworks),
    ("/frameworks/new", New),
    ("/frameworks/import", Import),
    (f"/frameworks/{_ID}", Framework),
    (f"/frameworks/{_ID}/export\\.json", Export),
    (f"/frameworks/{_ID}/facts", Change),
    (f"/frameworks/{_ID}/publish", Publish),
    (f"/frameworks/{_ID}/discard", Discard),
]
