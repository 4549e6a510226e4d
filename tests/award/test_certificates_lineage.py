"""What a certificate says where its items are of two frameworks; and that one with items of the rule's alone stays as it was."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain import credential, presented
from hub.domain.audit import canonical
from hub.domain.certificate import Item, Standing
from hub.domain.errors import Refusal
from hub.journey.award import certificates, revocation, verify
from tests.award.confirmed import Desk
from tests.award.succession import NEXT, succeed
from tests.award.test_verification import GROUNDS
from tests.conftest import HandClock

HOME, NOW = "https://portal.example", datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TWO_B1 = (("A5", "pass"), ("B1", "pass"), ("B1", "excellent", NEXT))
ISSUE = credential.Issue(
    HOME, "LY-IT-MICRO2019-2026-410305-000001-K", "7f" * 16, "陈晓燕", "涧西第一小学", "合格", NOW, NOW + timedelta(days=1826), 1, 70_001
)  # fmt: skip
# Of the bytes that were signed for these grounds before any item could be of another framework.
AS_IT_WAS = "11dc66d1fea50fa5d2bf4721bd4ae7ccfa042bdb8fbda81b4fed0ebda33e3f5e"


def test_a_credential_of_the_rules_framework_alone_is_byte_for_byte_what_it_was() -> None:
    body = credential.build(ISSUE, GROUNDS)
    assert hashlib.sha256(json.dumps(body).encode()).hexdigest() == AS_IT_WAS
    again = credential.build(ISSUE, credential.grounds_in(body, "it2"))
    assert json.dumps(again) == json.dumps(body)


ITEMS = st.lists(
    st.builds(
        Item, st.sampled_from(["A1", "A13", "B1"]), st.sampled_from(["技术支持", "两 个 词", "（括号）"]),
        st.sampled_from(["合格", "优秀"]), st.integers(1, 9).map(lambda n: f"dossier:{n}"), st.just("0" * 64),
        st.sampled_from(["", "micro2027", "micro2031"]),
    ),
    min_size=1, max_size=6, unique_by=lambda i: (i.framework, i.code),
)  # fmt: skip


@given(ITEMS)
def test_what_a_credential_rests_on_is_read_out_of_it_whole(items: list[Item]) -> None:
    grounds = replace(GROUNDS, items=tuple(items), valid_years=0)
    body = credential.build(ISSUE, grounds)
    assert credential.grounds_in(body, "it2") == grounds
    assert json.dumps(credential.build(ISSUE, credential.grounds_in(body, "it2"))) == json.dumps(body)
    assert [rating for _, rating in credential.shown(body).items] == [i.rating for i in items]
    others = {i.framework for i in items} - {""}
    assert ("framework" in body["@context"][2]) is bool(others)
    assert {i["targetFramework"] for i in body["credentialSubject"]["achievement"]["alignment"]} - {
        "micro2019"
    } == others


def body_of(token: str) -> dict[str, Any]:
    return dict(presented.take_apart(token).body)


def test_an_item_of_a_later_framework_names_it_wherever_it_stands(desk: Desk) -> None:
    succeed(desk.town, apart=["B1"])
    made = desk.issued(codes=TWO_B1)
    assert made.number.startswith("LY-IT-MICRO2019-")  # the rule's framework is what the certificate is of
    body = body_of(made.credential)
    achievement = body["credentialSubject"]["achievement"]
    assert (achievement["humanCode"], achievement["framework"]) == ("it2", "micro2019")
    home = desk.f.issuer
    assert [(a["targetCode"], a["targetFramework"], a["targetUrl"]) for a in achievement["alignment"]] == [
        ("A5", "micro2019", f"{home}/frameworks/micro2019#A5"),
        ("B1", "micro2019", f"{home}/frameworks/micro2019#B1"),
        ("B1", NEXT, f"{home}/frameworks/{NEXT}#B1"),
    ]
    assert [e.get("framework") for e in body["evidence"]] == [None, None, NEXT]
    results = body["credentialSubject"]["result"][1:]
    assert [(r["alignment"][0]["targetFramework"], r["value"]) for r in results] == [
        ("micro2019", "合格"), ("micro2019", "合格"), (NEXT, "优秀"),
    ]  # fmt: skip
    shown = certificates.view(desk.f, made).shown
    assert [(name.split()[0], rating) for name, rating in shown.items] == [
        ("A5", "合格"), ("B1", "合格"), (f"B1（{NEXT}）", "优秀"),
    ]  # fmt: skip
    assert verify.verify(desk.f, made.credential).standing is Standing.VALID


def test_where_every_item_is_of_the_later_framework_the_rules_is_still_named(desk: Desk) -> None:
    succeed(desk.town)
    made = desk.issued(codes=tuple((code, "pass", NEXT) for code in ("A1", "A5", "B1")))
    body = body_of(made.credential)
    assert credential.grounds_in(body, "it2").framework == "micro2019"
    assert {e["framework"] for e in body["evidence"]} == {NEXT}
    assert all(f"（{NEXT}）" in name for name, _ in certificates.view(desk.f, made).shown.items)


def test_the_one_that_takes_its_place_says_the_same_of_every_item(desk: Desk, clock: HandClock) -> None:
    succeed(desk.town, apart=["B1"])
    old = desk.issued(codes=TWO_B1)
    clock.pass_(days=30)
    new = revocation.reissue(desk.f, desk.town.actor("city_hr"), old.number, "姓名有误")
    was, is_ = body_of(old.credential), body_of(new.credential)
    assert is_["evidence"] == was["evidence"] and is_["@context"] == was["@context"]
    for part in ("achievement", "result", "trainingHours"):
        assert is_["credentialSubject"][part] == was["credentialSubject"][part]


def test_what_was_issued_before_the_succession_stays_and_is_replaced_as_it_was(
    desk: Desk, clock: HandClock
) -> None:
    old = desk.issued()
    token, document = old.credential, certificates.view(desk.f, old).document
    clock.pass_(days=1)
    succeed(desk.town)
    again = desk.certificate(old.number)
    assert (again.credential, certificates.view(desk.f, again).document) == (token, document)
    assert verify.verify(desk.f, token).standing is Standing.VALID
    new = body_of(revocation.reissue(desk.f, desk.town.actor("city_hr"), old.number, "姓名有误").credential)
    was = body_of(token)
    for part in ("@context", "evidence"):
        assert canonical({"": new[part]}) == canonical({"": was[part]})
    assert canonical(new["credentialSubject"]) == canonical(was["credentialSubject"])


def test_a_place_that_is_the_same_in_both_is_certified_once(desk: Desk) -> None:
    succeed(desk.town)
    id = desk.application(codes=(*TWO_B1, ("A1", "pass")))
    with pytest.raises(Refusal, match="是同一项，只算一次") as no:
        certificates.issue_confirmed(desk.f, desk.town.actor("city_hr"), id)
    assert no.value.code == "certificate.moved"
