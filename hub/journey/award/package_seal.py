"""Putting a package together from its records: chained school by school, one root over all, every file in a manifest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from hub.domain.title import Item, ItemState, Package, PackageState
from hub.domain.title_facts import stamp
from hub.domain.title_record import Integrity
from hub.faults import reached
from hub.journey import audit
from hub.journey.award.package_parts import Parts, readme
from hub.journey.ports import Fittings
from hub.records import verify as form
from hub.records.archive import Archive

ALG = "Ed25519"


@dataclass(frozen=True)
class Chains:
    """Every record's place: what it names as the one before it, each school's first and last, and the root."""

    prev: dict[int, str]
    schools: dict[str, dict[str, Any]]
    root: str


def seal(f: Fittings, package: Package) -> int:
    """Write the zip, all but its signature, and let the package wait for its release; 0 where somebody else did.

    Killed anywhere it leaves the package as it was; without a single record left the package is cancelled.
    """
    with f.work() as work:
        places = [
            (i.position, i.school, i.record_hash)
            for i in work.packages.items(package.number, ItemState.BUILT)
        ]
        heads = work.packages.heads(sorted({school for _, school, _ in places}))
    chains = chained(places, dict(heads))
    path: Path | None = None
    body = ""
    if places:
        path = f.files.scratch()
        try:
            _write(f, package, chains, path)
            body = f.files.adopt(path)
        finally:
            path.unlink(missing_ok=True)
    reached("package.zip_kept")
    with f.work() as work:
        found = work.packages.package(package.number, lock=True)
        if found is None or found.state is not PackageState.PREPARED:
            return 0
        work.packages.chain_items(package.number, chains.prev)
        state = PackageState.BUILT if body else PackageState.CANCELLED
        work.packages.change_package(replace(found, state=state, body=body, root=chains.root))
        told = {"root": chains.root, "body": body, "records": len(places), "state": state.value}
        audit.note(f, work, None, "package.built", package.number, told, org=package.org)
    return 1


def chained(places: Iterable[tuple[int, str, str]], heads: dict[str, str]) -> Chains:
    """Positions, schools and hashes in order; ``heads`` is where each school's chain stands so far."""
    prev: dict[int, str] = {}
    links: list[str] = []
    schools: dict[str, dict[str, Any]] = {}
    for position, school, digest in places:
        prev[position] = before = heads.get(school, form.ZERO)
        heads[school] = form.link(before, digest)
        links.append(heads[school])
        told = schools.setdefault(school, {"records": 0, "first_prev": before, "last": ""})
        told["records"] += 1
        told["last"] = heads[school]
    return Chains(prev, schools, form.merkle_root(links))


def _write(f: Fittings, package: Package, chains: Chains, path: Path) -> None:
    generated_at, platform = stamp(f.clock.now()), platform_version()
    integrity = Integrity(
        "", "", chains.root, package.number, generated_at, platform, form.SIGNATURE, signing_key(f), ALG
    )
    parts = Parts(package, f.titles.column_map())
    with path.open("w+b") as file:
        archive, files = Archive(file), []
        files.append(archive.add(form.RECORDS, _records(f, package, chains, integrity, parts)))
        files.append(archive.add(form.TABLE, [parts.table.getvalue()]))
        files.append(archive.add("import.csv", [parts.import_table()]))
        for name, data in _papers(f, package):
            files.append(archive.add(name, [data]))
        for code, told in parts.publicity():
            files.append(archive.add(f"publicity/{code}.pdf", [f.typesetter.publicity(told)]))
        files.append(archive.add("verify.py", [Path(form.__file__).read_bytes()]))
        files.append(archive.add("README.txt", [readme(parts, generated_at, f.issuer)]))
        manifest = {
            "format": form.FORMAT, "batch_no": package.number, "generated_at": generated_at, "platform_version": platform,
            "batch_root": chains.root, "key_id": integrity.key_id, "alg": ALG, "purpose": package.purpose,
            "prepared_by": package.prepared_by, "org": package.org, "year": package.year, "series": package.series or "all",
            "since_current_title": package.since_title, "rules": _rules(f),
            "counts": {"records": parts.records, "corrections": parts.corrections, "left_out": len(package.refused)},
            "schools": chains.schools, "files": files,
        }  # fmt: skip
        archive.add(form.MANIFEST, [form.canonical(manifest)])
        archive.close()


def _records(
    f: Fittings, package: Package, chains: Chains, integrity: Integrity, parts: Parts
) -> Iterator[bytes]:
    for item in _items(f, package):
        record = opened(f, item)
        sealed = replace(integrity, record_hash=item.record_hash, prev_hash=chains.prev[item.position])
        record["integrity"] = asdict(sealed)
        parts.take(record)
        yield form.canonical(record) + b"\n"


def _papers(f: Fittings, package: Package) -> Iterator[tuple[str, bytes]]:
    for item in _items(f, package):
        yield f"certificates/{item.certificate}.pdf", f.files.get(item.paper)


def _items(f: Fittings, package: Package) -> Iterator[Item]:
    with f.work() as work:
        yield from work.packages.items(package.number, ItemState.BUILT)


def opened(f: Fittings, item: Item) -> dict[str, Any]:
    """The record that an item keeps encrypted."""
    told: dict[str, Any] = json.loads(f.vault.open(item.sealed or b""))
    return told


def signing_key(f: Fittings) -> str:
    """The key that signs now; a package names it when it is built and must be released under it."""
    return f.signer.key_at(f.clock.now())


def _rules(f: Fittings) -> dict[str, str]:
    """Every rule that records may name, and its version."""
    return {rule.id: rule.version for rule in f.rules.assessment_rules()} | {
        rule.id: str(getattr(rule, "version", "1")) for rule in f.rules.hour_rules()
    }


def platform_version() -> str:
    """The version of the platform that made a package."""
    try:
        return f"luojiao {version('luojiao')}"
    except PackageNotFoundError:
        return "luojiao"
