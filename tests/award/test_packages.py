"""Packages for the HR bureau: what goes in, who hands them over, and that nothing else does."""

from __future__ import annotations

import json
import threading
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hub.domain.errors import Refusal
from hub.domain.title import ItemState, PackageState
from hub.journey.award import package_build, package_release, packages
from hub.journey.ports import Fittings
from hub.records.verify import RECORDS, check_package
from hub.store.award import tables as t
from tests.award.title_town import PURPOSE, YEAR, TitleTown, build_title_town
from tests.conftest import rows
from tests.people import CITY, EAST, FAR_SCHOOL, SCHOOL, WEST, Town


@pytest.fixture
def titles(f: Fittings, engine: Engine, town: Town) -> TitleTown:
    """A town whose teachers are certified."""
    return build_title_town(f, engine, town)


def saved(titles: TitleTown, number: str, folder: Path) -> Path:
    """The zip as the HR bureau downloads it."""
    name, file = packages.download(titles.f, titles.actor("reader"), number)
    with file:
        path = folder / name
        path.write_bytes(file.read())
    return path


def reasons(titles: TitleTown, *, since_title: bool = True) -> list[str]:
    seen = packages.look(titles.f, titles.actor("preparer"), CITY, YEAR, "", since_title=since_title)
    return [reason for one in seen.refused for reason in one.reasons]


def test_a_package_is_prepared_built_released_fetched_and_receipted(
    titles: TitleTown, tmp_path: Path
) -> None:
    f = titles.f
    apps = [
        titles.certified("lin"),
        titles.certified("he", "何𠅤", FAR_SCHOOL),
        titles.certified("wu", "吴小莉"),
    ]
    package = titles.built()
    assert package.state is PackageState.BUILT and package.root
    released = package_release.release(f, titles.actor("releaser"), package.number)
    assert released.state is PackageState.RELEASED
    path = saved(titles, package.number, tmp_path)
    assert check_package(path, f.signer.public()) == []
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        records = [json.loads(line) for line in archive.read(RECORDS).decode().splitlines()]
        manifest = json.loads(archive.read("manifest.json"))
        names = set(archive.namelist())
    assert [r["identity"]["name"] for r in records if r["unit"]["school_code"] == FAR_SCHOOL] == ["何𠅤"]
    one = next(r for r in records if r["identity"]["name"] == "林佳怡")
    assert one["title"]["weight"] == "参考（未设置）" and one["title"]["current_title"] == "中小学一级教师"
    assert one["hours"] == {
        "hours_total": "55.5", "hours_practice": "35.0", "practice_ratio": "63.1%", "hour_rule_id": "IT50"
    }  # fmt: skip
    assert one["process"]["publicity"]["working_days"] == 5 and one["unit"]["county_code"] == WEST
    assert one["identity"]["birth_date"] == "1985-06-15" and one["identity"]["teacher_nat_id"] == "无"
    assert manifest["purpose"] == PURPOSE and manifest["prepared_by"] == titles.uid("preparer")
    assert {f"certificates/{titles.number(app)}.pdf" for app in apps} <= names
    assert {f"publicity/{school}.pdf" for school in (SCHOOL, FAR_SCHOOL)} <= names
    assert set(rows(titles.engine, "SELECT DISTINCT state FROM applications")) == {("exported",)}
    package_release.receipt(
        f, titles.actor("preparer"), package.number, "洛人社收〔2026〕18号", date(2026, 11, 23)
    )
    assert set(rows(titles.engine, "SELECT DISTINCT state FROM applications")) == {("receipted",)}
    verbs = [row[0] for row in rows(titles.engine, "SELECT verb FROM audit_events ORDER BY seq")]
    assert verbs == [
        "package.prepared",
        "package.built",
        "package.released",
        "read.package",
        "package.receipted",
    ]


def test_the_preparer_a_confirmer_and_whoever_is_in_it_cannot_release(titles: TitleTown) -> None:
    titles.certified("lin")
    package = titles.built()
    with titles.f.work() as work:
        for key in ("lin",):
            work.people.grant(titles.uid(key), *_city_hr(), date(2020, 9, 1), "test")
    for who, code in (
        ("preparer", "package.own"),
        ("confirmer", "package.confirmer"),
        ("lin", "package.confirmer"),
    ):
        with pytest.raises(Refusal) as no:
            package_release.release(titles.f, titles.actor(who), package.number)
        assert no.value.code == code, who
        assert packages.show(titles.f, titles.actor(who), package.number).can_release == code
    for who in ("teacher", "west_hr", "city", "reader"):
        with pytest.raises(Refusal) as no:
            package_release.release(titles.f, titles.actor(who), package.number)
        assert no.value.code == "thing.missing", who


def _city_hr() -> tuple[object, str]:
    from hub.domain.people import Role

    return Role.CITY_HR, CITY


def test_of_two_releases_at_once_one_is_refused(titles: TitleTown) -> None:
    titles.certified("lin")
    package = titles.built()
    from hub.domain.people import Role

    titles.person("second", "第二人", FAR_SCHOOL, Role.CITY_HR, CITY)
    actors = [titles.actor("releaser"), titles.actor("second")]
    told: list[str] = []
    gate = threading.Barrier(2)

    def go(who: object) -> None:
        gate.wait()
        try:
            package_release.release(titles.f, who, package.number)  # type: ignore[arg-type]
            told.append("released")
        except Refusal as no:
            told.append(no.code)

    threads = [threading.Thread(target=go, args=(who,)) for who in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["package.state", "released"]
    assert rows(titles.engine, "SELECT count(*) FROM audit_events WHERE verb = 'package.released'") == [(1,)]


def test_a_released_package_alone_is_seen_by_the_hr_bureau(titles: TitleTown) -> None:
    titles.certified("lin")
    package = titles.built()
    reader = titles.actor("reader")
    assert packages.every(titles.f, reader) == ()
    for asked in (packages.show, packages.download):
        with pytest.raises(Refusal) as no:
            asked(titles.f, reader, package.number)
        assert no.value.code == "thing.missing"
    with pytest.raises(Refusal):  # nor by its own makers, before it is released
        packages.download(titles.f, titles.actor("preparer"), package.number)
    package_release.release(titles.f, titles.actor("releaser"), package.number)
    assert [p.number for p in packages.every(titles.f, reader)] == [package.number]
    packages.download(titles.f, reader, package.number)[1].close()
    packages.download(titles.f, reader, package.number)[1].close()
    assert rows(titles.engine, "SELECT count(*) FROM audit_events WHERE verb = 'read.package'") == [(2,)]


def test_whatever_is_missing_refuses_the_record_with_a_reason_and_never_leaves_a_field_empty(
    titles: TitleTown,
) -> None:
    titles.certified("good")
    ways = {
        "缺现任职务": lambda uid, app: titles.change(t.title_holdings, "person", uid, person=titles.uid("reader")),
        "缺教师资格证书号码": lambda uid, app: titles.change(t.title_holdings, "person", uid, teacher_cert_no=""),
        "缺学校审核记录": lambda uid, app: titles.change(t.reviews, "application", app, step="submit"),
        "公示只有 4 个工作日，不满 5 个": lambda uid, app: _notice(titles, app, working_days=4),
        "缺公示记录": lambda uid, app: _notice(titles, app, applications=[]),
        "公示还没有结束就作了市级确认": lambda uid, app: _notice(titles, app, closes_on=date(2026, 6, 1)),
        "证书已中止，恢复以后才能报送": lambda uid, app: titles.add(
            t.suspensions, id=f"sus-{app}", certificate=titles.number(app), reason="查", suspended_by=titles.uid("preparer"),
            suspended_at=titles.f.clock.now(),
        ),
        "证书有效期到 2026-01-01 为止，已过期": lambda uid, app: titles.change(
            t.certificates, "application", app, valid_to=date(2026, 1, 1)
        ),
        "A1 只有 1 位评审，不足 2 位": lambda uid, app: _seat(titles, uid),
        "B1 没有合格的结果": lambda uid, app: titles.change(t.dossiers, "id", _dossier(titles, uid, "B1"), rating="fail"),
        "任现职（2026-04-02）以来只有 0 项微能力结果，规则要求 3 项": lambda uid, app: titles.change(
            t.title_holdings, "person", uid, appointed_on=date(2026, 4, 2)
        ),
        "有异议还没有答复": lambda uid, app: _objection(titles, app),
    }  # fmt: skip
    wanted = []
    for n, (reason, way) in enumerate(ways.items()):
        app = titles.certified(f"p{n}")
        way(titles.uid(f"p{n}"), app)
        wanted.append(reason)
    said = reasons(titles)
    assert sorted(set(wanted) - set(said)) == []
    package = titles.built()
    assert len(package.refused) == len(ways)
    with titles.f.work() as work:
        assert len(tuple(work.packages.items(package.number, ItemState.BUILT))) == 1


def _notice(titles: TitleTown, app: str, **values: object) -> None:
    with titles.f.work() as work:
        notice = work.title_facts.facts([app])[0].notice
    assert notice is not None
    titles.change(t.notices, "id", notice.id, **values)


def _dossier(titles: TitleTown, uid: str, code: str) -> str:
    found = rows(titles.engine, f"SELECT id FROM dossiers WHERE person = '{uid}' AND code = '{code}'")  # noqa: S608
    return str(found[0][0])


def _seat(titles: TitleTown, uid: str) -> None:
    dossier = _dossier(titles, uid, "A1")
    found = rows(titles.engine, f"SELECT id FROM seats WHERE dossier = '{dossier}'")  # noqa: S608
    titles.change(t.seats, "id", str(found[0][0]), state="lapsed")


def _objection(titles: TitleTown, app: str) -> None:
    with titles.f.work() as work:
        notice = work.title_facts.facts([app])[0].notice
    assert notice is not None
    titles.add(
        t.objections, id=f"obj-{app}", application=app, notice=notice.id, by=titles.uid("reader"), reason="有疑问",
        made_at=titles.f.clock.now(), due_on=date(2026, 12, 1), answer="",
    )  # fmt: skip


def test_a_school_without_its_credit_code_is_told_of(titles: TitleTown) -> None:
    titles.certified("lin")
    from hub.store import tables as base

    titles.change(base.organisations, "code", SCHOOL, uscc="")
    assert reasons(titles) == ["缺统一社会信用代码（学校）"]
    with pytest.raises(Refusal) as no:
        titles.prepared()
    assert no.value.code == "package.empty"


def test_only_what_came_after_the_appointment_goes_in_unless_it_is_asked_for_otherwise(
    titles: TitleTown, tmp_path: Path
) -> None:
    titles.certified("lin")
    titles.change(t.title_holdings, "person", titles.uid("lin"), appointed_on=date(2025, 1, 1))
    for since, total, ended in (
        (True, "25.5", ["2025-06-30"]),
        (False, "55.5", ["2024-06-30", "2025-06-30"]),
    ):
        package = titles.built(since_title=since)
        with titles.f.work() as work:
            item = next(work.packages.items(package.number, ItemState.BUILT))
        record = json.loads(titles.f.vault.open(item.sealed or b""))
        assert record["hours"]["hours_total"] == total
        assert [entry["end_date"] for entry in record["training"]] == ended
        packages.cancel(titles.f, titles.actor("preparer"), package.number)


def test_an_entry_that_was_taken_back_is_no_training(titles: TitleTown) -> None:
    titles.certified("lin")
    uid = titles.uid("lin")
    found = rows(titles.engine, f"SELECT id FROM hours WHERE person = '{uid}' AND project_no = 'GP-01'")  # noqa: S608
    titles.training(uid, date(2024, 6, 30), "-30", "-20", reverses=found[0][0], key="")
    package = titles.built()
    with titles.f.work() as work:
        item = next(work.packages.items(package.number, ItemState.BUILT))
    assert json.loads(titles.f.vault.open(item.sealed or b""))["hours"]["hours_total"] == "25.5"


def test_what_the_preparer_did_not_see_is_not_packed(titles: TitleTown) -> None:
    titles.certified("lin")
    who = titles.actor("preparer")
    seen = packages.look(titles.f, who, CITY, YEAR, "", since_title=True)
    titles.certified("late")
    with pytest.raises(Refusal) as no:
        packages.prepare(titles.f, who, CITY, YEAR, "", PURPOSE, seen.digest, since_title=True)
    assert no.value.code == "package.changed"


def test_nothing_is_in_two_packages_and_a_cancelled_one_lets_go(titles: TitleTown) -> None:
    titles.certified("lin")
    first = titles.prepared()
    assert reasons(titles) == [f"已在报送包 {first.number} 里"]
    packages.cancel(titles.f, titles.actor("releaser"), first.number)
    assert titles.prepared().number != first.number
    assert package_build.step(titles.f, first.number) == 0


def test_what_went_bad_while_the_package_was_built_is_left_out(titles: TitleTown) -> None:
    good, bad = titles.certified("lin"), titles.certified("wu")
    package = titles.prepared()
    _notice(titles, bad, working_days=1)
    while package_build.step(titles.f, package.number):
        pass
    shown = packages.show(titles.f, titles.actor("preparer"), package.number)
    assert [i.problem for i in shown.left_out] == ["公示只有 1 个工作日，不满 5 个"]
    package_release.release(titles.f, titles.actor("releaser"), package.number)
    states = dict(rows(titles.engine, "SELECT id, state FROM applications"))
    assert states == {good: "exported", bad: "issued"}


def test_a_certificate_revoked_between_build_and_release_stops_the_release(titles: TitleTown) -> None:
    app = titles.certified("lin")
    package = titles.built()
    titles.change(t.applications, "id", app, state="revoked")
    with pytest.raises(Refusal) as no:
        package_release.release(titles.f, titles.actor("releaser"), package.number)
    assert no.value.code == "package.stale"


def _revoke(titles: TitleTown, app: str) -> None:
    titles.add(
        t.revocations, certificate=titles.number(app), revoked_at=titles.f.clock.now(), revoked_by=titles.uid("preparer"),
        revoked_reason="证据不实",
    )  # fmt: skip
    titles.change(t.applications, "id", app, state="revoked")


def test_a_certificate_revoked_afterwards_is_corrected_in_the_next_package(
    titles: TitleTown, tmp_path: Path
) -> None:
    app = titles.certified("lin")
    first = titles.built()
    package_release.release(titles.f, titles.actor("releaser"), first.number)
    _revoke(titles, app)
    titles.certified("wu", "吴小莉")
    second = titles.built()
    package_release.release(titles.f, titles.actor("releaser"), second.number)
    path = saved(titles, second.number, tmp_path)
    assert check_package(path, titles.f.signer.public()) == []
    with zipfile.ZipFile(path) as archive:
        records = [json.loads(line) for line in archive.read(RECORDS).decode().splitlines()]
        manifest = json.loads(archive.read("manifest.json"))
    told = next(r for r in records if r["kind"] == "correction")
    assert told["certificate"]["status"] == "撤销" and told["corrects"]["batch_no"] == first.number
    assert told["corrects"]["reason"] == "证据不实" and manifest["counts"]["corrections"] == 1
    with titles.f.work() as work:  # the chain of the school goes on where the first package left it
        before = next(work.packages.items(first.number, ItemState.BUILT))
    from hub.records.verify import link

    assert records[0]["integrity"]["prev_hash"] == link(before.prev_hash, before.record_hash)
    with pytest.raises(Refusal) as no:  # once is enough
        titles.prepared()
    assert no.value.code == "package.empty"


def test_a_certificate_that_was_replaced_afterwards_is_corrected_too(titles: TitleTown) -> None:
    app = titles.certified("lin")
    first = titles.built()
    package_release.release(titles.f, titles.actor("releaser"), first.number)
    titles.change(t.applications, "id", app, state="superseded")
    second = titles.built()
    with titles.f.work() as work:
        item = next(work.packages.items(second.number, ItemState.BUILT))
    told = json.loads(titles.f.vault.open(item.sealed or b""))
    assert told["certificate"]["status"] == "被替代" and told["corrects"]["batch_no"] == first.number


def test_of_two_packages_that_continue_one_chain_the_second_must_be_made_anew(titles: TitleTown) -> None:
    titles.certified("lin")
    first = titles.built(SCHOOL)
    titles.certified("wu")
    second = titles.built(WEST)
    package_release.release(titles.f, titles.actor("releaser"), first.number)
    with pytest.raises(Refusal) as no:
        package_release.release(titles.f, titles.actor("releaser"), second.number)
    assert no.value.code == "package.stale"


def test_a_builder_that_was_killed_leaves_what_another_finishes(titles: TitleTown) -> None:
    for n in range(5):
        titles.certified(f"p{n}")
    package = titles.prepared()
    assert package_build.step(titles.f, package.number, 2) == 2
    counts = packages.show(titles.f, titles.actor("preparer"), package.number).counts
    assert (counts[ItemState.BUILT], counts[ItemState.WAITING]) == (2, 3)
    assert package_build.work_on(titles.f, 50) == 3
    assert package_build.work_on(titles.f, 50) == 1
    assert package_build.work_on(titles.f, 50) == 0


def test_no_identity_number_is_anywhere_but_inside_the_package(titles: TitleTown, tmp_path: Path) -> None:
    titles.certified("lin")
    package = titles.built()
    package_release.release(titles.f, titles.actor("releaser"), package.number)
    with titles.f.work() as work:
        item = next(work.packages.items(package.number, ItemState.BUILT))
    number = json.loads(titles.f.vault.open(item.sealed or b""))["identity"]["id_no"]
    assert number.startswith("999999")
    for table in ("package_records", "packages", "audit_events", "audit_details", "title_holdings", "people"):
        told = str(rows(titles.engine, f"SELECT row_to_json(x)::text FROM {table} x"))  # noqa: S608
        assert number not in told and number.encode().hex() not in told, table
    path = saved(titles, package.number, tmp_path)
    assert number.encode() in path.read_bytes()
    with titles.f.work() as work:
        found = work.packages.package(package.number)
    assert found is not None
    for digest in (found.body, found.digest):
        kept = titles.f.files.open(digest)
        assert Path(kept.name).stat().st_mode & 0o777 == 0o600
        kept.close()


def test_scopes_and_words_of_a_package_are_checked(titles: TitleTown) -> None:
    titles.certified("lin")
    who = titles.actor("preparer")
    seen = packages.look(titles.f, who, CITY, YEAR, "", since_title=True)
    for purpose in ("", "x", "长" * 201):
        with pytest.raises(Refusal) as no:
            packages.prepare(titles.f, who, CITY, YEAR, "", purpose, seen.digest, since_title=True)
        assert no.value.code == "package.purpose"
    for org, year, series, code in (
        ("nowhere", YEAR, "", "access.denied"), (CITY, 1999, "", "package.year"), (CITY, YEAR, "magic", "package.year"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as no:
            packages.look(titles.f, who, org, year, series, since_title=True)
        assert no.value.code == code
    for outsider in ("west_hr", "reader", "school_admin", "city"):
        with pytest.raises(Refusal) as no:
            packages.look(titles.f, titles.actor(outsider), WEST, YEAR, "", since_title=True)
        assert no.value.code == "access.denied"
    assert packages.look(titles.f, who, EAST, YEAR, "", since_title=True).good == ()
    assert packages.look(titles.f, who, CITY, YEAR, "voc", since_title=True).good == ()
    assert len(packages.look(titles.f, who, CITY, YEAR, "k12", since_title=True).good) == 1


def test_a_receipt_wants_its_day_and_comes_after_the_release(titles: TitleTown) -> None:
    titles.certified("lin")
    package = titles.built()
    today = date(2026, 11, 23)
    with pytest.raises(Refusal) as no:
        package_release.receipt(titles.f, titles.actor("preparer"), package.number, "收1", today)
    assert no.value.code == "package.state"
    package_release.release(titles.f, titles.actor("releaser"), package.number)
    for text, day in (
        ("", today),
        ("收", today - timedelta(days=1)),
        ("收", today + timedelta(days=1)),
        ("长" * 201, today),
    ):
        with pytest.raises(Refusal) as no:
            package_release.receipt(titles.f, titles.actor("preparer"), package.number, text, day)
        assert no.value.code == "package.receipt"
    with pytest.raises(Refusal):
        packages.cancel(titles.f, titles.actor("preparer"), package.number)
