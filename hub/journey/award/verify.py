"""Public verification: valid, revoked or unknown, with the reason in one line and no more shown than must be."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace

from hub.domain.certificate import Certificate, Standing, check_code, is_number, masked_name
from hub.journey.award import credential
from hub.journey.award.grounds import rule_of
from hub.journey.enter import beijing_day
from hub.journey.ports import Fittings


@dataclass(frozen=True)
class Verification:
    """What the public may know of a certificate: the answer, and no more than it must show."""

    standing: Standing
    reason: str
    number: str = ""
    holder: str = ""
    school: str = ""
    name: str = ""
    rating: str = ""
    issued_on: str = ""
    valid_to: str = ""


def verify(f: Fittings, text: str, code: str = "") -> Verification:
    """Judge a certificate number or a whole credential (VC-JWT) that somebody presents.

    Numbers run in a row and can be guessed: a number alone learns nothing of the person. With the check code of the
    paper, or with the credential itself, the masked name and the school are shown to compare.
    """
    text = "".join(text.split())
    if text.count(".") == 2:
        presented = f.signer.verify(text, credential.TYPE)
        if presented is None:
            return Verification(Standing.UNKNOWN, "签名不对：内容被改动过，或不是本平台签发的。")
        number = credential.number_of(presented)
    else:
        number = text.upper()
        if not is_number(number):
            return Verification(Standing.UNKNOWN, "编号不对：请核对是否抄错。")
    with f.work() as work:
        certificate = work.certificates.certificate(number)
    if certificate is None or (text.count(".") == 2 and certificate.credential != text):
        return Verification(Standing.UNKNOWN, "没有签发过这份证书。")
    seen = text.count(".") == 2 or hmac.compare_digest(
        code.strip().lower().encode(), check_code(certificate.credential).encode()
    )
    if code and not seen:
        return Verification(Standing.UNKNOWN, "核验码和编号对不上：请核对是否抄错。")
    answer = _answer(f, certificate)
    return answer if seen else replace(answer, holder="", school="")


def _answer(f: Fittings, certificate: Certificate) -> Verification:
    intact = f.signer.verify(certificate.credential, credential.TYPE) is not None
    if not intact:
        return Verification(Standing.UNKNOWN, "存档的签名核对不上，请联系发证机构。")
    today = beijing_day(f.clock.now())
    if certificate.revoked_at is not None:
        state, reason = Standing.REVOKED, f"已于 {beijing_day(certificate.revoked_at)} 撤销。"
    elif today >= certificate.valid_to:
        state, reason = Standing.UNKNOWN, f"有效期到 {certificate.valid_to} 为止，现已过期。"
    else:
        state, reason = Standing.VALID, "签名有效，签发时密钥有效，未被撤销。"
    rule = rule_of(f, certificate.requirement)
    return Verification(
        state, reason, certificate.number, masked_name(certificate.holder_name), certificate.school_name,
        rule.name if rule else "", certificate.rating, str(beijing_day(certificate.issued_at)), str(certificate.valid_to),
    )  # fmt: skip
