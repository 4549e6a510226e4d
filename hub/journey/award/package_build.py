"""Building a package: some records at a time, each kept as soon as it is made, so that it can be killed anywhere and goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hub.domain.errors import Refusal
from hub.domain.review import State
from hub.domain.title import Item, ItemState, PackageState
from hub.domain.title_compose import compose
from hub.domain.title_facts import Facts
from hub.domain.title_record import CORRECTION, Record, as_json, corrected
from hub.faults import reached
from hub.journey.award import certificates
from hub.journey.award.package_frame import frame, id_text
from hub.journey.award.package_seal import seal
from hub.journey.ports import Fittings
from hub.records.verify import canonical, record_hash

STEP = 50  # records in one go


def work_on(f: Fittings, most: int = STEP) -> int:
    """One step of every package that is being built; how many records and files came of it. Called by the worker."""
    with f.work() as work:
        waiting = work.packages.packages((PackageState.PREPARED,))
    return sum(step(f, package.number, most) for package in waiting)


def step(f: Fittings, number: str, most: int = STEP) -> int:
    """Make up to ``most`` records; when none is left, put the package together. How many things were done, 0 for a finished one.

    Two at once do no harm: of one record the first that is kept stands, and both would be the same.
    """
    with f.work() as work:
        package = work.packages.package(number)
        if package is None or package.state is not PackageState.PREPARED:
            return 0
        items = tuple(work.packages.items(number, ItemState.WAITING, most))
        plain = [item.application for item in items if item.kind != CORRECTION]
        facts = {one.application: one for one in work.title_facts.facts(plain)}
        earlier = work.packages.earlier([item.application for item in items if item.kind == CORRECTION])
        made = frame(f, work, package.year, since_title=package.since_title)
    if not items:
        return seal(f, package)
    finished = []
    for item in items:
        if item.kind == CORRECTION:
            finished.append(_correction(f, item, earlier))
            continue
        one = facts.get(item.application)
        said: Record | tuple[str, ...] = ("申请在库中已不存在",)
        if one is not None:
            said = compose(one, made, id_text(f, one))
        finished.append(_built(f, item, said) if isinstance(said, Record) else _left_out(item, said))
    reached("package.records_made")
    with f.work() as work:
        work.packages.finish_items(finished)
    reached("package.records_kept")
    return len(finished)


def _built(f: Fittings, item: Item, record: Record) -> Item:
    try:
        paper = f.files.put(_paper(f, record.certificate.cert_no))
    except Refusal as refusal:
        return _left_out(item, (f"证书版式出不来：{refusal.message}",))
    return _kept(f, item, as_json(record), paper)


def _kept(f: Fittings, item: Item, told: Mapping[str, object], paper: str) -> Item:
    text = canonical(told).decode()
    return replace(
        item,
        state=ItemState.BUILT,
        record_hash=record_hash(dict(told)),
        sealed=f.vault.seal(text),
        paper=paper,
    )


def _left_out(item: Item, reasons: Sequence[str]) -> Item:
    return replace(item, state=ItemState.LEFT_OUT, problem="；".join(reasons)[:1000])


def _correction(f: Fittings, item: Item, earlier: Mapping[str, Item]) -> Item:
    """The record that was handed over, with what has become of its certificate."""
    was = earlier.get(item.application)
    if was is None or was.sealed is None:
        return _left_out(item, ("找不到已报送的记录",))
    with f.work() as work:
        standing = _standing(item.certificate, work.title_facts.facts([item.application]))
    if standing is None:
        return _left_out(item, ("证书仍然有效，不用更正",))
    told = corrected(json.loads(f.vault.open(was.sealed)), was.package, was.record_hash, *standing)
    return _kept(f, item, told, was.paper)


def _standing(number: str, facts: Sequence[Facts]) -> tuple[str, str] | None:
    """撤销 or 被替代, and why; None for a certificate that stands."""
    for one in facts:
        if one.certificate and one.certificate.revoked_at:
            return "撤销", one.certificate.revoked_reason
        if one.certificate and one.certificate.number != number:
            return "被替代", f"由 {one.certificate.number} 替代"
        if one.state in (State.SUPERSEDED, State.REVOKED):
            return ("被替代" if one.state is State.SUPERSEDED else "撤销"), ""
    return None


def _paper(f: Fittings, number: str) -> bytes:
    with f.work() as work:
        certificate = work.certificates.certificate(number)
        view = certificates.view(f, certificate) if certificate else None
    return f.typesetter.certificate(view) if view else b""
