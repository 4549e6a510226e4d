"""A teacher's dossiers: begin, collect, submit, the receipt, withdraw, appeal."""

from __future__ import annotations

from typing import Any

from hub.domain.dossier import PieceKind
from hub.domain.errors import Refusal, refuse
from hub.journey.award import dossier_view, dossiers, pieces
from hub.portal.award.downloads import give
from hub.portal.base import STATUS, Page


class Dossiers(Page):
    """/dossiers: one's own, with how each stands."""

    scope = "all"
    verb = "dossier.write"

    async def get(self) -> None:
        self.page("dossiers.html", rows=await self.do(dossier_view.mine, self.f, self.me))


class New(Page):
    """/dossiers/new: which competency."""

    scope = "all"
    verb = "dossier.write"

    async def get(self) -> None:
        await self.show()

    async def show(self, refusal: Refusal | None = None) -> None:
        """The competencies, also beside a refusal."""
        offers = await self.do(dossier_view.offers, self.f, self.me)
        self.page("dossier_new.html", offers=offers, refusal=refusal)

    async def post(self) -> None:
        framework, _, code = self.field("competency").partition("/")
        try:
            made = await self.do(dossiers.begin, self.f, self.me, framework, code)
        except Refusal as refusal:
            self.set_status(STATUS[refusal.kind])
            await self.show(refusal)
            return
        self.redirect(f"/dossiers/{made.id}")


class OnePage(Page):
    """What shows one dossier."""

    scope = "all"
    verb = "dossier.write"

    async def show(self, id: str, refusal: Refusal | None = None, *, confirming: bool = False) -> None:
        """The dossier, also beside a refusal with what was typed; ``confirming``: the list before it is submitted."""
        view = await self.do(dossier_view.view, self.f, self.me, id)
        typed = (
            {name: self.field(name) for name in ("key", "kind", "url", "note", "reason")} if refusal else {}
        )
        if refusal:
            self.set_status(STATUS[refusal.kind])
        template = "dossier_submit.html" if confirming and not view.dossier.digest else "dossier.html"
        self.page(template, view=view, refusal=refusal, typed=typed, limit=self.f.limits.upload // 2**20)


class One(OnePage):
    """/dossiers/ID: what is there, and what is still missing in one sentence."""

    async def get(self, id: str) -> None:
        await self.show(id)


class Pieces(OnePage):
    """/dossiers/ID/pieces: add a file, a link or a notebook."""

    async def post(self, id: str) -> None:
        try:
            await self._add(id)
        except Refusal as refusal:
            await self.show(id, refusal)
            return
        self.redirect(f"/dossiers/{id}#{self.field('key')}")

    async def _add(self, id: str) -> None:
        key, kind, note = self.field("key"), self.field("kind"), self.field("note")
        if kind == PieceKind.FILE:
            sent = self.request.files.get("file")
            if not sent:
                raise refuse("dossier.piece", why="还没有选择文件")
            one = sent[0]
            await self.do(pieces.add_file, self.f, self.me, id, key, one["filename"], one["body"], note)
        elif kind == PieceKind.NOTEBOOK:
            await self.do(pieces.add_notebook, self.f, self.me, id, key, self.field("evidence"), note)
        elif kind in (PieceKind.LINK, PieceKind.VIDEO):
            await self.do(pieces.add_link, self.f, self.me, id, key, PieceKind(kind), self.field("url"), note)
        else:
            raise refuse("dossier.piece", why="请选择要添加的材料")


class Piece(Page):
    """/dossiers/ID/pieces/PIECE: one's own file, as assessors get it."""

    scope = "all"
    verb = "dossier.write"

    async def get(self, id: str, piece: str) -> None:
        give(self, await self.do(pieces.own_file, self.f, self.me, id, piece))


class Remove(OnePage):
    """/dossiers/ID/pieces/PIECE/remove"""

    async def post(self, id: str, piece: str) -> None:
        try:
            await self.do(pieces.remove, self.f, self.me, id, piece)
        except Refusal as refusal:
            await self.show(id, refusal)
            return
        self.redirect(f"/dossiers/{id}")


class Submit(OnePage):
    """/dossiers/ID/submit: what will be handed in and what happens then; and doing it."""

    async def get(self, id: str) -> None:
        await self.show(id, confirming=True)

    async def post(self, id: str) -> None:
        try:
            await self.do(dossiers.submit, self.f, self.me, id, self.field("digest"))
        except Refusal as refusal:
            await self.show(id, refusal, confirming=refusal.code == "dossier.changed")
            return
        self.redirect(f"/dossiers/{id}")


class Withdraw(OnePage):
    """/dossiers/ID/withdraw"""

    async def post(self, id: str) -> None:
        try:
            await self.do(dossiers.withdraw, self.f, self.me, id)
        except Refusal as refusal:
            await self.show(id, refusal)
            return
        self.redirect("/dossiers")


class Appeal(OnePage):
    """/dossiers/ID/appeal"""

    async def post(self, id: str) -> None:
        try:
            await self.do(dossiers.appeal, self.f, self.me, id, self.field("reason"))
        except Refusal as refusal:
            await self.show(id, refusal)
            return
        self.redirect(f"/dossiers/{id}")


class Receipt(Page):
    """/dossiers/ID/receipt: the signed receipt, to be kept."""

    scope = "all"
    verb = "dossier.write"

    async def get(self, id: str) -> None:
        receipt = await self.do(dossiers.receipt, self.f, self.me, id)
        self.set_header("Content-Type", "application/jwt")
        self.set_header("Content-Disposition", f'attachment; filename="{id}.jwt"')
        self.finish(receipt)


_ID = "([a-z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/dossiers", Dossiers),
    ("/dossiers/new", New),
    (f"/dossiers/{_ID}", One),
    (f"/dossiers/{_ID}/pieces", Pieces),
    (f"/dossiers/{_ID}/pieces/{_ID}", Piece),
    (f"/dossiers/{_ID}/pieces/{_ID}/remove", Remove),
    (f"/dossiers/{_ID}/submit", Submit),
    (f"/dossiers/{_ID}/withdraw", Withdraw),
    (f"/dossiers/{_ID}/appeal", Appeal),
    (f"/dossiers/{_ID}/receipt", Receipt),
]
