"""Applications and certificates of the run that is over: asked for and decided by the journeys, as of their days."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.demo import past
from hub.demo.city import City
from hub.demo.people import Invented
from hub.demo.releases import actor, at, chance
from hub.domain.certificate import Application, ApplicationState
from hub.journey.award import certificates, revocation
from hub.journey.ports import Fittings

_RETURNED = "第三份作业的讲评和学校存档的听课记录对不上，请核对后再申请。（演示）"
_REVOKED = "申请材料经复核不属实。（演示）"


def write(f: Fittings, city: City) -> int:
    """Whatever has not been asked for yet is asked for and decided; how many certificates stand for it.

    Of the model teachers two stay on the school's desk, one is returned, one revoked.
    """
    waiting, waiting_too, returned, revoked, _ = (t.uid for t in past.model_teachers(city))
    with f.work() as work:
        run = work.study.run(past.RUN)
        asking = past.eligible(f, work, city)
        asked = {t.uid: found[0] for t in asking if (found := work.review.applications(person=t.uid))}
    if run is None:
        raise LookupError("the past run is not there")
    issued = 0
    for one in asking:  # what was asked for before a crash is decided now
        decided_here = one.uid not in (waiting, waiting_too)
        issued += decided_here and one.uid != returned
        application = asked.get(one.uid) or _apply(f, one, None if not decided_here else run.ends_at)
        if decided_here:
            _decide(f, city, application, approve=one.uid != returned, revoke=one.uid == revoked)
    return issued


def _apply(f: Fittings, one: Invented, ended: datetime | None) -> Application:
    """Ask some days after the run ended, or two days ago."""
    days = chance("days", one.uid).randrange(2, 30)
    moment = ended + timedelta(days=days) if ended else f.clock.now() - timedelta(days=2)
    with f.work() as work:
        who = actor(work, one.uid, moment)
    return certificates.apply(at(f, moment), who, f.rules.requirements()[0].id)


def _decide(f: Fittings, city: City, application: Application, *, approve: bool, revoke: bool) -> None:
    if application.state is not ApplicationState.SUBMITTED:
        return
    moment = application.submitted_at + timedelta(days=3)
    principal = next(t.uid for t in city.teachers if t.principal and t.stays[0].school == application.school)
    with f.work() as work:
        reviewer = actor(work, principal, moment)
        bureau = actor(work, city.officials[4].uid, moment)
    made = certificates.review(
        at(f, moment), reviewer, application.id, approve=approve, reason="" if approve else _RETURNED
    )
    if made and revoke:
        revocation.revoke(at(f, moment + timedelta(days=10)), bureau, made.number, _REVOKED)
