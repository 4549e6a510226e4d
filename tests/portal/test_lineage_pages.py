"""Two competencies with one code, of two frameworks: wherever a record lists its codes, the pages keep them apart."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from hub.journey.award import publicity
from tests.award.chain import Chain, chain_of
from tests.award.succession import NEXT, succeed
from tests.people import SCHOOL
from tests.portal.conftest import Site
from tests.portal.test_review_pages import hidden, together

THERE = f"B1（{NEXT}）"


@pytest.fixture
def c(site: Site, engine: Engine) -> Chain:
    return chain_of(site.town, engine)


def test_two_b1_are_told_apart_from_the_first_page_to_the_certificate(site: Site, c: Chain) -> None:
    succeed(site.town, apart=["B1"])
    c.hours("teacher")
    ids = [c.dossier("teacher", code) for code in ("A13", "B1")] + [
        c.dossier("teacher", "B1", framework=NEXT)
    ]
    teacher = site.visitor("teacher")
    page = teacher.get("/applications").text
    assert hidden(page, "dossier") == ids and page.count(" checked") == 3
    assert "<b>B1</b>" in page and f"<b>{THERE}</b>" in page
    assert teacher.post("/applications", {"rule": "it2", "dossier": ids, "act": "submit"}).status_code == 302  # type: ignore[dict-item]
    assert f">{THERE} 合格<" in teacher.get("/applications").text
    id = c.now_of("teacher")
    admin, county = site.visitor("school_admin"), site.visitor("county_hr")
    assert f">{THERE} 合格<" in admin.get("/review").text
    assert f">{THERE} 合格<" in together(admin, "school", [id]).text
    assert f"<td>{THERE}　" in admin.get(f"/review/{id}").text
    for visitor, office in ((admin, "school"), (county, "county")):
        assert visitor.post(f"/review/{id}", {"decision": "pass", "office": office}).status_code == 302
    assert f">{THERE} 合格<" in county.get("/publicity").text
    notice = publicity.open_notice(c.f, c.actor("county_hr"), SCHOOL, [id], 5)
    page = site.visitor("colleague").get(f"/publicity/{notice.id}").text
    assert f"{THERE} " in page and "A13 " in page
    c.at_end_of(notice)
    teacher, city = site.visitor("teacher"), site.visitor("city_hr")  # days later everybody signs in again
    for decision in ("pass", "issue"):
        sent = {"decision": decision, "office": "city"}
        assert city.post(f"/review/{id}", sent).status_code == 302
    number = c.now(id).certificate or ""
    page = teacher.get(f"/certificates/{number}").text
    assert f"<dt>{THERE} " in page and "<dt>B1 " in page
    stranger = site.visitor()
    assert f"{THERE} " in stranger.get(f"/v/{number}").text
    pdf = teacher.get(f"/certificates/{number}.pdf")
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")


def test_the_same_one_twice_is_refused_in_a_sentence_and_what_was_ticked_stays(site: Site, c: Chain) -> None:
    succeed(site.town)
    c.hours("teacher")
    ids = [c.dossier("teacher", code) for code in ("A1", "A13", "B1")]
    ids.append(c.dossier("teacher", "B1", framework=NEXT))
    teacher = site.visitor("teacher")
    answer = teacher.post("/applications", {"rule": "it2", "dossier": ids, "act": "submit"})  # type: ignore[dict-item]
    assert answer.status_code == 409 and "application.grounds" in answer.text
    assert "是同一项，只算一次" in answer.text and f"与 {NEXT} 的“B1 " in answer.text
    assert answer.text.count(" checked") == 4


def test_the_rules_own_page_says_what_counts_and_the_later_frameworks_page_what_it_counts_for(
    site: Site,
) -> None:
    stranger = site.visitor()
    assert "或接续它的" not in stranger.get("/rules/it2").text
    succeed(site.town)
    page = stranger.get("/rules/it2").text
    assert f'或接续它的<a href="/frameworks/{NEXT}">' in page and "只算一次" in page
    assert '<a href="/rules/it2">' in stranger.get(f"/frameworks/{NEXT}").text


def test_a_certificate_of_the_old_b1_marks_no_tile_of_the_new_map(site: Site, c: Chain) -> None:
    made = c.confirmed()
    sent = {"decision": "issue"}
    assert site.visitor("city_hr").post(f"/review/{made.id}", sent).status_code == 302
    succeed(site.town)
    teacher = site.visitor("teacher")
    assert "✓ 有证书" not in teacher.get("/competencies").text
    assert teacher.get("/competencies?framework=micro2019").text.count("✓ 有证书") == 3
