"""A teacher's dossier: begun, filled, submitted with a receipt, held still, withdrawn, appealed against."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text

from hub.domain.competency import Framework, Node
from hub.domain.dossier import RECEIPT, DossierState, Guide, PieceKind, SeatState
from hub.domain.errors import Refusal
from hub.domain.rating import Rating
from hub.journey.award import dossier_view, dossiers, drafting, pieces, seats
from hub.journey.award.drafting import Facts
from tests.award.panels import CODE, FRAMEWORK, GUIDE, PDF, Hall
from tests.conftest import rows


def test_a_dossier_says_what_it_lacks_until_it_is_complete(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = dossiers.begin(f, teacher, FRAMEWORK, CODE)
    assert made.label.startswith("A1-") and teacher.login not in made.label
    assert dossier_view.view(f, teacher, made.id).lacking == ("还缺 1 份学情分析方案", "还缺 1 份课堂实录")
    with pytest.raises(Refusal, match="还缺 1 份学情分析方案；还缺 1 份课堂实录"):
        dossiers.submit(f, teacher, made.id)
    pieces.add_file(f, teacher, made.id, "plan", "方案.pdf", PDF)
    pieces.add_link(f, teacher, made.id, "video", PieceKind.VIDEO, "https://v.example.cn/1")
    assert dossier_view.view(f, teacher, made.id).lacking == ()
    assert [one.lacking for one in dossier_view.mine(f, teacher)] == [()]


def test_what_has_no_guide_or_is_not_in_force_or_is_open_already_cannot_be_begun(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    today = date(2026, 11, 23)
    with f.work() as work:
        for id, since, until in (
            ("bare", date(2020, 1, 1), None),
            ("ended", date(2020, 1, 1), today),
            ("coming", date(2026, 11, 24), None),
        ):
            node = Node(id, "X1", "一项能力", "教学设计", "", 0)
            work.frameworks.put_framework(Framework(id, id, "", since, until), [node])
    for framework, code, refused in (
        ("bare", "X1", r"dossier\.no_guide"),
        ("ended", "X1", r"dossier\.framework"),
        ("coming", "X1", r"dossier\.framework"),
        (FRAMEWORK, "Z9", r"thing\.missing"),
        ("nothing", "A1", r"thing\.missing"),
    ):
        with pytest.raises(Refusal, match=refused):
            dossiers.begin(f, teacher, framework, code)
    dossiers.begin(f, teacher, FRAMEWORK, CODE)
    with pytest.raises(Refusal, match=r"dossier\.open"):
        dossiers.begin(f, teacher, FRAMEWORK, CODE)
    assert not {"bare", "ended", "coming"} & {o.framework.id for o in dossier_view.offers(f, teacher)}
    for who in ("student", "city", "near1"):
        with pytest.raises(Refusal, match=r"access\.denied"):
            dossiers.begin(f, hall.actor(who), FRAMEWORK, "A3")


def test_a_framework_without_guides_is_not_offered_and_cannot_be_begun_by_hand(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    offered = {o.framework.id for o in dossier_view.offers(f, teacher)}
    with f.work() as work:
        every = [
            (x.id, n.code)
            for x in work.frameworks.frameworks()
            for n in work.frameworks.nodes(x.id)
            if n.assessable
        ]
        guided = {g.framework for x, _ in every for g in work.frameworks.guides(x)}
    assert {"std2014", "dl2022"} <= {x for x, _ in every} - guided
    assert offered <= guided
    for framework, code in every:
        if framework in ("std2014", "dl2022"):
            with pytest.raises(Refusal, match=r"dossier\.no_guide|dossier\.framework"):
                dossiers.begin(f, teacher, framework, code)
    assert dossier_view.mine(f, teacher) == ()


def test_a_guide_that_asks_for_nothing_is_none(hall: Hall) -> None:
    """A file that was read in may hold one; a dossier by it would be complete with nothing in it."""
    f, teacher = hall.f, hall.actor("teacher")
    with f.work() as work:
        node = Node("empty", "X1", "一项能力", "教学设计", "", 0)
        work.frameworks.put_framework(Framework("empty", "空", "", date(2020, 1, 1), None), [node])
        work.frameworks.put_guide(Guide("empty", "X1", 1, "描述", (), f.clock.now()))
    assert "empty" not in {o.framework.id for o in dossier_view.offers(f, teacher)}
    with pytest.raises(Refusal, match=r"dossier\.no_guide"):
        dossiers.begin(f, teacher, "empty", "X1")


def test_a_draft_framework_does_not_exist_for_a_teacher(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    facts = Facts("新微能力", "", "", "1")
    drafting.begin(f, hall.actor("city"), "draft-one", facts, base=FRAMEWORK, succeeds=True)
    assert "draft-one" not in {o.framework.id for o in dossier_view.offers(f, teacher)}
    for code in (CODE, "Z9"):
        with pytest.raises(Refusal, match=r"thing\.missing"):
            dossiers.begin(f, teacher, "draft-one", code)


def test_there_is_no_appeal_once_an_application_rests_on_it(hall: Hall, engine: Engine) -> None:
    made = hall.rated("pass")
    with engine.begin() as connection:
        wanted = connection.execute(
            text(
                "SELECT column_name, data_type FROM information_schema.columns "
                "WHERE table_name = 'applications' AND is_nullable = 'NO' AND column_default IS NULL"
            )
        )
        filling = {"text": "x", "jsonb": "[]", "timestamp with time zone": "2026-11-23T00:00:00Z"}
        row = {name: filling[kind] for name, kind in wanted} | {
            "id": "app-1", "person": made.person, "school": made.school, "state": "submitted", "dossiers": f'["{made.id}"]',
        }  # fmt: skip
        marks = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO applications ({', '.join(row)}) VALUES ({marks})"), row)  # noqa: S608
    with pytest.raises(Refusal, match="证书申请已经用到这份考核"):
        dossiers.appeal(hall.f, hall.actor("teacher"), made.id, "不服")
    with engine.begin() as connection:
        connection.execute(text("UPDATE applications SET state = 'returned'"))
    dossiers.appeal(hall.f, hall.actor("teacher"), made.id, "不服")


def test_the_guide_of_the_day_it_was_begun_is_the_one_it_is_judged_by(hall: Hall) -> None:
    made = hall.draft()
    version = hall.guide(CODE, [*GUIDE, {**GUIDE[0], "key": "more", "name": "教学反思"}])
    sent = dossiers.submit(hall.f, hall.actor("teacher"), made.id)
    assert sent.guide == made.guide == version - 1
    later = dossiers.begin(hall.f, hall.actor("colleague"), FRAMEWORK, CODE)
    assert later.guide == version


def test_submitting_freezes_the_pieces_and_gives_a_signed_receipt(hall: Hall, engine: Engine) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = hall.draft()
    view = dossier_view.view(f, teacher, made.id)
    with pytest.raises(Refusal, match=r"dossier\.no_receipt"):
        dossiers.receipt(f, teacher, made.id)
    sent = dossiers.submit(f, teacher, made.id, view.digest)
    assert sent.state is DossierState.ASSESSING and sent.digest == view.digest
    receipt = dossiers.receipt(f, teacher, made.id)
    claims = f.signer.verify(receipt, RECEIPT)
    assert claims is not None and claims["sha256"] == sent.digest and len(claims["pieces"]) == 2
    assert claims["teacher"] == teacher.login and teacher.name not in receipt
    told = rows(engine, "SELECT detail->>'receipt' FROM audit_details WHERE detail ? 'receipt'")
    assert told == [(hashlib.sha256(receipt.encode()).hexdigest(),)]
    for deed in (
        lambda: pieces.add_file(f, teacher, made.id, "plan", "又.pdf", PDF),
        lambda: pieces.add_link(f, teacher, made.id, "video", PieceKind.LINK, "https://v.example.cn/2"),
        lambda: pieces.remove(f, teacher, made.id, view.pieces[0].id),
    ):
        with pytest.raises(Refusal, match=r"dossier\.frozen"):
            deed()
    with pytest.raises(Refusal, match=r"dossier\.submitted"):
        dossiers.submit(f, teacher, made.id)


def test_what_changed_after_the_teacher_looked_is_not_submitted(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = hall.draft()
    seen = dossier_view.view(f, teacher, made.id).digest
    pieces.add_file(f, teacher, made.id, "plan", "补充.txt", "补充说明".encode())
    with pytest.raises(Refusal, match=r"dossier\.changed"):
        dossiers.submit(f, teacher, made.id, seen)
    assert hall.state(made.id).state is DossierState.DRAFT


def test_nobody_else_can_look_at_or_touch_a_dossier(hall: Hall) -> None:
    f = hall.f
    made = hall.draft()
    piece = dossier_view.view(f, hall.actor("teacher"), made.id).pieces[0].id
    for who in ("colleague", "stranger", "student", "school_admin", "county_hr", "city_hr", "near1", "city"):
        actor = hall.actor(who)
        for deed in (
            lambda a=actor: dossier_view.view(f, a, made.id),
            lambda a=actor: pieces.add_file(f, a, made.id, "plan", "a.pdf", PDF),
            lambda a=actor: pieces.add_notebook(f, a, made.id, "plan", "evi-1"),
            lambda a=actor: pieces.add_link(f, a, made.id, "video", PieceKind.LINK, "https://v.example.cn/9"),
            lambda a=actor: pieces.remove(f, a, made.id, piece),
            lambda a=actor: pieces.own_file(f, a, made.id, piece),
            lambda a=actor: dossiers.submit(f, a, made.id),
            lambda a=actor: dossiers.withdraw(f, a, made.id),
            lambda a=actor: dossiers.appeal(f, a, made.id, "不服"),
            lambda a=actor: dossiers.receipt(f, a, made.id),
        ):
            with pytest.raises(Refusal, match=r"thing\.missing"):
                deed()
    other = hall.draft("colleague")
    with pytest.raises(Refusal, match=r"thing\.missing"):  # a piece of another dossier under one's own
        pieces.remove(f, hall.actor("colleague"), other.id, piece)
    with pytest.raises(Refusal, match=r"thing\.missing"):
        pieces.own_file(f, hall.actor("colleague"), other.id, piece)


def test_a_notebook_counts_only_where_it_is_ones_own_stands_and_shows_this_competency(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = dossiers.begin(f, teacher, FRAMEWORK, CODE)
    good, other = hall.evidence(), hall.evidence(code="A3", key="a13-charts")
    foreign = hall.evidence("colleague")
    for id in (other.id, foreign.id, "evi-none", ""):
        with pytest.raises(Refusal, match="没有这项微能力的已评阅成绩"):
            pieces.add_notebook(f, teacher, made.id, "plan", id)
    pieces.add_notebook(f, teacher, made.id, "plan", good.id)
    with pytest.raises(Refusal, match="已经在材料里"):
        pieces.add_notebook(f, teacher, made.id, "plan", good.id)
    pieces.add_link(f, teacher, made.id, "video", PieceKind.LINK, "https://v.example.cn/1")
    hall.evidence()  # a better grade settles: the old evidence is superseded
    with pytest.raises(Refusal, match="成绩已有变化"):
        dossiers.submit(f, teacher, made.id)


def test_a_grade_under_a_submitted_dossier_is_held_until_it_is_withdrawn(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = dossiers.begin(f, teacher, FRAMEWORK, CODE)
    shown = hall.evidence()
    pieces.add_notebook(f, teacher, made.id, "plan", shown.id)
    pieces.add_link(f, teacher, made.id, "video", PieceKind.LINK, "https://v.example.cn/1")

    def held() -> bool:
        with f.work() as work:
            one = work.evidence.rests_on(teacher.uid, shown.run, shown.assignment)
            assert one == (teacher.uid in work.evidence.relied_on(shown.run, shown.assignment))
            assert not work.evidence.rests_on(hall.uid("colleague"), shown.run, shown.assignment)
            return one

    assert not held()
    dossiers.submit(f, teacher, made.id)
    assert held()
    dossiers.withdraw(f, teacher, made.id)
    assert not held()
    again = dossiers.begin(f, teacher, FRAMEWORK, CODE)
    pieces.add_notebook(f, teacher, again.id, "plan", shown.id)
    pieces.add_link(f, teacher, again.id, "video", PieceKind.LINK, "https://v.example.cn/1")
    dossiers.submit(f, teacher, again.id)
    for seat in hall.open_seats(again.id):
        hall.rate(seat, "pass")
    assert hall.state(again.id).state is DossierState.RATED and held()


def test_a_dossier_can_be_withdrawn_until_somebody_rated_it(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = hall.submitted()
    one, two = hall.open_seats(made.id)
    hall.level_all(one, "pass")  # noted, not handed in
    dossiers.withdraw(f, teacher, made.id)
    assert hall.state(made.id).state is DossierState.WITHDRAWN
    assert {s.state for s in hall.seats(made.id)} == {SeatState.LAPSED}
    with pytest.raises(Refusal, match=r"seat\.closed"):
        seats.rate(f, hall.actor(hall.who(one.assessor)), one.id)
    with pytest.raises(Refusal, match=r"dossier\.withdraw"):
        dossiers.withdraw(f, teacher, made.id)
    again = hall.submitted()
    one, two = hall.open_seats(again.id)
    hall.rate(two, "pass")
    with pytest.raises(Refusal, match="已有评审专家提交了评定"):
        dossiers.withdraw(f, teacher, again.id)


def test_one_appeal_within_the_working_days_brings_others_whose_rating_stands(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = hall.rated("fail")
    first = {s.assessor for s in hall.seats(made.id)}
    assert made.rating is Rating.FAIL
    view = dossier_view.view(f, teacher, made.id)
    assert list(view.comments.values()) == [("还差一步",)] * 2 and view.no_appeal is None
    for reason in ("", "  ", "长" * 501):
        with pytest.raises(Refusal, match=r"appeal\.reason"):
            dossiers.appeal(f, teacher, made.id, reason)
    dossiers.appeal(f, teacher, made.id, "实录里 6 分 10 秒处可以看到")
    again = hall.state(made.id)
    assert (again.state, again.round) == (DossierState.ASSESSING, 2)
    second = hall.open_seats(made.id)
    assert len(second) == 2 and not first & {s.assessor for s in second}
    with pytest.raises(Refusal, match="申诉的复评已经开始"):
        dossiers.withdraw(f, teacher, made.id)
    hall.rate(second[0], "pass")
    hall.rate(second[1], "excellent")
    (third,) = hall.open_seats(made.id)
    assert third.number == 3 and third.assessor not in first
    hall.rate(third, "pass")
    assert hall.state(made.id).rating is Rating.PASS
    with pytest.raises(Refusal, match="只能申诉一次"):
        dossiers.appeal(f, teacher, made.id, "还是不服")
    assert dossier_view.view(f, teacher, made.id).appeal is not None


def test_an_appeal_comes_too_late_on_the_eleventh_working_day(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = hall.rated("pass")  # on Monday 23 November
    hall.town.f.clock.pass_(days=14)  # type: ignore[attr-defined]
    assert dossier_view.view(f, teacher, made.id).no_appeal is None
    hall.town.f.clock.pass_(days=1)  # type: ignore[attr-defined]
    with pytest.raises(Refusal, match="申诉期到 2026年12月7日 为止"):
        dossiers.appeal(f, teacher, made.id, "迟了")


def test_there_is_no_appeal_against_the_best_nor_beside_a_new_dossier(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = hall.rated("excellent")
    with pytest.raises(Refusal, match="已是“优秀”"):
        dossiers.appeal(f, teacher, made.id, "更好")
    other = hall.rated("pass", code="A3")
    dossiers.begin(f, teacher, FRAMEWORK, "A3")
    with pytest.raises(Refusal, match="重新开始了考核"):
        dossiers.appeal(f, teacher, other.id, "不服")


def test_the_result_names_nobody(hall: Hall) -> None:
    made = hall.submitted()
    for seat in hall.open_seats(made.id):
        hall.rate(seat, "pass", "fail")
    view = dossier_view.view(hall.f, hall.actor("teacher"), made.id)
    assert view.dossier.rating is Rating.FAIL
    told = repr(view)
    for seat in hall.seats(made.id):
        assert seat.assessor not in told and seat.id not in told


def test_every_step_left_one_event_without_a_name(hall: Hall, engine: Engine) -> None:
    made = hall.rated("fail")
    dossiers.appeal(hall.f, hall.actor("teacher"), made.id, "请复评")
    verbs = [
        v
        for (v,) in rows(engine, "SELECT verb FROM audit_events WHERE verb ~ '^(dossier|seat)' ORDER BY seq")
    ]
    assert verbs == [
        "dossier.begun", "dossier.submitted", "seat.assigned", "seat.assigned", "seat.rated", "seat.rated",
        "dossier.rated", "dossier.appealed", "seat.assigned", "seat.assigned",
    ]  # fmt: skip
    kept = str(rows(engine, "SELECT detail::text FROM audit_details"))
    for name in ("陈晓燕", "涧西第一小学", "还差一步", "请复评", hall.actor("teacher").login):
        assert name not in kept


def test_a_dossier_takes_so_many_pieces_and_no_more(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = hall.draft()
    for n in range(18):
        pieces.add_file(f, teacher, made.id, "plan", f"{n}.txt", f"第 {n} 份".encode())
    with pytest.raises(Refusal, match=r"dossier\.full"):
        pieces.add_file(f, teacher, made.id, "plan", "再.txt", b"one more")
    with pytest.raises(Refusal, match=r"dossier\.full"):
        pieces.add_link(f, teacher, made.id, "video", PieceKind.LINK, "https://v.example.cn/21")


def test_what_is_said_with_a_piece_must_not_tell_whose_it_is(hall: Hall) -> None:
    f, teacher = hall.f, hall.actor("teacher")
    made = dossiers.begin(f, teacher, FRAMEWORK, CODE)
    for note, url in (
        ("陈晓燕的课", "https://v.example.cn/1"),
        ("涧西第一小学三年级", "https://v.example.cn/1"),
        ("", f"https://v.example.cn/{teacher.login}"),
        ("", "https://v.example.cn/%E9%99%88%E6%99%93%E7%87%95"),
    ):
        with pytest.raises(Refusal, match="评审是匿名的"):
            pieces.add_link(f, teacher, made.id, "video", PieceKind.LINK, url, note)
    with pytest.raises(Refusal, match="不超过 200 字"):
        pieces.add_link(f, teacher, made.id, "video", PieceKind.LINK, "https://v.example.cn/1", "长" * 201)
    with pytest.raises(Refusal, match="没有要求这种材料"):
        pieces.add_file(f, teacher, made.id, "video", "a.pdf", PDF)
    with pytest.raises(Refusal, match="没有要求这种材料"):
        pieces.add_file(f, teacher, made.id, "nothing", "a.pdf", PDF)


def test_who_changed_schools_before_submitting_is_assessed_at_the_new_one(hall: Hall) -> None:
    from tests.people import FAR_SCHOOL, SCHOOL

    f = hall.f
    made = hall.draft()
    today = f.clock.now().date()
    with f.work() as work:
        work.people.leave(hall.uid("teacher"), SCHOOL, today)
        work.people.ungrant(hall.uid("teacher"), SCHOOL, today)
        work.people.join(hall.uid("teacher"), FAR_SCHOOL, today - timedelta(days=1), staff_no="", subject="")
        work.people.grant(hall.uid("teacher"), hall_role(), FAR_SCHOOL, today, "test")
    assert dossiers.submit(f, hall.actor("teacher"), made.id).school == FAR_SCHOOL


def hall_role():  # type: ignore[no-untyped-def]
    from hub.domain.people import Role

    return Role.TEACHER
