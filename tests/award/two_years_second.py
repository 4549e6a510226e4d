"""The second year of the story of two years: another county, another framework, an appeal, a certificate lost and earned anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hub.domain.certificate import Standing
from hub.domain.dossier import DossierState, PieceKind, SeatState
from hub.domain.errors import Refusal
from hub.domain.rating import Rating
from hub.domain.review import Office, State
from hub.domain.sheet import Outcome
from hub.journey import people
from hub.journey.award import (
    applications,
    batches,
    certificates,
    dossier_view,
    dossiers,
    drafting,
    framework_views,
    hours,
    places,
    publicity,
    review,
    revocation,
    standing,
    verify,
)
from tests.award.two_years import CODES, HOME, NEW, Life
from tests.award.two_years_papers import NEXT, offline


def she_moves_to_another_county(life: Life) -> None:
    """From the day of the roster on the new county sees her and the old one does not; her certificate does not care."""
    f, login, app = life.f, life.actor("teacher").login, life.application().id
    life.on(2025, 9, 1)
    assert hours.of_teacher(f, life.actor("west_hr"), login).entries
    life.refused("thing.missing", hours.of_teacher, "east_hr", login)
    moved = life.roster(life.staff("teacher", "陈晓燕", NEW, change="调动"))
    assert moved.counts[Outcome.UPDATE] == 1 and life.actor("teacher").schools == (NEW,)
    assert hours.of_teacher(f, life.actor("east_hr"), login).entries
    for gone in ("west_hr", "principal"):
        life.refused("thing.missing", hours.of_teacher, gone, login)
    for who, school, there in (("principal", HOME, False), ("new_principal", NEW, True)):
        listed = {p.login for p in people.listing(f, life.actor(who), school, "").people}
        assert (login in listed) is there
    assert applications.whole(f, life.actor("west_hr"), app).school == "涧西第一小学"  # what it reviewed
    life.refused("thing.missing", applications.whole, "east_hr", app)  # and what it did not
    shown = verify.verify(f, life.kept["first"])
    assert (shown.standing, shown.school) == (Standing.VALID, "涧西第一小学")


def the_bureau_succeeds_its_framework(life: Life) -> None:
    """Drafted, changed, published for a later day; what she was rated for stays, and is shown where it corresponds."""
    f, bureau = life.f, life.actor("bureau")
    life.on(2026, 1, 15)
    drafting.begin(
        f, bureau, NEXT, drafting.Facts("微能力（2026 版）", version="2026"), base="micro2019", succeeds=True
    )
    a1 = framework_views.node(f, bureau, NEXT, "A1")
    assert a1.node is not None
    places.put_node(
        f, bureau, NEXT, replace(a1.node, code="D1", name="数据支持的学情分析"), a1.seen, was="A1"
    )
    c7 = framework_views.node(f, bureau, NEXT, "C7")
    places.drop_node(f, bureau, NEXT, "C7", c7.seen)
    seen = framework_views.view(f, bureau, NEXT)
    pairs = [
        (c.from_code, c.to_code, 2 if c.from_code == "A13" else c.strength) for c in seen.whole.crosswalks
    ]
    places.set_crosswalks(f, bureau, NEXT, pairs, seen.crosswalk_seen)
    a5 = framework_views.node(f, bureau, NEXT, "A5")
    assert a5.guide is not None
    places.set_guide(f, bureau, NEXT, "A5", "用技术创设情境，引入新课。", a5.guide.pieces, a5.guide_seen)
    _work_from_class_will_do(life, "B1")
    life.refused("thing.missing", standing.place, "teacher", NEXT, "A5")  # a draft is the bureau's own
    drafting.publish(f, bureau, NEXT, date(2026, 3, 1), None, framework_views.view(f, bureau, NEXT).seen)
    life.refused("framework.published", drafting.discard, "bureau", NEXT)
    life.refused("dossier.framework", dossiers.begin, "teacher", NEXT, "A5")  # not yet
    life.on(2026, 3, 2)
    life.refused("dossier.framework", dossiers.begin, "teacher", "micro2019", "A5")  # no longer
    assert {d.state for d in map(life.state, (life.kept[code] for code in CODES))} == {DossierState.RATED}
    carried = {
        code: [
            (c.code, c.rating, c.strength)
            for c in standing.place(f, life.actor("teacher"), NEXT, code).carried
        ]
        for code in ("D1", "A13", "A5")
    }
    assert carried == {"D1": [("A1", Rating.PASS, 3)], "A13": [("A13", Rating.EXCELLENT, 2)], "A5": []}
    assert verify.verify(f, life.kept["first"]).standing is Standing.VALID


def _work_from_class_will_do(life: Life, code: str) -> None:
    """For one competency the draft no longer asks for a notebook of a course."""
    bureau = life.actor("bureau")
    seen = framework_views.node(life.f, bureau, NEXT, code)
    assert seen.guide is not None
    wanted = tuple(one for one in seen.guide.pieces if one.kinds != (PieceKind.NOTEBOOK,))
    places.set_guide(life.f, bureau, NEXT, code, seen.guide.describes, wanted, seen.guide_seen)


def she_appeals_and_others_judge(life: Life) -> None:
    """Two find her lesson wanting; she says why they err; two who have not sat on it find otherwise, once and for all."""
    f, teacher = life.f, life.actor("teacher")
    made = life.dossier(NEXT, "A5")
    panel = life.seats(made.id, SeatState.OPEN)
    assert {life.who(s.assessor) for s in panel} < {"east1", "east2", "east3"}  # not her new colleague
    life.on(2026, 3, 5)
    for seat in panel:
        life.rate(seat, "pass", "fail", "pass", comment="课堂实录里看不到学生")
    seen = dossier_view.view(f, teacher, made.id)
    assert seen.dossier.rating is Rating.FAIL and seen.appeal_until == date(2026, 3, 19)
    assert {said for own in seen.comments.values() for said in own} == {"课堂实录里看不到学生"}
    life.on(2026, 3, 19)
    dossiers.appeal(f, teacher, made.id, "学生在第 4 分钟以后出现，评审时链接可能没有放完。")
    again = life.seats(made.id, SeatState.OPEN, round=2)
    assert len(again) == 2 and not {s.assessor for s in again} & {s.assessor for s in panel}
    life.on(2026, 3, 24)
    for seat in again:
        life.rate(seat, "pass", "excellent", "pass")
    assert life.state(made.id).rating is Rating.PASS
    life.refused("appeal.refused", dossiers.appeal, "teacher", made.id, "还想再评一次。")
    life.kept["appealed"] = made.id


def she_is_assessed_under_the_new_framework(life: Life) -> None:
    """The same competency again, as the new framework has it: another dossier, rated by people of her new county."""
    f, teacher = life.f, life.actor("teacher")
    life.on(2026, 3, 25)
    made = life.dossier(NEXT, "B1")
    life.on(2026, 4, 1)
    for seat in life.seats(made.id, SeatState.OPEN):
        life.rate(seat, "excellent", "pass")
    assert life.state(made.id).rating is Rating.PASS
    (offer,) = [o for o in applications.mine(f, teacher).offers if o.rule.id == "it2"]
    told = {c.code: c.chosen for c in offer.choices}
    # Two of B1 to choose from, and of those the later one; what is rated under neither rule nor successor is not there.
    assert told == {"A1": True, "A13": True, f"A5（{NEXT}）": True, "B1": False, f"B1（{NEXT}）": True}
    life.kept["again"] = made.id


def her_certificate_is_revoked_and_earned_anew(life: Life) -> None:
    """The review was flawed, the evidence was not: she goes the whole way again over National Day, with what is newer."""
    f, teacher = life.f, life.actor("teacher")
    number = life.application().certificate or ""
    life.on(2026, 6, 15)
    life.refused("access.denied", revocation.revoke, "west_hr", number, "复核发现公示名单没有张贴")
    revocation.revoke(f, life.actor("confirmer"), number, "复核发现公示名单没有在校内张贴，程序无效")
    assert life.application().state is State.REVOKED
    for form in ("first", "first.json"):
        told = verify.verify(f, life.kept[form])
        assert (told.standing, told.state, told.successor) == (Standing.REVOKED, "revoked", "")
    life.on(2026, 9, 15)
    app = review.draft(f, teacher, "it2", [life.kept[key] for key in (*CODES, "again")]).id
    with pytest.raises(Refusal, match=f"与 {NEXT} 的“B1 [^”]+”是同一项，只算一次") as twice:
        review.submit(f, teacher, app)
    assert twice.value.code == "application.grounds"
    assert app == review.draft(f, teacher, "it2", [life.kept[key] for key in ("A1", "A13", "again")]).id
    review.submit(f, teacher, app)
    life.refused("thing.missing", review.let_pass, "principal", app, Office.SCHOOL)  # her former one
    life.on(2026, 9, 16)
    review.let_pass(f, life.actor("new_principal"), app, Office.SCHOOL)
    life.refused("thing.missing", review.let_pass, "west_hr", app, Office.COUNTY)
    review.let_pass(f, life.actor("east_hr"), app, Office.COUNTY)
    life.on(2026, 9, 28)
    notice = publicity.open_notice(f, life.actor("east_hr"), NEW, [app])
    # 1 to 7 October are holidays, Saturday 10 October is worked.
    assert (notice.opens_on, notice.closes_on) == (date(2026, 9, 29), date(2026, 10, 10))
    life.on(2026, 10, 10, hour=23)
    life.refused("notice.running", review.let_pass, "confirmer", app, Office.CITY)
    life.on(2026, 10, 12)
    review.let_pass(f, life.actor("confirmer"), app, Office.CITY)
    batches.open_issue(f, life.actor("issuer"))
    life.worker()
    view = certificates.of_holder(f, teacher, life.application().certificate or "")
    life.kept |= {"second": view.certificate.credential, "second.json": view.document}
    told = verify.verify(f, life.kept["second"])
    assert told.school == "瀍河第一小学" and told.shown is not None
    assert [name.split()[0] for name, _ in told.shown.items] == ["A1", "A13", f"B1（{NEXT}）"]
    assert verify.verify(f, life.kept["first"]).standing is Standing.REVOKED  # nothing brings that one back


def the_new_certificate_has_a_successor(life: Life) -> None:
    """Her name was misspelt for years: the roster puts it right, a new certificate takes the place of the old one."""
    f, old = life.f, life.application().certificate or ""
    life.on(2026, 10, 14)
    assert life.roster(life.staff("teacher", "陈小燕", NEW)).counts[Outcome.UPDATE] == 1
    made = revocation.reissue(f, life.actor("issuer"), old, "姓名用字更正")
    assert (made.succeeds, made.holder_name, life.application().certificate) == (old, "陈小燕", made.number)
    for form in ("second", "second.json"):
        told = verify.verify(f, life.kept[form])
        assert (told.standing, told.state, told.successor) == (Standing.REVOKED, "superseded", made.number)
    life.kept["third"] = made.credential
    assert verify.verify(f, made.credential).standing is Standing.VALID
    # Away from the platform: with the lists that somebody took along, and without them.
    found = {name: offline(life, life.kept[name]) for name in ("first", "second", "third")}
    assert found == {"first": Standing.REVOKED, "second": Standing.REVOKED, "third": Standing.VALID}
    assert offline(life, life.kept["third"], reachable=False) is Standing.UNKNOWN
