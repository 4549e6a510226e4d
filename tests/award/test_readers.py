"""Independent readers take our credentials and lists, and refuse them changed: openbadgeslib, node's jose, node alone, the W3C's vectors."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from openbadgeslib.ob3.did import pem_for_kid
from openbadgeslib.ob3.status import check_credential_status
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from hub.domain import presented
from hub.domain.audit import canonical
from hub.domain.credential import did_of
from hub.journey.award import certificates, revocation, status
from hub.operations.node import NodeMissingError, node_binary
from hub.settings import CHECKOUT
from hub.signing.primitives import good
from tests.award.confirmed import Desk
from tests.award.succession import NEXT, succeed
from tests.award.test_certificates_lineage import TWO_B1
from tests.conftest import HandClock

READERS = Path(__file__).parent / "readers"
W3C = json.loads((READERS / "eddsa-jcs-2022.json").read_text("utf-8"))
MODULES = CHECKOUT / "node_modules"


def node(script: str, told: dict[str, Any], tmp_path: Path) -> Any:
    """What a node script prints; it lies beside node_modules, where node looks for its packages."""
    try:
        binary = node_binary()
    except NodeMissingError as missing:
        pytest.fail(str(missing))
    copy = tmp_path / script
    shutil.copy(READERS / script, copy)
    (tmp_path / "node_modules").unlink(missing_ok=True)
    (tmp_path / "node_modules").symlink_to(MODULES)
    done = subprocess.run(
        [str(binary), str(copy), json.dumps(told, ensure_ascii=False)],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    return json.loads(done.stdout)


def from_the_net(desk: Desk) -> Callable[[str], bytes]:
    """What a reader elsewhere fetches: our DID document and our lists."""
    home, f = desk.f.issuer, desk.f

    def fetch(address: str) -> bytes:
        if address.endswith("/.well-known/did.json"):
            return json.dumps(f.signer.document(did_of(home))).encode()
        _, purpose, number = address.removeprefix(home).strip("/").split("/")
        return status.as_token(f, purpose, int(number)).encode()

    return fetch


@pytest.fixture(autouse=True)
def real_time(clock: HandClock) -> None:
    """openbadgeslib has no clock to be told: it judges by the machine's."""
    clock.time = datetime.now(UTC) - timedelta(seconds=5)


def test_openbadgeslib_finds_our_key_by_did_web_and_takes_credential_and_lists(desk: Desk) -> None:
    made, fetch = desk.issued(), from_the_net(desk)
    reader = OB3Verifier.for_issuer_did(did_of(desk.f.issuer), download=fetch)
    read = reader.verify(made.credential, check_status=True, verify_status_list=True, download=fetch)
    assert read.name == "信息技术应用能力（提升工程2.0）"
    assert read.issuer.name == "洛教学堂"
    assert [a.target_code for a in read.achievement.alignments] == ["A1", "A5", "B1"]
    assert read.results[0].value == "合格"
    assert read.identifiers[0].identity_hash == "陈晓燕"
    assert len(read.credential_status) == 2


def test_openbadgeslib_reads_of_which_framework_each_item_is(desk: Desk) -> None:
    succeed(desk.town, apart=["B1"])
    made = desk.issued(codes=TWO_B1)
    reader = OB3Verifier.for_issuer_did(did_of(desk.f.issuer), download=from_the_net(desk))
    read = reader.verify(made.credential, check_status=True, download=from_the_net(desk))
    assert [(a.target_code, a.target_framework, a.target_url) for a in read.achievement.alignments] == [
        (code, of, f"{desk.f.issuer}/frameworks/{of}#{code}")
        for code, of in (("A5", "micro2019"), ("B1", "micro2019"), ("B1", NEXT))
    ]
    assert [r.value for r in read.results] == ["合格", "合格", "合格", "优秀"]


@pytest.mark.parametrize("deed", [revocation.revoke, revocation.suspend, revocation.reissue])
def test_openbadgeslib_refuses_what_was_revoked_suspended_or_replaced(desk: Desk, deed: Any) -> None:
    made, fetch = desk.issued(), from_the_net(desk)
    other = desk.issued("colleague")
    deed(desk.f, desk.town.actor("city_hr"), made.number, "核查")
    reader = OB3Verifier.for_issuer_did(did_of(desk.f.issuer), download=fetch)
    with pytest.raises(OB3VerificationError, match="is set at index"):
        reader.verify(made.credential, check_status=True, download=fetch)
    reader.verify(other.credential, check_status=True, download=fetch)


def test_openbadgeslib_takes_last_years_credential_by_its_own_key_after_the_next_years_came(
    desk: Desk, clock: HandClock
) -> None:
    clock.time -= timedelta(days=366)
    made = desk.issued()
    clock.time += timedelta(days=366)
    desk.issued("colleague")
    names = {k["kid"] for k in desk.f.signer.public()["keys"]}
    assert names >= {made.key_id, f"luojiao-{clock.time.year}"}
    fetch = from_the_net(desk)
    document = json.loads(fetch("https://x/.well-known/did.json"))
    assert document["verificationMethod"][0]["id"].endswith(f"#luojiao-{clock.time.year}")
    header = json.loads(presented.unb64(made.credential.split(".")[0]))
    assert pem_for_kid(document, did_of(desk.f.issuer), header["kid"]) != pem_for_kid(
        document, did_of(desk.f.issuer)
    )
    read = OB3Verifier.for_issuer_did(did_of(desk.f.issuer), download=fetch).verify(made.credential)
    check_credential_status(read, download=fetch)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_openbadgeslib_refuses_a_changed_token(desk: Desk, part: int) -> None:
    parts = desk.issued().credential.split(".")
    parts[part] = parts[part][:9] + ("A" if parts[part][9] != "A" else "B") + parts[part][10:]
    reader = OB3Verifier.for_issuer_did(did_of(desk.f.issuer), download=from_the_net(desk))
    with pytest.raises(OB3VerificationError):
        reader.verify(".".join(parts))


def test_jose_takes_credentials_lists_and_receipts_by_our_published_keys(desk: Desk, tmp_path: Path) -> None:
    made, f = desk.issued(), desk.f
    jwks, at = f.signer.public(did_of(f.issuer)), f.clock.now().isoformat()
    told = node(
        "token.mjs", {"token": made.credential, "jwks": jwks, "algorithm": "EdDSA", "at": at}, tmp_path
    )
    assert told["payload"]["certificateNumber"] == made.number
    assert told["header"] == {"alg": "EdDSA", "kid": f"{did_of(f.issuer)}#{made.key_id}", "typ": "vc+jwt"}
    listed = status.as_token(f, "revocation", 1)
    told = node("token.mjs", {"token": listed, "jwks": jwks, "algorithm": "EdDSA", "at": at}, tmp_path)
    assert told["payload"]["credentialSubject"]["statusPurpose"] == "revocation"
    receipt = f.signer.sign({"received_at": at}, "luojiao-receipt", f.clock.now())
    told = node("token.mjs", {"token": receipt, "jwks": jwks, "algorithm": "Ed25519", "at": at}, tmp_path)
    assert told["payload"] == {"received_at": at}


def test_jose_refuses_a_changed_token_another_algorithm_and_an_expired_one(
    desk: Desk, tmp_path: Path
) -> None:
    made, f = desk.issued(), desk.f
    jwks, at = f.signer.public(did_of(f.issuer)), f.clock.now().isoformat()
    head, body, tail = made.credential.split(".")
    swapped = "".join(("B" if tail[5] == "A" else "A", tail[6:]))
    for token, algorithm, moment in (
        (f"{head}.{body}.{tail[:5]}{swapped}", "EdDSA", at),
        (made.credential, "ES256", at),
        (made.credential, "EdDSA", "2040-01-01T00:00:00Z"),
    ):
        told = node(
            "token.mjs", {"token": token, "jwks": jwks, "algorithm": algorithm, "at": moment}, tmp_path
        )
        assert "refused" in told


def test_node_alone_verifies_the_proof_of_credential_and_list_and_sees_every_change(
    desk: Desk, tmp_path: Path
) -> None:
    made, f = desk.issued(), desk.f
    document = json.loads(certificates.view(f, made).document)
    did = f.signer.document(did_of(f.issuer))
    assert node("document.mjs", {"document": document, "did": did}, tmp_path) is True
    succeed(desk.town, apart=["B1"])
    mixed = json.loads(certificates.view(f, desk.issued("colleague", codes=TWO_B1)).document)
    assert node("document.mjs", {"document": mixed, "did": did}, tmp_path) is True
    assert (
        node("document.mjs", {"document": status.as_document(f, "suspension", 1), "did": did}, tmp_path)
        is True
    )
    for change in ({"name": "别的"}, {"validUntil": "2099-01-01T00:00:00Z"}, {"certificateNumber": "X"}):
        assert node("document.mjs", {"document": document | change, "did": did}, tmp_path) is False


def test_the_w3cs_own_test_vector_of_eddsa_jcs_2022() -> None:
    """https://www.w3.org/TR/vc-di-eddsa/#representation-eddsa-jcs-2022"""
    public = presented.base58.decode(W3C["publicKeyMultibase"])
    assert public[:2] == b"\xed\x01"
    proof = {name: value for name, value in W3C["proof"].items() if name != "proofValue"}
    message = presented.hashed(proof, W3C["document"])
    assert message.hex() == W3C["hashData"]
    signature = presented.base58.decode(W3C["proof"]["proofValue"])
    assert signature.hex() == W3C["signature"]
    assert presented.base58.encode(signature) == W3C["proof"]["proofValue"]
    assert good("Ed25519", public[2:], message, signature)
    assert not good("Ed25519", public[2:], message + b"x", signature)


def test_our_canonical_json_is_that_of_an_independent_rfc_8785(desk: Desk) -> None:
    document = json.loads(certificates.view(desk.f, desk.issued()).document)
    assert canonical(document) == rfc8785.dumps(document)
    odd = {"b": '\u20ac\n\t\u0001"\\/\U00020045', "@a": [True, None, 7, "\u007f"], "A": {}}
    assert canonical(odd) == rfc8785.dumps(odd)
