"""Making a certificate: from what was confirmed to a credential that is signed, numbered and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hub.domain import credential, presented
from hub.domain.audit import canonical
from hub.domain.bitstring import ENTRIES
from hub.domain.certificate import Certificate, Grounds, Item, certificate_number, number_check
from hub.domain.competency import AssessmentRule
from hub.domain.dossier import Dossier
from hub.domain.errors import refuse
from hub.domain.grounds import Missing
from hub.domain.hours import HoursEntry
from hub.domain.lineage import Line
from hub.domain.rating import RATING_NAMES, Rating
from hub.domain.review import Application
from hub.faults import reached
from hub.journey.award.grounds import hours_under, line_of, rule_of, still
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work


def grounds_of(f: Fittings, work: Work, application: Application) -> Grounds:
    """What a confirmed application rests on, looked at once more: nothing under it may have moved since."""
    rule = rule_of(f, application.rule)
    if rule is None:
        raise refuse("certificate.moved", why="它依据的规则不在了")
    line = line_of(work, rule)
    dossiers = work.review.dossiers(application.dossiers)
    evidence = {e.id: e for e in work.evidence.evidence_by_ids(application.evidence)}
    entries = work.hours.hours(application.person)
    answer = still(f, application, dossiers, evidence, line, entries)
    if isinstance(answer, Missing):
        raise refuse("certificate.moved", why="；".join(answer.reasons))
    own = sorted((dossiers[id] for id in application.dossiers), key=lambda d: line.order(d.place))
    return Grounds(
        rule.id, rule.version, rule.name, rule.framework, rule.valid_years,
        f"不少于 {rule.count} 项微能力（不少于 {rule.min_dimensions} 个维度）经评审专家独立评定为合格或优秀，"
        "并经学校、县（市、区）审核、公示和市级确认。",
        tuple(_item(d, line) for d in own), _hours(f, application, rule, entries),
    )  # fmt: skip


def _item(dossier: Dossier, line: Line) -> Item:
    node = line.node(dossier.place)
    if node is None:
        raise ValueError(dossier.code)  # still() has refused it
    rating = dossier.rating or Rating.FAIL
    stood = {"dossier": dossier.id, "digest": dossier.digest, "rating": rating.value, "round": dossier.round}
    other = "" if dossier.framework == line.ids[0] else dossier.framework
    return Item(dossier.code, node.name, RATING_NAMES[rating], f"dossier:{dossier.id}", _sha(stood), other)


def _hours(
    f: Fittings, application: Application, rule: AssessmentRule, entries: Sequence[HoursEntry]
) -> dict[str, str] | None:
    """The hours as on the day of the submission, by which they were judged; None where the rule asks for none."""
    day = beijing_day(application.submitted_at or application.moved_at)
    found = hours_under(f, rule, entries, day)
    if found is None:
        return None
    return {
        "rule": found.rule.id,
        "total": f"{found.hours.normalize():f}",
        "practice": f"{found.practice.normalize():f}",
    }


def _sha(value: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def make(
    f: Fittings, work: Work, application: str, uid: str, school: str, rating: Rating, grounds: Grounds
) -> Certificate:
    """Issue a first certificate to somebody at a school."""
    now = f.clock.now().astimezone(UTC).replace(microsecond=0)
    person, place, path = work.people.person(uid), work.people.organisation(school), work.people.path(school)
    if person is None or place is None or len(path) < 2:
        raise refuse("thing.missing", what="申请人或学校")
    today, sequence = beijing_day(now), work.certificates.next_number()
    number = certificate_number(grounds.framework, today.year, path[-2], sequence)
    draft = Certificate(
        number, application, person.uid, person.name, place.name, grounds.rule, rating.value, now,
        _years_later(today, grounds.valid_years), "", "", "", grounds.version,
    )  # fmt: skip
    return _keep(f, work, draft, grounds, sequence)


def make_again(f: Fittings, work: Work, old: Certificate, body: Any, reason: str) -> Certificate:
    """Issue the successor of ``old``: the same achievement until the same day, the name as it is on the roster now."""
    now = f.clock.now().astimezone(UTC).replace(microsecond=0)
    person = work.people.person(old.person)
    if person is None:
        raise refuse("thing.missing", what="持证人")
    sequence = work.certificates.next_number()
    stem, _, unit, _, _ = old.number.rsplit("-", 4)
    text = f"{stem}-{beijing_day(now).year}-{unit}-{sequence:06d}"
    draft = replace(
        old, number=f"{text}-{number_check(text)}", holder_name=person.name, issued_at=now, key_id="", credential="", proof="", second="",
        succeeds=old.number, reason=reason, suspended_at=None, suspended_reason="",
    )  # fmt: skip
    return _keep(f, work, draft, credential.grounds_in(body, old.requirement), sequence)


def _keep(f: Fittings, work: Work, draft: Certificate, grounds: Grounds, sequence: int) -> Certificate:
    """Sign a certificate in every form and write it down."""
    number, index = _place(f, work, sequence)
    at = draft.issued_at
    second = f.signer.second_key(at)
    body = credential.build(
        credential.Issue(
            f.issuer, draft.number, f.vault.tag(draft.person).hex()[:32], draft.holder_name, draft.school_name,
            RATING_NAMES[Rating(draft.rating)], at, midnight(draft.valid_to), number, index, draft.succeeds,
            f"{credential.did_of(f.issuer)}#{second}" if second else "",
        ),
        grounds,
    )  # fmt: skip
    made = replace(
        draft, key_id=f.signer.key_at(at), credential=f.signer.sign(body, presented.VC_JWT, at),
        proof=canonical(f.signer.prove(body, at)).decode(), second=f.signer.second(body, at), status_list=number,
        status_index=index, evidence_digest=hashlib.sha256(canonical([i.digest for i in grounds.items])).hexdigest(),
    )  # fmt: skip
    reached("certificate.signed")
    work.certificates.add_certificate(made)
    reached("certificate.row")
    return made


def _place(f: Fittings, work: Work, sequence: int) -> tuple[int, int]:
    """A free place at random in the list of this stretch of numbers, which is never more than half full."""
    number = 1 + (sequence - 1) // (ENTRIES // 2)
    for _ in range(200):
        drawn = hashlib.sha256(f.ids.secret().encode()).digest()
        index = int.from_bytes(drawn[:8], "big") % ENTRIES
        if work.certificates.take_place(number, index):
            return number, index
    raise RuntimeError("a status list that is at most half full has no free place")


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Beijing."""
    return datetime.combine(day, time(0), UTC) - timedelta(hours=8)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
