"""Handing a package over: released by other hands than those that made it, signed, and receipted by the bureau."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from hub.domain.errors import refuse
from hub.domain.people import Actor, may
from hub.domain.review import State, Step
from hub.domain.title import ItemState, Package, PackageState
from hub.faults import reached
from hub.journey import audit
from hub.journey.award.package_seal import signing_key
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work
from hub.records import verify as form
from hub.records.archive import member, with_file


def release(f: Fittings, who: Actor, number: str) -> Package:
    """Sign a package and hand it over: by somebody who neither prepared it nor confirmed, or is, anybody in it."""
    with f.work() as work:
        package = mine(work, who, number, "package.release")
        _other_hands(work, who, package)
        _still_so(f, work, package)
    now = f.clock.now()
    digest = _signed(f, who, package)
    reached("package.signed")
    with f.work() as work:
        work.packages.lock_release()
        package = mine(work, who, number, "package.release")
        _other_hands(work, who, package)
        _still_so(f, work, package)
        moved = work.packages.move_applications(number, State.ISSUED, State.EXPORTED, now)
        if len(moved) != sum(1 for i in work.packages.items(number, ItemState.BUILT) if i.kind == "record"):
            raise refuse("package.stale")
        _told(f, work, who, package, Step.EXPORT, moved)
        made = replace(
            package, state=PackageState.RELEASED, digest=digest, released_by=who.uid, released_at=now
        )
        work.packages.change_package(made)
        told = {
            "digest": digest,
            "root": package.root,
            "records": len(moved),
            "prepared_by": package.prepared_by,
        }
        audit.note(f, work, who, "package.released", number, told, org=package.org)
    return made


def _other_hands(work: Work, who: Actor, package: Package) -> None:
    if package.state is not PackageState.BUILT:
        raise refuse("package.state")
    if package.prepared_by == who.uid:
        raise refuse("package.own")
    if work.packages.touched(package.number, who.uid):
        raise refuse("package.confirmer")


def _still_so(f: Fittings, work: Work, package: Package) -> None:
    """The chains that the package continues end where they did, and the key that it names still signs."""
    first: dict[str, str] = {}
    for item in work.packages.items(package.number, ItemState.BUILT):
        first.setdefault(item.school, item.prev_hash)
    heads = work.packages.heads(sorted(first))
    if any(heads.get(school, form.ZERO) != prev for school, prev in first.items()):
        raise refuse("package.stale")


def _signed(f: Fittings, who: Actor, package: Package) -> str:
    """The digest of the zip with its signature."""
    path: Path = f.files.scratch()
    try:
        with f.files.open(package.body) as body, path.open("w+b") as file:
            manifest = member(body, form.MANIFEST)
            if form.read_canonical(manifest)["key_id"] != signing_key(f):
                raise refuse("package.stale")
            claims = {
                "batch_no": package.number, "manifest": form.sha256(manifest), "purpose": package.purpose,
                "prepared_by": package.prepared_by, "released_by": who.uid, "iat": int(f.clock.now().timestamp()),
            }  # fmt: skip
            with_file(body, file, form.SIGNATURE, f.signer.sign(claims, form.SIGNED_AS).encode())
        return f.files.adopt(path)
    finally:
        path.unlink(missing_ok=True)


def _told(f: Fittings, work: Work, who: Actor, package: Package, step: Step, moved: tuple[str, ...]) -> None:
    """A review of each application: what was done to it, by whom."""
    roles = sorted({g.role.value for g in who.grants if may(who, "package.prepare")})
    now = f.clock.now()
    work.packages.add_reviews(
        [
            {
                "id": f.ids.new("rev"),
                "application": id,
                "step": step.value,
                "by": who.uid,
                "role": ",".join(roles),
                "org": package.org,
                "at": now,
                "reason": package.number,
            }
            for id in moved
        ]
    )


def receipt(f: Fittings, who: Actor, number: str, text: str, day: date) -> Package:
    """Note what the HR bureau gave for a released package; its applications are receipted."""
    text = " ".join(text.split())
    now = f.clock.now()
    if not 1 <= len(text) <= 200:
        raise refuse("package.receipt")
    with f.work() as work:
        package = mine(work, who, number, "package.prepare")
        if package.state is not PackageState.RELEASED or package.released_at is None:
            raise refuse("package.state")
        if not beijing_day(package.released_at) <= day <= beijing_day(now):
            raise refuse("package.receipt")
        moved = work.packages.move_applications(number, State.EXPORTED, State.RECEIPTED, now)
        _told(f, work, who, package, Step.RECEIPT, moved)
        made = replace(
            package,
            state=PackageState.RECEIPTED,
            receipt=text,
            receipt_on=day,
            receipted_by=who.uid,
            receipted_at=now,
        )
        work.packages.change_package(made)
        told = {"records": len(moved), "receipt": form.sha256(text.encode()), "day": day.isoformat()}
        audit.note(f, work, who, "package.receipted", number, told, org=package.org)
    return made


def mine(work: Work, who: Actor, number: str, verb: str) -> Package:
    """A package in the scope of somebody who may do ``verb``, its row locked."""
    package = work.packages.package(number, lock=True)
    if package is None or not may(who, verb, work.people.path(package.org)):
        raise refuse("thing.missing", what="这个报送包")
    return package
