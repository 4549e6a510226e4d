"""A teacher's dossiers: begun for one competency, submitted with a receipt, withdrawn, appealed against once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime

from hub.domain import panel as rules
from hub.domain.competency import Framework, FrameworkState, Node
from hub.domain.dossier import (
    RECEIPT,
    Appeal,
    Dossier,
    DossierState,
    Guide,
    Piece,
    digest_of,
    missing,
    receipt_claims,
)
from hub.domain.errors import refuse
from hub.domain.lineage import onwards
from hub.domain.people import Actor, may
from hub.domain.rating import Rating
from hub.journey.audit import note
from hub.journey.award import panel
from hub.journey.award.pieces import guide_of, own, stale
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no two of them look alike
_OPEN = (DossierState.DRAFT, DossierState.SUBMITTED, DossierState.ASSESSING)
APPEAL_DAYS = 10  # working days, where the framework has no rule of the bureau yet


def begin(f: Fittings, who: Actor, framework: str, code: str) -> Dossier:
    """Begin a dossier for one competency; the guide that stands today is the one it will be judged by."""
    now = f.clock.now()
    with f.work() as work:
        school = school_of(work, who)
        known = work.frameworks.framework(framework)
        node = next((n for n in work.frameworks.nodes(framework) if n.code == code and n.assessable), None)
        if node is None or known is None or known.state is not FrameworkState.PUBLISHED:
            raise refuse("thing.missing", what="这项微能力")  # of a draft nobody outside the bureau knows
        if not in_force(known, now):
            raise refuse("dossier.framework")
        guide = work.frameworks.guide(framework, code)
        if guide is None or not guide.pieces:  # what asks for nothing would be complete with nothing in it
            raise refuse("dossier.no_guide", name=f"{node.code} {node.name}")
        work.study.lock_attempts("dossier", f"{framework}/{code}", who.uid)
        if _open_one(work, who.uid, framework, code):
            raise refuse("dossier.open", name=f"{node.code} {node.name}")
        label = f"{code}-{''.join(_LETTERS[f.ids.below(len(_LETTERS))] for _ in range(5))}"
        made = Dossier(
            f.ids.new("dos"), who.uid, school, framework, code, guide.version, label, DossierState.DRAFT, 1, now
        )  # fmt: skip
        work.dossiers.add_dossier(made)
        detail = {"framework": framework, "code": code, "guide": guide.version}
        note(f, work, who, "dossier.begun", made.id, detail, org=school)
    return made


def in_force(framework: Framework | None, now: datetime) -> bool:
    """Whether a framework is published and valid on this day."""
    today = beijing_day(now)
    return (
        framework is not None
        and framework.state is FrameworkState.PUBLISHED
        and framework.valid_from <= today
        and (framework.valid_to is None or today < framework.valid_to)
    )


def school_of(work: Work, who: Actor) -> str:
    """The school in which ``who`` teaches and may lay something before assessors."""
    found = next((s for s in who.schools if may(who, "dossier.write", work.people.path(s))), None)
    if found is None:
        raise refuse("access.denied")
    return found


def _open_one(work: Work, uid: str, framework: str, code: str) -> bool:
    return any(
        d.framework == framework and d.code == code and d.state in _OPEN for d in work.dossiers.dossiers(uid)
    )


def submit(f: Fittings, who: Actor, id: str, seen: str | None = None) -> Dossier:
    """Freeze the pieces and hand them over; ``seen`` is the digest of what the teacher agreed to, where they saw one."""
    now = f.clock.now()
    with f.work() as work:
        dossier = own(work, who, id, lock=True)
        if dossier.state is not DossierState.DRAFT:
            raise refuse("dossier.submitted")
        school = school_of(work, who)
        pieces = work.dossiers.pieces(id)
        _hold_grades(work, who, pieces)
        lacking = missing(guide_of(work, dossier), pieces, stale(work, pieces))
        if lacking:
            raise refuse("dossier.incomplete", why="；".join(lacking))
        digest = digest_of(dossier, pieces)
        if seen is not None and seen != digest:
            raise refuse("dossier.changed")
        sent = replace(dossier, state=DossierState.SUBMITTED, school=school, submitted_at=now, digest=digest)
        work.dossiers.put_dossier(sent)
        told = panel.draw(f, work, sent)
        receipt = hashlib.sha256(_receipt(f, who, sent, pieces).encode()).hexdigest()
        detail = {"digest": digest, "pieces": len(pieces), "receipt": receipt, "label": sent.label}
        note(f, work, who, "dossier.submitted", id, detail, org=school)
        panel.tell(f, work, told)
        return work.dossiers.dossier(id) or sent


def _hold_grades(work: Work, who: Actor, pieces: tuple[Piece, ...]) -> None:
    """Until the work ends nobody moves a grade under these pieces; from then on the dossier holds it."""
    evidence = work.evidence.evidence_by_ids([p.evidence for p in pieces if p.evidence])
    for run, assignment in sorted({(e.run, e.assignment) for e in evidence}):
        work.study.lock_attempts(run, assignment, who.uid)


def receipt(f: Fittings, who: Actor, id: str) -> str:
    """The signed receipt of one's own submitted dossier.

    It is signed anew each time: the same key gives the same text, whose digest the audit log keeps.
    """
    with f.work() as work:
        dossier = own(work, who, id)
        if not dossier.digest:
            raise refuse("dossier.no_receipt")
        return _receipt(f, who, dossier, work.dossiers.pieces(id))


def _receipt(f: Fittings, who: Actor, dossier: Dossier, pieces: tuple[Piece, ...]) -> str:
    return f.signer.sign(receipt_claims(dossier, pieces, who.login), RECEIPT)


def withdraw(f: Fittings, who: Actor, id: str) -> None:
    """Take a dossier back for good, as long as nobody has rated it; the competency can be begun afresh."""
    with f.work() as work:
        dossier = own(work, who, id, lock=True)
        if dossier.state not in _OPEN:
            raise refuse("dossier.withdraw", why="这份考核已经结束")
        if dossier.round > 1:
            raise refuse("dossier.withdraw", why="申诉的复评已经开始")
        if rules.ratings(work.panels.seats(id), 1):
            raise refuse("dossier.withdraw", why="已有评审专家提交了评定")
        told = panel.close_all(f, work, dossier)
        work.dossiers.put_dossier(replace(dossier, state=DossierState.WITHDRAWN))
        note(f, work, who, "dossier.withdrawn", id, {"from": dossier.state.value}, org=dossier.school)
        panel.tell(f, work, told)


def appeal(f: Fittings, who: Actor, id: str, reason: str) -> Appeal:
    """Ask for a second round by other assessors, whose rating stands; once, within the rule's working days."""
    now, reason = f.clock.now(), reason.strip()
    with f.work() as work:
        dossier = own(work, who, id, lock=True)
        why = no_appeal(f, work, dossier)
        if why or dossier.rating is None:
            raise refuse("appeal.refused", why=why or "这份考核还没有评定")
        if not reason or len(reason) > 500:
            raise refuse("appeal.reason")
        due = work.workdays.calendar().after(beijing_day(now), rules.DUE_DAYS)
        made = Appeal(id, reason, dossier.rating, now, due)
        work.dossiers.add_appeal(made)
        again = replace(dossier, state=DossierState.SUBMITTED, round=2)
        work.dossiers.put_dossier(again)
        told = panel.draw(f, work, again)
        detail = {"against": dossier.rating.value, "due_on": str(due)}
        note(f, work, who, "dossier.appealed", id, detail, org=dossier.school)
        panel.tell(f, work, told)
    return made


def no_appeal(f: Fittings, work: Work, dossier: Dossier) -> str | None:
    """Why there is no appeal against a dossier's rating now, or None."""
    if dossier.state is not DossierState.RATED or dossier.rated_at is None:
        return "这份考核还没有评定，或已在复评"
    if dossier.round > 1 or work.dossiers.appeal(dossier.id):
        return "每份考核只能申诉一次，复评的结果为最终结果"
    if dossier.rating is Rating.EXCELLENT:
        return "评定已是“优秀”"
    if work.dossiers.applied_with(dossier):
        return "证书申请已经用到这份考核；要申诉，请先收回申请"
    last = appeal_until(f, work, dossier)
    if last is not None and beijing_day(f.clock.now()) > last:
        return f"申诉期到 {last.year}年{last.month}月{last.day}日 为止，已经过了"
    if _open_one(work, dossier.person, dossier.framework, dossier.code):
        return "您已为这项微能力重新开始了考核；要申诉，请先撤回新的那份"
    return None


def appeal_until(f: Fittings, work: Work, dossier: Dossier) -> date | None:
    """The last day for an appeal against a rating; None while nobody knows the holidays, when none can have run out."""
    if dossier.rated_at is None:
        return None
    day = beijing_day(dossier.rated_at)
    every = work.frameworks.frameworks()
    rule = next(
        (
            r for r in f.rules.assessment_rules()
            if r.valid_from <= day and (r.valid_to is None or day < r.valid_to) and dossier.framework in onwards(every, r.framework)
        ),
        None,
    )  # fmt: skip
    return panel.due_day(work, day, rule.appeal_days if rule else APPEAL_DAYS)


def named(work: Work, dossier: Dossier) -> tuple[Node | None, Guide]:
    """The competency of a dossier and the guide it follows."""
    nodes = work.frameworks.nodes(dossier.framework)
    return next((n for n in nodes if n.code == dossier.code), None), guide_of(work, dossier)
