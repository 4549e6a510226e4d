"""Public verification: valid, revoked or unknown, every check named, and no more shown than must be."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace

from hub.domain import credential, presented, verification
from hub.domain.certificate import Certificate, Shown, Standing, check_code, is_number, masked_name
from hub.domain.hour_count import number
from hub.domain.hours_statement import TYPE as STATEMENT
from hub.domain.keys import day
from hub.domain.verification import Check, Report
from hub.journey.award import status
from hub.journey.award.hours import check_statement
from hub.journey.ports import Fittings, Work


@dataclass(frozen=True)
class Verification:
    """What the public may know of a certificate or a receipt: the answer, and no more than it must show."""

    standing: Standing
    reason: str
    state: str = "unknown"  # valid, revoked, suspended, superseded, unknown
    checks: tuple[Check, ...] = ()
    number: str = ""
    holder: str = ""
    school: str = ""
    shown: Shown | None = None
    issued_on: str = ""
    valid_to: str = ""
    successor: str = ""
    receipt: tuple[tuple[str, str], ...] = ()


def verify(f: Fittings, text: str, code: str = "", second: str | None = None) -> Verification:
    """Judge a certificate number, a credential (VC-JWT or JSON with a proof) or a receipt that somebody presents.

    Numbers run in a row and can be guessed: a number alone learns nothing of the person. With the check code of the
    paper, or with the credential itself, the masked name and the school are shown to compare.
    """
    text = text.strip()
    if text.count(".") == 2 and presented.typ_of(text) == STATEMENT:
        return _statement(f, text)
    if text.startswith("{") or text.count(".") == 2:
        return _presented(f, text, second)
    number = "".join(text.split()).upper()
    if not is_number(number):
        return Verification(Standing.UNKNOWN, "编号不对：请核对是否抄错。")
    with f.work() as work:
        certificate = work.certificates.certificate(number)
        if certificate is None:
            return Verification(Standing.UNKNOWN, "没有签发过这份证书。")
        seen = hmac.compare_digest(code.strip().lower().encode(), check_code(certificate.credential).encode())
        if code and not seen:
            return Verification(Standing.UNKNOWN, "核验码和编号对不上：请核对是否抄错。")
        report = _report(f, work, certificate, certificate.credential, certificate.second or None)
    answer = _answer(certificate, report)
    return answer if seen else replace(answer, holder="", school="")


def _statement(f: Fittings, text: str) -> Verification:
    """A statement of hours: its signature, and the ledger as it was then and as it is now."""
    found = check_statement(f, text)
    if not found.holder:
        return Verification(Standing.UNKNOWN, found.reason, checks=(Check("signature", False, found.reason),))
    checks = (
        Check("signature", True, "签名有效。"),
        Check("ledger", found.valid and not found.taken_back, found.reason),
    )
    told = (
        ("持有人", found.holder),
        ("规则", found.rule),
        ("年度", found.years),
        ("学时", number(found.counted.hours)),
        ("其中实践", number(found.counted.practice)),
        ("条数", str(found.entries)),
        ("出具日期", str(found.issued_on)),
    )
    standing = Standing.VALID if found.valid and not found.taken_back else Standing.UNKNOWN
    return Verification(standing, found.reason, standing.value, checks, receipt=told)


def _presented(f: Fittings, text: str, second: str | None) -> Verification:
    """Something that carries its own signature. Only what we signed leads to what we know."""
    with f.work() as work:
        bare = verification.verify(_means(f, lambda address: None), text, second)
        if bare.kind is presented.Kind.RECEIPT and bare.standing is Standing.VALID:
            fields = tuple((k, str(v)) for k, v in bare.body.items() if isinstance(v, str | int))
            return Verification(
                Standing.VALID, "签名有效，签发时密钥有效。", "valid", bare.checks, receipt=fields
            )
        number = str(bare.body.get("certificateNumber", ""))
        certificate = work.certificates.certificate(number) if number and not _forged(bare) else None
        if certificate is None or not _same(certificate, text):
            known = Check("register", False, "没有签发过这份证书。")
            checks = (
                bare.checks
                if _forged(bare) or bare.kind is not presented.Kind.CREDENTIAL
                else (*bare.checks, known)
            )
            said = checks[-1].said if _forged(bare) else known.said
            return Verification(Standing.UNKNOWN, said, checks=checks)
        report = _report(f, work, certificate, text, second or certificate.second or None)
    return _answer(certificate, report)


def _forged(report: Report) -> bool:
    return any(not c.ok for c in report.checks if c.name in ("form", "signature"))


def _same(certificate: Certificate, text: str) -> bool:
    """Whether it is the very one that was issued, in either form."""
    mine, theirs = presented.take_apart(certificate.credential), presented.take_apart(text)
    return mine.body == theirs.body and (theirs.typ == presented.SUITE or text == certificate.credential)


def _means(f: Fittings, lists: verification.Lists) -> verification.Means:
    return verification.Means(f.signer.published(), f.signer.good, lists, f.clock.now())


def _report(f: Fittings, work: Work, certificate: Certificate, text: str, second: str | None) -> Report:
    """All checks, with our own lists; a certificate that names none is looked up in the register alone."""
    report = verification.verify(_means(f, lambda address: status.token_at(f, work, address)), text, second)
    known = Check("register", True, "本平台有这份证书的签发记录，内容一致。")
    checks = (*report.checks, known)
    if certificate.status_list is None:
        now = verification.stamp(f.clock.now())
        ok = certificate.state == "standing"
        said = f"登记簿上{'未被撤销、未暂停' if ok else '已撤销、暂停或被替代'}（截至 {now}）。"
        bits = frozenset() if ok else frozenset({verification.REVOKED})
        checks = tuple(Check("status", ok, said) if c.name == "status" else c for c in checks)
        return replace(report, checks=checks, set_bits=bits)
    return replace(report, checks=checks)


def _answer(certificate: Certificate, report: Report) -> Verification:
    standing = report.standing
    state, reason = standing.value, report.reason
    if standing is Standing.REVOKED and certificate.revoked_at:
        reason = f"已于 {day(certificate.revoked_at)} 撤销。"
    elif standing is Standing.REVOKED and certificate.superseded_at:
        state, reason = "superseded", f"已于 {day(certificate.superseded_at)} 由新证书替代。"
    elif standing is Standing.REVOKED and certificate.suspended_at:
        state, reason = "suspended", f"自 {day(certificate.suspended_at)} 起暂停，等待核查。"
    shown = credential.shown(report.body) if report.body else None
    return Verification(
        standing, reason, state, report.checks, certificate.number, masked_name(certificate.holder_name),
        certificate.school_name, shown, day(certificate.issued_at), str(certificate.valid_to), certificate.successor or "",
    )  # fmt: skip
