"""Applications and certificates of the run that is over: through the chain of review by its journeys, as of their days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hub.demo import assessed, past
from hub.demo.accounts import chosen
from hub.demo.city import City
from hub.demo.people import Invented
from hub.demo.releases import actor, at, chance
from hub.domain.people import Role
from hub.domain.review import Notice, Office
from hub.domain.workdays import Arrangement, SpecialDay
from hub.journey import workdays
from hub.journey.award import certificates, publicity, review
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings, Work
from hub.sources import calendar

RULE = "it2"
_RETURNED = "第三份作业的讲评和学校存档的听课记录对不上，请核对后再申请。（演示）"
_REVOKED = "申请材料经复核不属实。（演示）"
# Where the model teachers of the home school stand, in their order; everybody else has a certificate.
_PLACES = (
    "submitted",
    "submitted",
    "returned",
    "revoked",
    "issued",
    "school_reviewed",
    "county_reviewed",
    "publicised",
)


def know_the_years(f: Fittings) -> None:
    """The calendar as shipped; a year nobody has published yet is made up of weekends, for the demo alone."""
    workdays.found(f, calendar.shipped())
    today = beijing_day(f.clock.now())
    years = sorted({(today + timedelta(days=n)).year for n in (-90, 0, 60)})
    made_up = [
        Arrangement(y, "演示用，不是国务院的安排", (SpecialDay(date(y, 1, 1), False, "元旦"),)) for y in years
    ]
    workdays.found(f, made_up)


def write(f: Fittings, city: City) -> int:
    """Whatever has not been asked for yet is asked for and decided, a school at a time; how many certificates stand for it."""
    know_the_years(f)
    places = {t.uid: place for t, place in zip(past.model_teachers(city), _PLACES, strict=False)}
    first = next(a.person for a in chosen(city) if a.role is Role.TEACHER)
    places[first.uid] = "confirmable"
    with f.work() as work:
        run = work.study.run(past.RUN)
        asking = [*past.eligible(work, city), first]
        asked = {t.uid for t in asking if work.review.applications_of(t.uid)}
    if run is None:
        raise LookupError("the past run is not there")
    by_school: dict[str, list[Invented]] = defaultdict(list)
    for one in asking:
        by_school[one.stays[0].school].append(one)
    for school, own in sorted(by_school.items()):
        if not any(one.uid in asked for one in own):
            _school(f, city, school, own, places, run.ends_at)
    return sum(places.get(one.uid, "issued") in ("issued", "revoked") for one in asking)


def _school(
    f: Fittings, city: City, school: str, own: Sequence[Invented], places: dict[str, str], ended: datetime
) -> None:
    """One school, in one transaction: those of last term together, those whose desks have work on them these days."""
    with f.work() as work:
        hands = Hands.of(work, city, school, f.clock.now())
        then = [
            one
            for one in own
            if places.get(one.uid, "issued") in ("issued", "revoked", "returned", "confirmable")
        ]
        now = [one for one in own if one not in then]
        if then:
            _last_term(f, work, city, hands, then, places, ended + timedelta(days=3))
        if now:
            _these_days(f, work, city, hands, now, places)


@dataclass(frozen=True)
class Hands:
    """Who reviews the people of a school."""

    school: str
    admin: str
    county: str
    confirms: str
    issues: str
    bureau: str
    moment: datetime

    @classmethod
    def of(cls, work: Work, city: City, school: str, moment: datetime) -> Hands:
        """The offices over a school."""
        unit = next(s.unit for s in city.schools if s.org.code == school)
        principal = next(t.uid for t in city.teachers if t.principal and t.stays[0].school == school)
        return cls(
            school, principal, city.hr_of(unit).uid, city.official("city-hr").uid, city.official("city-hr-too").uid,
            city.official("city").uid, moment,
        )  # fmt: skip


def _submit(f: Fittings, work: Work, city: City, one: Invented, moment: datetime, rated_at: datetime) -> str:
    ids = assessed.assess(f, work, city, one, rated_at)
    who = actor(work, one.uid, moment)
    made = review.draft_in(at(f, moment), work, who, RULE, ids)
    return review.submit_in(at(f, moment + timedelta(minutes=5)), work, who, made.id).id


def _last_term(
    f: Fittings,
    work: Work,
    city: City,
    hands: Hands,
    own: Sequence[Invented],
    places: dict[str, str],
    since: datetime,
) -> None:
    """Submitted one by one, reviewed together, posted, confirmed and issued."""
    passed: dict[str, str] = {}
    for one in own:
        asked = since + timedelta(hours=chance("hours", one.uid).randrange(24 * 5))
        passed[one.uid] = _submit(f, work, city, one, asked, since - timedelta(days=1))
    day = timedelta(days=1)
    admin = actor(work, hands.admin, since + 6 * day)
    for uid in [uid for uid in passed if places.get(uid) == "returned"]:
        review.send_back_in(at(f, since + 6 * day), work, admin, passed.pop(uid), _RETURNED)
    _pass(f, work, hands.admin, list(passed.values()), Office.SCHOOL, since + 6 * day)
    _pass(f, work, hands.county, list(passed.values()), Office.COUNTY, since + 8 * day)
    notice = _post(f, work, hands, list(passed.values()), since + 9 * day)
    over = datetime.combine(notice.closes_on + 2 * day, time(2), since.tzinfo)
    ready = [id for uid, id in passed.items() if places.get(uid) != "confirmable"]
    _pass(f, work, hands.confirms, ready, Office.CITY, over)
    issuer = actor(work, hands.issues, over + day)
    for uid, id in passed.items():
        if id in ready:
            made = certificates.issue_in(at(f, over + day), work, issuer, id)
            if places.get(uid) == "revoked":
                bureau = actor(work, hands.bureau, over + 4 * day)
                certificates.revoke_in(at(f, over + 4 * day), work, bureau, made.number, _REVOKED)


def _these_days(
    f: Fittings, work: Work, city: City, hands: Hands, own: Sequence[Invented], places: dict[str, str]
) -> None:
    """Each as far as its place: so every desk has something on it."""
    day = timedelta(days=1)
    start = hands.moment - 6 * day
    by_place: dict[str, list[str]] = defaultdict(list)
    for one in own:
        by_place[places[one.uid]].append(_submit(f, work, city, one, start, start - 30 * day))
    reviewed = [*by_place["county_reviewed"], *by_place["publicised"]]
    _pass(f, work, hands.admin, [*by_place["school_reviewed"], *reviewed], Office.SCHOOL, start + 2 * day)
    _pass(f, work, hands.county, reviewed, Office.COUNTY, start + 4 * day)
    if by_place["publicised"]:
        _post(f, work, hands, by_place["publicised"], start + 5 * day)


def _pass(f: Fittings, work: Work, uid: str, ids: Sequence[str], office: Office, moment: datetime) -> None:
    if ids:
        review.let_all_pass_in(at(f, moment), work, actor(work, uid, moment), ids, office)


def _post(f: Fittings, work: Work, hands: Hands, ids: Sequence[str], moment: datetime) -> Notice:
    who = actor(work, hands.county, moment)
    return publicity.open_notice_in(at(f, moment), work, who, hands.school, ids, publicity.LEAST)
