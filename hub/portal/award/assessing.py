"""An assessor's seats: the list, the desk with evidence left and criteria right, handing in, giving up; and the panel desk."""

from __future__ import annotations

from typing import Any

from hub.domain.errors import Refusal
from hub.journey.award import assessing, panel_desk, seats
from hub.portal.award.downloads import give
from hub.portal.base import STATUS, Page
from hub.portal.forms import page_of


class Seats(Page):
    """/assess?page=: one's own seats with their due days."""

    scope = "all"
    verb = "dossier.assess"

    async def get(self) -> None:
        page = page_of(self.get_argument("page", ""))
        self.page("assess.html", mine=await self.do(assessing.mine, self.f, self.me, page))


class SeatPage(Page):
    """What shows one open seat."""

    scope = "all"
    verb = "dossier.assess"

    async def show(self, seat: str, refusal: Refusal | None = None) -> None:
        """The desk at one piece, also beside a refusal with what was typed."""
        piece = self.get_argument("piece", "")
        chair = await self.do(assessing.chair, self.f, self.me, seat, piece)
        typed = {name: self.field(name) for name in ("level", "comment", "reason")} if refusal else None
        if refusal:
            self.set_status(STATUS[refusal.kind])
        self.page("seat.html", chair=chair, refusal=refusal, typed=typed)


class Seat(SeatPage):
    """/assess/SEAT: one piece after the other."""

    async def get(self, seat: str) -> None:
        await self.show(seat)

    async def post(self, seat: str) -> None:
        piece = self.field("piece")
        try:
            await self.do(
                seats.set_level, self.f, self.me, seat, piece, self.field("level"), self.field("comment")
            )
        except Refusal as refusal:
            if not refusal.code.startswith("seat.level"):
                raise
            await self.show(seat, refusal)
            return
        chair = await self.do(assessing.chair, self.f, self.me, seat, piece)
        self.redirect(f"/assess/{seat}?piece={chair.next}" if chair.next else f"/assess/{seat}/finish")


class Finish(Page):
    """/assess/SEAT/finish: what was found, once more, and handing it in."""

    scope = "all"
    verb = "dossier.assess"

    async def get(self, seat: str) -> None:
        self.page("seat_finish.html", chair=await self.do(assessing.chair, self.f, self.me, seat))

    async def post(self, seat: str) -> None:
        await self.do(seats.rate, self.f, self.me, seat)
        self.redirect("/assess")


class Recuse(Page):
    """/assess/SEAT/recuse: give the seat up; also where somebody may no longer look."""

    scope = "all"
    verb = "dossier.assess"

    async def get(self, seat: str) -> None:
        self.page("seat_recuse.html", seat=seat, refusal=None, reason="")

    async def post(self, seat: str) -> None:
        try:
            await self.do(seats.recuse, self.f, self.me, seat, self.field("reason"))
        except Refusal as refusal:
            if refusal.code != "seat.reason":
                raise
            self.set_status(STATUS[refusal.kind])
            self.page("seat_recuse.html", seat=seat, refusal=refusal, reason=self.field("reason"))
            return
        self.redirect("/assess")


class File(Page):
    """/assess/SEAT/pieces/PIECE: a file under the dossier's label."""

    scope = "all"
    verb = "dossier.assess"

    async def get(self, seat: str, piece: str) -> None:
        give(self, await self.do(assessing.file, self.f, self.me, seat, piece))


class Panels(Page):
    """/panels: what waits for an assessor, and what runs out."""

    scope = "all"
    verb = "panel.tend"

    async def get(self) -> None:
        self.page("panels.html", desk=await self.do(panel_desk.desk, self.f, self.me))


_ID = "([a-z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/assess", Seats),
    (f"/assess/{_ID}", Seat),
    (f"/assess/{_ID}/finish", Finish),
    (f"/assess/{_ID}/recuse", Recuse),
    (f"/assess/{_ID}/pieces/{_ID}", File),
    ("/panels", Panels),
]
