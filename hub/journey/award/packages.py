"""Packages for the HR bureau: prepared by one, released by another, fetched by the bureau, receipted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO

from hub.domain.errors import refuse
from hub.domain.organisation import Level, Organisation
from hub.domain.people import Actor, may
from hub.domain.title import HANDED_OVER, Item, ItemState, Package, PackageState
from hub.journey import audit, scope
from hub.journey.award.package_frame import Survey, survey
from hub.journey.award.package_release import mine
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

MOST_PURPOSE = 200
FIRST_YEAR = 2015


def look(f: Fittings, who: Actor, org: str, year: int, series: str, *, since_title: bool) -> Survey:
    """What a package would hold and leave out; nothing is written."""
    with f.work() as work:
        _scope(f, work, who, org, year, series)
        return survey(f, work, org, year, series, since_title=since_title)


def prepare(
    f: Fittings,
    who: Actor,
    org: str,
    year: int,
    series: str,
    purpose: str,
    expected_digest: str,
    *,
    since_title: bool,
) -> Package:
    """Begin a package of what ``look`` showed under ``expected_digest``; the worker builds it.

    Raises package.changed where that is no longer what it would hold.
    """
    now = f.clock.now()
    purpose = " ".join(purpose.split())
    if not 2 <= len(purpose) <= MOST_PURPOSE:
        raise refuse("package.purpose", most=MOST_PURPOSE)
    with f.work() as work:
        _scope(f, work, who, org, year, series)
        work.packages.lock_release()  # one at a time also begins: nothing gets into two packages
        found = survey(f, work, org, year, series, since_title=since_title)
        if found.digest != expected_digest:
            raise refuse("package.changed")
        if not found.good:
            raise refuse("package.empty")
        number = f"HR-{year}-{work.packages.next_package():05d}"
        made = Package(
            number,
            year,
            org,
            purpose,
            PackageState.PREPARED,
            who.uid,
            now,
            series,
            since_title,
            found.refused,
        )
        work.packages.add_package(made)
        work.packages.add_items(
            [
                Item(number, place, one.application, one.kind, one.school, one.certificate)
                for place, one in enumerate(found.good, 1)
            ]
        )
        told = {
            "org": org,
            "year": year,
            "series": series,
            "good": len(found.good),
            "refused": len(found.refused),
        }
        audit.note(f, work, who, "package.prepared", number, told | {"digest": found.digest}, org=org)
    return made


def _scope(f: Fittings, work: Work, who: Actor, org: str, year: int, series: str) -> None:
    path = work.people.path(org)
    if not path or not may(who, "package.prepare", path):
        raise refuse("access.denied")
    if (series and f.titles.ladders.get(series) is None) or not (
        FIRST_YEAR <= year <= beijing_day(f.clock.now()).year + 1
    ):
        raise refuse("package.year")


def places(f: Fittings, who: Actor) -> tuple[Organisation, ...]:
    """What packages are made for: the city and the units within reach."""
    with f.work() as work:
        reach = scope.reach(work, who, "package.prepare", beijing_day(f.clock.now()))
    return tuple(one for one in reach if one.level in (Level.CITY, Level.UNIT))


def cancel(f: Fittings, who: Actor, number: str) -> None:
    """Give up a package that was not released; its certificates can go into another one."""
    with f.work() as work:
        package = mine(work, who, number, "package.prepare")
        if package.state not in (PackageState.PREPARED, PackageState.BUILT):
            raise refuse("package.state")
        work.packages.change_package(replace(package, state=PackageState.CANCELLED))
        audit.note(f, work, who, "package.cancelled", number, {"was": package.state.value}, org=package.org)


def download(f: Fittings, who: Actor, number: str) -> tuple[str, BinaryIO]:
    """The name and the bytes of a released package; each time it is read there is an event."""
    with f.work() as work:
        package = work.packages.package(number)
        if package is None or not _may_see(work, who, package) or package.state not in HANDED_OVER:
            raise refuse("thing.missing", what="这个报送包")
        file = f.files.open(package.digest)
        told = {"digest": package.digest, "state": package.state.value}
        audit.note(f, work, who, "read.package", number, told, org=package.org)
    return f"hr_batch_{number}.zip", file


def _may_see(work: Work, who: Actor, package: Package) -> bool:
    """Whoever prepares sees every package, the HR bureau those that were released to it."""
    path = work.people.path(package.org)
    return may(who, "package.prepare", path) or (
        package.state in HANDED_OVER and may(who, "package.read", path)
    )


@dataclass(frozen=True)
class Shown:
    """A package as its page shows it; what was left out only to those who prepare."""

    package: Package
    org: Organisation | None
    counts: Mapping[ItemState, int]
    left_out: tuple[Item, ...]
    schools: Mapping[str, Organisation]
    can_release: str  # "" or the code of the refusal
    prepares: bool
    names: Mapping[str, str]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def show(f: Fittings, who: Actor, number: str) -> Shown:
    """One package within the reader's scope."""
    with f.work() as work:
        package = work.packages.package(number)
        if package is None or not _may_see(work, who, package):
            raise refuse("thing.missing", what="这个报送包")
        prepares = may(who, "package.prepare", work.people.path(package.org))
        left = tuple(work.packages.items(number, ItemState.LEFT_OUT, 500)) if prepares else ()
        if not prepares:
            package = replace(package, refused=())
        why = ""
        if package.prepared_by == who.uid:
            why = "package.own"
        elif work.packages.touched(number, who.uid):
            why = "package.confirmer"
        codes = sorted({one.school for one in package.refused[:500]} | {one.school for one in left})
        people = {
            uid: work.people.person(uid)
            for uid in (package.prepared_by, package.released_by, package.receipted_by)
            if uid
        }
        return Shown(
            package, work.people.organisation(package.org), work.packages.item_counts(number), left,
            work.people.organisations(codes), why, prepares, {uid: p.name for uid, p in people.items() if p},
        )  # fmt: skip


def every(f: Fittings, who: Actor) -> tuple[Package, ...]:
    """The packages in the reader's scope, the latest first."""
    with f.work() as work:
        found = work.packages.packages(tuple(PackageState))
        return tuple(package for package in found if _may_see(work, who, package))
