"""管: the places of a draft, what each asks for as evidence, and what the predecessor's places correspond to."""

from __future__ import annotations

from typing import Any

from hub.domain.competency import Node
from hub.domain.dossier import PieceKind, Wanted
from hub.domain.errors import Refusal, refuse
from hub.domain.guide import MOST_PIECES
from hub.journey.award import framework_views, places
from hub.portal import forms
from hub.portal.award.frameworks import EditorPage
from hub.portal.base import STATUS

_NODE = ("code", "name", "parent", "dimension", "environment", "text", "assessable")
_BLANK = 2  # empty lines of a form beyond what is there


class Order(EditorPage):
    """/frameworks/ID/order: a place changes places with its neighbour."""

    async def post(self, id: str) -> None:
        code, _, way = self.field("move").rpartition(":")
        if way not in ("up", "down"):
            raise refuse("request.invalid", why="请选择上移或下移")
        step = -1 if way == "up" else 1
        await self.do(places.move_node, self.f, self.me, id, code, step, self.field("seen"))
        self.redirect(f"/frameworks/{id}#n-{code}")


class Place(EditorPage):
    """/frameworks/ID/nodes/CODE, and /frameworks/ID/add for a new one."""

    async def get(self, id: str, code: str = "") -> None:
        await self.show(id, code)

    async def show(self, id: str, code: str, refusal: Refusal | None = None) -> None:
        """The form, with what is kept or what was typed."""
        changed = refusal is not None and refusal.code == "framework.changed"
        try:
            shown = await self.do(framework_views.node, self.f, self.me, id, code)
        except Refusal:
            if not changed:
                raise
            shown = await self.do(framework_views.node, self.f, self.me, id)  # somebody took it away
        if not shown.view.draft:
            raise refuse("framework.published", name=shown.view.framework.name)
        one = shown.node
        kept = {
            "code": one.code, "name": one.name, "parent": one.parent or "", "dimension": one.dimension,
            "environment": one.environment, "text": one.text, "assessable": "yes" if one.assessable else "no",
        } if one else dict.fromkeys(_NODE, "") | {"parent": self.get_argument("under", ""), "assessable": "yes"}  # fmt: skip
        given = self.typed(*_NODE) if refusal else kept
        self.page(
            "framework_node.html", shown=shown, given=given, kept=kept, refusal=refusal, changed=changed
        )

    async def post(self, id: str, code: str = "") -> None:
        sent = self.typed(*_NODE)
        try:
            if self.field("do") == "drop":
                await self.do(places.drop_node, self.f, self.me, id, code, self.field("seen"))
            else:
                if sent["assessable"] not in ("yes", "no"):
                    raise refuse("framework.node", why="请选择是要考核的能力还是分组")
                node = Node(
                    id, sent["code"], sent["name"], sent["dimension"], sent["environment"], 0, sent["parent"] or None,
                    1, sent["text"], sent["assessable"] == "yes",
                )  # fmt: skip
                await self.do(places.put_node, self.f, self.me, id, node, self.field("seen"), code)
        except Refusal as refusal:
            if refusal.code in ("thing.missing", "framework.published"):
                raise
            self.set_status(STATUS[refusal.kind])
            await self.show(id, code, refusal)
            return
        if self.field("do") == "more":
            self.redirect(f"/frameworks/{id}/add?under={sent['parent']}")
        else:
            self.redirect(f"/frameworks/{id}")


class Guide(EditorPage):
    """/frameworks/ID/guides/CODE: what a competency asks for; a published framework gets a new version."""

    async def get(self, id: str, code: str) -> None:
        await self.show(id, code)

    async def show(self, id: str, code: str, refusal: Refusal | None = None) -> None:
        """The form, with what is kept or what was typed."""
        shown = await self.do(framework_views.node, self.f, self.me, id, code)
        if shown.node is None or not shown.node.assessable:
            raise refuse("thing.missing", what="这项能力")
        kept = shown.guide
        pieces = self.pieces() if refusal else list(kept.pieces) if kept else []
        describes = self.field("describes") if refusal else kept.describes if kept else ""
        blank = min(_BLANK, MOST_PIECES - len(pieces))
        self.page(
            "framework_guide.html", shown=shown, describes=describes, pieces=pieces, blank=blank,
            changed=refusal is not None and refusal.code == "framework.changed", refusal=refusal, kinds=list(PieceKind),
        )  # fmt: skip

    def pieces(self) -> list[Wanted]:
        """The pieces as they were sent; one without a name is none, a new one gets a key that none has."""
        numbers = range(1, MOST_PIECES + 1)
        taken = {self.field(f"key-{n}") for n in numbers} - {""}
        found = []
        for n in numbers:
            name = self.field(f"name-{n}").strip()
            if not name:
                continue
            key = self.field(f"key-{n}") or next(k for i in range(1, 99) if (k := f"piece{i}") not in taken)
            taken.add(key)
            sent = self.get_body_arguments(f"kinds-{n}")
            kinds = tuple(k for k in PieceKind if k in sent)
            lines = [
                tuple(filter(None, map(str.strip, self.field(f"{what}-{n}").splitlines())))
                for what in ("passing", "excellent")
            ]
            found.append(Wanted(key[:40], name, kinds, self.field(f"guide-{n}").strip(), lines[0], lines[1]))
        return found

    async def post(self, id: str, code: str) -> None:
        try:
            await self.do(
                places.set_guide, self.f, self.me, id, code, self.field("describes"), self.pieces(), self.field("seen")
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.code == "thing.missing":
                raise
            self.set_status(STATUS[refusal.kind])
            await self.show(id, code, refusal)
            return
        self.redirect(f"/frameworks/{id}#n-{code}")


class Crosswalk(EditorPage):
    """/frameworks/ID/crosswalk: what each competency of the predecessor corresponds to in a draft."""

    async def get(self, id: str) -> None:
        await self.show(id)

    async def show(self, id: str, refusal: Refusal | None = None) -> None:
        """The form, with what is kept or what was typed."""
        view = await self.do(framework_views.view, self.f, self.me, id)
        if not view.draft:
            raise refuse("framework.published", name=view.framework.name)
        if view.predecessor is None:
            raise refuse("framework.base")
        kept = []
        for n in view.before:
            pairs = view.pairs.get(n.code, ())
            kept += [(n.code, p.to_code, p.strength) for p in pairs] if pairs else [(n.code, "", 3)]
        self.page(
            "framework_crosswalk.html",
            view=view,
            lines=self.lines() if refusal else kept,
            refusal=refusal,
        )

    def lines(self) -> list[tuple[str, str, int]]:
        """The lines as they were sent; those that correspond to nothing too."""
        found = zip(*(self.get_body_arguments(name) for name in ("from", "to", "strength")), strict=False)
        return [(old, new, forms.whole(strength, "程度")) for old, new, strength in found if old]

    async def post(self, id: str) -> None:
        try:
            pairs = [line for line in self.lines() if line[1]]
            await self.do(places.set_crosswalks, self.f, self.me, id, pairs, self.field("seen"))
        except Refusal as refusal:
            if refusal.code in ("thing.missing", "framework.published", "request.invalid"):
                raise
            self.set_status(STATUS[refusal.kind])
            await self.show(id, refusal)
            return
        self.redirect(f"/frameworks/{id}")


_ID, _CODE = "([a-z0-9-]{1,64})", "([A-Za-z0-9.-]{1,32})"
ROUTES: list[tuple[str, type[Any]]] = [
    (f"/frameworks/{_ID}/order", Order),
    (f"/frameworks/{_ID}/add", Place),
    (f"/frameworks/{_ID}/nodes/{_CODE}", Place),
    (f"/frameworks/{_ID}/guides/{_CODE}", Guide),
    (f"/frameworks/{_ID}/crosswalk", Crosswalk),
]
