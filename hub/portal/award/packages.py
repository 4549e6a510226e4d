"""评: packages for the HR bureau: the list, a new one, one with its progress, its release, its download and its receipt."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from hub.domain.errors import CODES, Kind, Refusal, refuse
from hub.domain.keys import ED25519, latest_first
from hub.domain.people import may, scope_of
from hub.journey.award import package_release, packages
from hub.journey.enter import beijing_day
from hub.portal.base import PUBLIC, STATUS, Page
from hub.portal.forms import whole
from hub.records import verify

_CHUNK = 1 << 20


class Packages(Page):
    """/packages: those in one's scope; to the HR bureau, what was released."""

    scope = "all"
    verb = "package.read"

    async def get(self) -> None:
        found = await self.do(packages.every, self.f, self.me)
        prepares = may(self.me, "package.prepare")
        self.page("packages.html", packages=found, prepares=prepares, series=_series(self))


class NewPackage(Page):
    """/packages/new: what it would hold and leave out; then, by who has seen that, its beginning."""

    scope = "all"
    verb = "package.prepare"

    async def get(self) -> None:
        await self.show()

    async def show(self, **facts: Any) -> None:
        """The form with what was typed, and what the look found."""
        grants = scope_of(self.me, "package.prepare")
        if not grants:
            raise refuse("access.denied")
        typed = {name: self.field(name) for name in ("org", "year", "series", "purpose")}
        typed["org"] = typed["org"] or grants[0].org
        typed["year"] = typed["year"] or str(beijing_day(self.f.clock.now()).year)
        since = self.field("since") == "1" if self.request.method == "POST" else True
        known: dict[str, Any] = {"survey": None, "refusal": None, "schools": {}}
        self.page(
            "package_new.html",
            places=await self.do(packages.places, self.f, self.me),
            typed=typed,
            since=since,
            series=_series(self),
            **(known | facts),
        )

    async def post(self) -> None:
        survey = None
        try:
            org, series = self.field("org").strip(), self.field("series")
            year, since = whole(self.field("year"), "年度"), self.field("since") == "1"
            if digest := self.field("digest"):
                made = await self.do(
                    packages.prepare, self.f, self.me, org, year, series, self.field("purpose"), digest,
                    since_title=since,
                )  # fmt: skip
                self.redirect(f"/packages/{made.number}")
                return
            survey = await self.do(packages.look, self.f, self.me, org, year, series, since_title=since)
            await self.show(survey=survey)
        except Refusal as refusal:
            if refusal.kind in (Kind.SIGN_IN, Kind.BUSY):
                raise
            self.set_status(STATUS[refusal.kind])
            if refusal.code in ("package.changed", "package.purpose"):
                survey = await self.do(packages.look, self.f, self.me, org, year, series, since_title=since)
            await self.show(refusal=refusal, survey=survey)


class OnePackage(Page):
    """/packages/NUMBER"""

    scope = "all"
    verb = "package.read"

    async def get(self, number: str) -> None:
        await self.show(number)

    async def show(self, number: str, refusal: Refusal | None = None) -> None:
        """The page, also beside a refusal."""
        view = await self.do(packages.show, self.f, self.me, number)
        why = CODES[view.can_release][1] if view.can_release else ""
        today = beijing_day(self.f.clock.now())
        published = await self.do(self.f.signer.published)
        typed = self.field("receipt"), self.field("day") or today.isoformat()
        self.page(
            "package.html",
            view=view,
            refusal=refusal,
            why=why,
            today=today,
            series=_series(self),
            typed=typed,
            keys=[k for k in latest_first(published.values()) if k.algorithm == ED25519],
        )


class PackageStep(OnePackage):
    """A step of a package: done, or its page with the reason why not."""

    verb = "package.prepare"

    async def get(self, number: str) -> None:
        self.redirect(f"/packages/{number}")

    async def step(self, number: str) -> None:
        """What the form asks for."""
        raise NotImplementedError

    async def post(self, number: str) -> None:
        try:
            await self.step(number)
        except Refusal as refusal:
            if refusal.kind in (Kind.MISSING, Kind.SIGN_IN, Kind.BUSY):
                raise
            self.set_status(STATUS[refusal.kind])
            await self.show(number, refusal)
            return
        self.redirect(f"/packages/{number}")


class ReleasePackage(PackageStep):
    """/packages/NUMBER/release"""

    async def step(self, number: str) -> None:
        await self.do(package_release.release, self.f, self.me, number)


class CancelPackage(PackageStep):
    """/packages/NUMBER/cancel"""

    async def step(self, number: str) -> None:
        await self.do(packages.cancel, self.f, self.me, number)


class ReceiptOfPackage(PackageStep):
    """/packages/NUMBER/receipt"""

    async def step(self, number: str) -> None:
        text, day = self.field("receipt"), _day(self.field("day"))
        await self.do(package_release.receipt, self.f, self.me, number, text, day)


class PackageZip(Page):
    """/packages/NUMBER/zip: a released package, piece by piece; each time it is read there is an event."""

    scope = "all"
    verb = "package.read"

    async def get(self, number: str) -> None:
        name, file = await self.do(packages.download, self.f, self.me, number)
        with file:
            size = Path(file.name).stat().st_size
            self.set_header("Content-Type", "application/zip")
            self.set_header("Content-Length", str(size))
            self.set_header("Content-Disposition", f'attachment; filename="{name}"')
            while chunk := await self.do(file.read, _CHUNK):
                self.write(chunk)
                await self.flush()


class Verifier(Page):
    """/verify/verify.py: the offline verifier, for anybody."""

    scope = PUBLIC

    async def get(self) -> None:
        self.set_header("Content-Type", "text/x-python; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="verify.py"')
        self.finish(await self.do(Path(verify.__file__).read_bytes))


def _series(page: Page) -> dict[str, str]:
    return {one.id: one.name for one in page.f.titles.ladders.series}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("package.receipt") from None


_NUMBER = "([A-Z0-9-]{1,64})"
ROUTES: list[tuple[str, type[Any]]] = [
    ("/packages", Packages),
    ("/packages/new", NewPackage),
    (f"/packages/{_NUMBER}", OnePackage),
    (f"/packages/{_NUMBER}/release", ReleasePackage),
    (f"/packages/{_NUMBER}/cancel", CancelPackage),
    (f"/packages/{_NUMBER}/receipt", ReceiptOfPackage),
    (f"/packages/{_NUMBER}/zip", PackageZip),
    ("/verify/verify\\.py", Verifier),
]
