"""The pages of certificates over real HTTP: one's own, the officials' desk, batches, verification, and what is published."""

from __future__ import annotations

import json
import re

import pytest

from hub.domain import presented
from hub.domain.certificate import check_code
from hub.domain.credential import did_of
from hub.journey.award import batches
from hub.portal.award import verify as verify_page
from tests.award.confirmed import Desk
from tests.award.test_batches import DEEDS
from tests.portal.conftest import Site, site  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def fresh_guesses() -> None:
    verify_page._BY_ADDRESS.seen.clear()
    verify_page._BY_NUMBER.seen.clear()


def test_the_holder_sees_prints_downloads_and_shares(site: Site, desk: Desk) -> None:  # noqa: F811
    made = desk.issued()
    teacher = site.visitor("teacher")
    page = teacher.get(f"/certificates/{made.number}")
    assert page.status_code == 200
    for seen in (
        "能力认证证书",
        "陈晓燕",
        "信息技术应用能力（提升工程2.0）",
        made.number,
        f"/v/{made.number}?h=",
    ):
        assert seen in page.text
    assert made.number in teacher.get("/certificates").text
    token = teacher.get(f"/certificates/{made.number}.jwt")
    assert (token.text, token.headers["Content-Type"]) == (made.credential, "application/vc+jwt")
    document = teacher.get(f"/certificates/{made.number}.json")
    assert json.loads(document.text)["proof"]["cryptosuite"] == "eddsa-jcs-2022"
    assert teacher.get(f"/certificates/{made.number}.pdf").content.startswith(b"%PDF-")
    assert teacher.get(f"/certificates/{made.number}.sm2").status_code == 404
    for other in ("colleague", "school_admin"):
        assert site.visitor(other).get(f"/certificates/{made.number}.json").status_code == 404


def test_a_stranger_verifies_by_link_upload_and_pdf(site: Site, desk: Desk) -> None:  # noqa: F811
    made, stranger = desk.issued(), site.visitor()
    link = stranger.get(f"/v/{made.number}?h={check_code(made.credential)}")
    assert "有效" in link.text
    assert "陈*燕" in link.text
    assert "陈晓燕" not in link.text
    assert "状态列表截至" in link.text
    assert "密钥 luojiao-2026" in link.text
    assert "陈*燕" not in stranger.get(f"/verify?number={made.number}").text
    pdf = site.visitor("teacher").get(f"/certificates/{made.number}.pdf").content
    for name, content in (("c.pdf", pdf), ("c.jwt", made.credential.encode())):
        answer = stranger.post("/verify", files={"file": (name, content)})
        assert answer.status_code == 200
        assert "陈*燕" in answer.text, name
    broken = stranger.post("/verify", files={"file": ("c.jwt", made.credential[:-6].encode() + b"AAAAAA")})
    assert "签名不对" in broken.text
    for junk in (b"\xff\xfe\x00", b"%PDF-1.7 nothing", b"{", b"x" * 500_000):
        assert "无法确认" in stranger.post("/verify", files={"file": ("x", junk)}).text


def test_guessing_a_check_code_ends_after_ten_wrong_ones(site: Site, desk: Desk) -> None:  # noqa: F811
    made, stranger = desk.issued(), site.visitor()
    for n in range(10):
        assert "核验码和编号对不上" in stranger.get(f"/v/{made.number}?h={n:012x}").text
    stopped = stranger.get(f"/v/{made.number}?h={check_code(made.credential)}")
    assert stopped.status_code == 503
    assert "verify.busy" in stopped.text
    assert stranger.get(f"/verify?number={made.number}").status_code == 200
    for n in range(60):
        stranger.get(f"/verify?number=LY-{n}")
    assert stranger.get(f"/verify?number={made.number}").status_code == 503


def test_an_official_suspends_restores_replaces_and_revokes_with_a_reason(site: Site, desk: Desk) -> None:  # noqa: F811
    made, official = desk.issued(), site.visitor("city_hr")
    assert "输入编号查找" in official.get("/issued").text
    assert "没有这份证书" in official.get("/issued?number=LY-IT-X").text
    refused = official.post("/issued", {"number": made.number, "deed": "suspend", "reason": " "})
    assert refused.status_code == 409
    assert "certificate.reason" in refused.text
    kept = official.post("/issued", {"number": made.number, "deed": "lift", "reason": "写了一半的原因"})
    assert kept.status_code == 409
    assert "写了一半的原因" in kept.text
    assert official.post("/issued", {"number": made.number, "deed": "burn", "reason": "x"}).status_code == 400
    for deed, seen in (("suspend", "已暂停"), ("lift", "有效"), ("reissue", "换发自"), ("revoke", "已撤销")):
        number = desk.see("SELECT number FROM certificates ORDER BY issued_at DESC, number DESC LIMIT 1")[0][
            0
        ]
        done = official.post("/issued", {"number": number, "deed": deed, "reason": "核查材料"})
        assert done.status_code == 302, done.text
        assert seen in official.get(done.headers["Location"]).text
    assert (
        site.visitor("city")
        .post("/issued", {"number": made.number, "deed": "revoke", "reason": "x"})
        .status_code
        == 403
    )


def test_a_batch_shows_its_progress_and_stops_refreshing_when_it_is_done(site: Site, desk: Desk) -> None:  # noqa: F811
    official = site.visitor("city_hr")
    assert "没有等待发证的申请" in official.get("/batches").text
    desk.application("teacher"), desk.application("colleague")
    assert "发证（2 份）" in official.get("/batches").text
    started = official.post("/batches")
    assert started.status_code == 302
    page = official.get(started.headers["Location"]).text
    assert "0 / 2" in page
    assert 'http-equiv="refresh"' in page
    assert official.post("/batches").status_code == 409
    batches.work_on(desk.f, DEEDS)
    page = official.get(started.headers["Location"]).text
    assert "发证完成" in page
    assert 'http-equiv="refresh"' not in page
    assert site.visitor("city").get("/batches").status_code == 403


def test_lists_keys_and_did_document_are_there_for_anybody(site: Site, desk: Desk) -> None:  # noqa: F811
    desk.issued()
    stranger = site.visitor()
    address = f"http://{site.settings.address.removeprefix('http://')}"
    token = stranger.get("/status/revocation/1")
    assert token.headers["Content-Type"] == "application/vc+jwt"
    assert token.headers["Cache-Control"] == "public, max-age=300"
    assert token.headers["Access-Control-Allow-Origin"] == "*"
    read = presented.take_apart(token.text)
    assert (read.kind, read.id) == (presented.Kind.STATUS_LIST, f"{address}/status/revocation/1")
    assert (
        stranger.get("/status/revocation/1", headers={"If-None-Match": token.headers["Etag"]}).status_code
        == 304
    )
    for headers, path in (
        ({}, ".json"),
        ({"Accept": "application/vc"}, ""),
        ({"Accept": "application/json"}, ""),
    ):
        document = stranger.get(f"/status/suspension/1{path}", headers=headers)
        assert document.headers["Content-Type"] == "application/vc"
        assert presented.take_apart(document.text).kind is presented.Kind.STATUS_LIST
    for missing in (
        "/status/revocation/2",
        "/status/revocation/0",
        "/status/other/1",
        "/status/revocation/99999999",
    ):
        assert stranger.get(missing).status_code == 404, missing
    jwks = stranger.get("/keys.json").json()
    assert {k["kid"].rpartition("#")[2] for k in jwks["keys"]} == {"luojiao-2026"}
    assert not any("d" in k for k in jwks["keys"])
    did = stranger.get("/.well-known/did.json").json()
    assert did["id"] == did_of(address)
    assert re.fullmatch("z6Mk[1-9A-HJ-NP-Za-km-z]{44}", did["verificationMethod"][0]["publicKeyMultibase"])
