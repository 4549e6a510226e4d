"""Verification step by step: every flipped bit is seen and named, keys hold for their year, an unreachable list is never good."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain import bitstring, credential, keys, presented, verification
from hub.domain.certificate import Grounds, Item, Standing
from hub.domain.verification import Means, Report
from hub.identity.secrets import kept_text
from hub.signing import sm2
from hub.signing.keyring import COMPROMISED, KeyRing
from hub.signing.primitives import good

HOME = "https://portal.example"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
GROUNDS = Grounds(
    "it2", "1", "信息技术应用能力", "micro2019", 5, "三项微能力。",
    tuple(Item(code, "微能力", "合格", f"dossier:{code}", "0" * 64) for code in ("A1", "A5", "B1")),
    {"rule": "IT50", "total": "52", "practice": "30"},
)  # fmt: skip


class Office:
    """What issues and publishes, without a database."""

    def __init__(self, folder: Path, *, second: bool = False) -> None:
        self.ring = KeyRing(folder / "signing", kept_text, second, lambda: NOW)

    def body(self, at: datetime = NOW) -> dict[str, object]:
        second = self.ring.second_key(at)
        return credential.build(
            credential.Issue(
                HOME, "LY-IT-MICRO2019-2026-410305-000001-K", "7f" * 16, "陈晓燕", "涧西第一小学", "合格", at,
                at + timedelta(days=1826), 1, 70_001, also_signed_by=f"{credential.did_of(HOME)}#{second}" if second else "",
            ),
            GROUNDS,
        )  # fmt: skip

    def token(self, at: datetime = NOW) -> str:
        return self.ring.sign(self.body(at), presented.VC_JWT, at)

    def document(self, at: datetime = NOW) -> str:
        body = self.body(at)
        return json.dumps(
            body | {"proof": self.ring.prove(body, at)}, ensure_ascii=False, separators=(",", ":")
        )

    def list(self, purpose: str, bits: tuple[int, ...] = (), at: datetime = NOW, number: int = 1) -> str:
        me = f"{HOME}/status/{purpose}/{number}"
        return self.ring.sign(
            {
                "@context": [credential.VC], "id": me, "type": ["VerifiableCredential", "BitstringStatusListCredential"],
                "issuer": credential.did_of(HOME), "validFrom": keys.plain(at), "validUntil": keys.plain(at + timedelta(days=7)),
                "credentialSubject": {"id": f"{me}#list", "type": "BitstringStatusList", "statusPurpose": purpose,
                                      "encodedList": bitstring.encoded(bits), "ttl": 300000},
            },
            presented.VC_JWT, at,
        )  # fmt: skip

    def lists(self, **bits: tuple[int, ...]) -> dict[str, str]:
        return {f"{HOME}/status/{p}/1": self.list(p, bits.get(p, ())) for p in ("revocation", "suspension")}

    def verify(
        self,
        text: str,
        lists: Mapping[str, str] | None = None,
        *,
        now: datetime = NOW,
        second: str | None = None,
    ) -> Report:
        held = self.lists() if lists is None else lists
        return verification.verify(Means(self.ring.published(), good, held.get, now), text, second)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = Office(tmp_path_factory.mktemp("office"))
    made.token()
    return made


def named(report: Report, name: str) -> bool | None:
    """How the check of this name came out."""
    return next(c.ok for c in report.checks if c.name == name)


def test_a_sound_credential_is_valid_in_both_forms_with_every_check_named(office: Office) -> None:
    for form in (office.token(), office.document()):
        report = office.verify(form)
        assert report.standing is Standing.VALID
        assert [c.name for c in report.checks] == ["form", "signature", "key", "dates", "status"]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), form=st.sampled_from(["token", "document"]))
def test_no_flipped_bit_anywhere_leaves_a_credential_valid(
    office: Office, data: st.DataObject, form: str
) -> None:
    text = bytearray(getattr(office, form)().encode())
    place = data.draw(st.integers(0, len(text) * 8 - 1))
    text[place // 8] ^= 1 << place % 8
    report = office.verify(text.decode("utf-8", "replace"))
    assert report.standing is Standing.UNKNOWN
    assert {c.name for c in report.checks if not c.ok} <= {"form", "signature"}
    assert report.broken or named(report, "signature") is None  # the bit lay in the name of the key


def test_every_bit_of_the_signature_and_the_header_counts(office: Office) -> None:
    """Base64 has bits that lenient readers drop; they count too."""
    token = office.token()
    head, body, tail = token.split(".")
    for start, part in ((0, head), (len(head) + len(body) + 2, tail)):
        for place in range(len(part) * 8):
            text = bytearray(token.encode())
            text[start + place // 8] ^= 1 << place % 8
            assert office.verify(text.decode("latin-1")).standing is Standing.UNKNOWN, place


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), purpose=st.sampled_from(["revocation", "suspension"]))
def test_no_flipped_bit_of_a_list_leaves_a_credential_valid_and_the_list_is_named(
    office: Office, data: st.DataObject, purpose: str
) -> None:
    lists = office.lists()
    text = bytearray(lists[f"{HOME}/status/{purpose}/1"].encode())
    place = data.draw(st.integers(0, len(text) * 8 - 1))
    text[place // 8] ^= 1 << place % 8
    lists[f"{HOME}/status/{purpose}/1"] = text.decode("utf-8", "replace")
    report = office.verify(office.token(), lists)
    assert report.standing is Standing.UNKNOWN
    assert named(report, "list") is False
    assert named(report, "signature")
    assert not report.broken


def test_a_set_bit_is_revoked_or_suspended_and_a_neighbours_is_not(office: Office) -> None:
    token = office.token()
    for purpose in ("revocation", "suspension"):
        report = office.verify(token, office.lists(**{purpose: (70_001,)}))
        assert (report.standing, report.set_bits) == (Standing.REVOKED, frozenset({purpose}))
    assert office.verify(token, office.lists(revocation=(70_000, 70_002))).standing is Standing.VALID


def test_a_list_that_is_missing_old_foreign_or_of_another_purpose_is_never_taken_for_good(
    office: Office,
) -> None:
    token, good_lists = office.token(), office.lists()
    address = f"{HOME}/status/revocation/1"
    for wrong in (
        None,
        "",
        "not a list",
        token,
        office.list("revocation", at=NOW - timedelta(days=8)),
        office.list("revocation", at=NOW + timedelta(hours=1)),
        office.list("suspension"),
        office.list("revocation", number=2),
    ):
        lists = {k: v for k, v in good_lists.items() if k != address} | (
            {address: wrong} if wrong is not None else {}
        )
        report = office.verify(token, lists)
        assert report.standing is Standing.UNKNOWN
        assert not report.broken
        assert named(report, "list") in (None, False)


def test_the_key_of_a_new_year_is_published_before_it_signs_anything(tmp_path: Path) -> None:
    """Else the first status list of a year, signed while somebody verifies, would be by a key that they do not know."""
    days = [datetime(2026, 12, 31, tzinfo=UTC)]
    ring = KeyRing(tmp_path, kept_text, now=lambda: days[-1])
    assert list(ring.published()) == ["luojiao-2026"]
    days.append(datetime(2027, 1, 1, tzinfo=UTC))
    names = ["luojiao-2026", "luojiao-2027"]
    assert [key["kid"] for key in ring.public()["keys"]] == names
    assert len(ring.document(credential.did_of(HOME))["verificationMethod"]) == 2
    assert list(ring.published()) == names


def test_a_credential_dated_this_year_and_signed_by_last_years_key_is_not_valid(tmp_path: Path) -> None:
    office = Office(tmp_path)
    old = office.ring.key_at(NOW - timedelta(days=365))
    assert old == "luojiao-2025"
    ring = office.ring
    body = office.body()
    header = {"alg": "EdDSA", "kid": f"{credential.did_of(HOME)}#{old}", "typ": "vc+jwt"}
    message = ".".join(
        keys.b64(json.dumps(part, ensure_ascii=False).encode())
        for part in (header, body | credential.registered(body))
    )
    ring.published()
    forged = f"{message}.{keys.b64(ring._private[old].sign(message.encode()))}"
    report = office.verify(forged)
    assert named(report, "signature")
    assert named(report, "key") is False
    assert report.standing is Standing.UNKNOWN
    assert office.verify(office.token()).standing is Standing.VALID


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hours=st.integers(0, 15 * 366 * 24))
def test_whatever_the_day_the_key_that_signs_is_good_for_it(office: Office, hours: int) -> None:
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    name = office.ring.key_at(moment)
    key = office.ring.published()[name]
    assert key.refuses(moment) is None
    assert name == f"luojiao-{keys.year_of(moment)}"
    assert key.refuses(key.valid_until) and key.refuses(key.valid_from - timedelta(seconds=1))


def test_a_compromised_key_vouches_for_what_it_signed_before_and_another_signs_from_then_on(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path)
    before = office.token(NOW - timedelta(days=30))
    since = NOW - timedelta(days=10)
    (office.ring.folder / COMPROMISED).write_text(json.dumps({"luojiao-2026": since.isoformat()}))
    assert office.ring.key_at(NOW) == "luojiao-2026-2"
    assert office.verify(before).standing is Standing.VALID
    assert office.verify(office.token()).standing is Standing.VALID
    ring = replace(office.ring, _seen=(), _published={}, _private={})
    (office.ring.folder / COMPROMISED).unlink()
    stolen = ring.sign(office.body(), presented.VC_JWT, NOW)  # by somebody who has the key and not the mark
    (office.ring.folder / COMPROMISED).write_text(json.dumps({"luojiao-2026": since.isoformat()}))
    report = office.verify(stolen)
    assert (named(report, "signature"), named(report, "key")) == (True, False)
    told = office.ring.public()["keys"]
    assert keys.of_jwks({"keys": told}) == office.ring.published()
    methods = office.ring.document("did:web:x")["verificationMethod"]
    assert [m["id"] for m in methods if "revoked" in m] == ["did:web:x#luojiao-2026"]


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": "luojiao-2026", "typ": "vc+jwt"},
        {"alg": "Ed25519", "kid": "luojiao-2026", "typ": "vc+jwt"},
        {"alg": "EdDSA", "kid": "luojiao-2026", "typ": "luojiao-receipt"},
        {"alg": "EdDSA", "kid": "luojiao-2026", "typ": "vc+jwt", "jwk": {"kty": "OKP"}},
        {"alg": "EdDSA", "kid": "luojiao-2026", "typ": "vc+jwt", "jku": "https://evil.example/keys"},
        {"alg": "EdDSA", "kid": "luojiao-2026", "typ": "vc+jwt", "crit": []},
        {"alg": "EdDSA", "kid": "did:web:evil.example#luojiao-2026", "typ": "vc+jwt"},
        {"alg": "EdDSA", "typ": "vc+jwt"},
    ],
)
def test_a_header_with_another_algorithm_or_anything_more_is_refused(
    office: Office, header: dict[str, object]
) -> None:
    body = office.body()
    message = ".".join(
        keys.b64(json.dumps(part, ensure_ascii=False).encode())
        for part in (header, body | credential.registered(body))
    )
    signed = f"{message}.{keys.b64(office.ring._private['luojiao-2026'].sign(message.encode()))}"
    report = office.verify(signed)
    assert report.standing is Standing.UNKNOWN
    assert named(report, "form") is False


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(
        st.text(max_size=200), st.from_regex(r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}")
    )
)
def test_whatever_is_presented_is_answered(office: Office, text: str) -> None:
    assert office.verify(text).standing is Standing.UNKNOWN


@pytest.mark.parametrize(
    "text", ["{" * 100_000, '{"a":' * 50_000, '{"proof":1}', '{"proof":{},"type":[]}', "1.2.3", "a" * 300_000]
)
def test_nested_outsized_and_halved_input_is_answered(office: Office, text: str) -> None:
    assert office.verify(text).standing is Standing.UNKNOWN


def test_receipts_verify_the_same_way(office: Office) -> None:
    for typ in ("luojiao-receipt", "luojiao-dossier-receipt"):
        receipt = office.ring.sign({"received_at": NOW.isoformat(), "sha256": "x"}, typ, NOW)
        assert office.verify(receipt).standing is Standing.VALID
        late = office.ring.sign({"received_at": (NOW + timedelta(days=60)).isoformat()}, typ, NOW)
        assert named(office.verify(late), "key") is False
    assert office.verify(office.list("revocation")).standing is Standing.VALID


# --- the second algorithm -------------------------------------------------------------------------------------------


def test_with_sm2_switched_on_both_signatures_must_be_good(tmp_path: Path) -> None:
    office = Office(tmp_path, second=True)
    body, token, document = office.body(), office.token(), office.document()
    second = office.ring.second(body, NOW)
    for form in (token, document):
        report = office.verify(form, second=second)
        assert report.standing is Standing.VALID
        assert named(report, "second")
        alone = office.verify(form)
        assert (alone.standing, named(alone, "second")) == (Standing.UNKNOWN, None)
    for place in range(0, len(second), 3):
        changed = second[:place] + chr(ord(second[place]) ^ 1) + second[place + 1 :]
        report = office.verify(token, second=changed)
        assert report.standing is Standing.UNKNOWN, place
    other = office.ring.second(body | {"name": "别的"}, NOW)
    assert named(office.verify(token, second=other), "second") is False
    assert {k["crv"] for k in office.ring.public()["keys"]} == {"Ed25519", "SM2"}
    assert keys.of_jwks(office.ring.public()) == office.ring.published()


def test_the_vector_of_gb_t_32918() -> None:
    private = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
    k = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
    public = sm2.public_of(private)
    assert public.hex() == (
        "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    )
    signature = sm2.sign(b"message digest", private, k=k)
    assert signature.hex() == (
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
        "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
    )
    assert sm2.verify(public, b"message digest", signature)
    assert not sm2.verify(public, b"message digest.", signature)
    assert not sm2.verify(bytes(64), b"message digest", signature)
    assert not sm2.verify(public, b"message digest", bytes(64))


@settings(max_examples=20, deadline=None)
@given(message=st.binary(max_size=100))
def test_sm2_signs_whatever_it_is_given_and_only_that(message: bytes) -> None:
    private = sm2.new_key()
    signature = sm2.sign(message, private)
    assert sm2.verify(sm2.public_of(private), message, signature)
    assert not sm2.verify(sm2.public_of(private), message + b"x", signature)


def test_openssl_takes_our_sm2_signatures(tmp_path: Path) -> None:
    """An independent reader, where the machine has one."""
    private = sm2.new_key()
    public, message = sm2.public_of(private), b"\x00luojiao"
    signature = sm2.sign(message, private)
    spki = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004") + public

    def whole(part: bytes) -> bytes:
        part = part.lstrip(b"\0")
        part = b"\0" + part if part[0] & 0x80 else part
        return b"\x02" + bytes([len(part)]) + part

    numbers = whole(signature[:32]) + whole(signature[32:])
    (tmp_path / "key.der").write_bytes(spki)
    (tmp_path / "sig").write_bytes(b"\x30" + bytes([len(numbers)]) + numbers)
    (tmp_path / "msg").write_bytes(message)
    argv = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin", "-digest", "sm3",
            "-pkeyopt", "distid:1234567812345678", "-in", "msg", "-sigfile", "sig"]  # fmt: skip
    try:
        done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no openssl on this machine")
    assert "Verified Successfully" in done.stdout, done.stderr
