"""Verification, step by step: signature, key, dates, status; used by the page and the command alike, and needing neither.

Three answers: valid, revoked (or suspended, or superseded), unknown. What could not be checked is never taken for good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.domain import bitstring
from hub.domain.certificate import Standing
from hub.domain.credential import issuer_of
from hub.domain.keys import SM2, PublicKey, day, moment
from hub.domain.presented import Good, Kind, Presented, Unreadable, take_apart, take_second

# The address of a status list -> its text, or None where it cannot be had.
Lists = Callable[[str], str | None]
REVOKED, SUSPENDED = "revocation", "suspension"
_SET = {REVOKED: "已撤销（或已被新证书替代）", SUSPENDED: "已暂停"}
NAMES = {
    "form": "格式", "signature": "签名", "second": "国密签名", "key": "签发密钥", "dates": "有效期",
    "list": "状态列表", "status": "证书状态", "register": "发证登记", "ledger": "学时台账",
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: good, bad, or not to be found out (None); and what was seen, in a sentence."""

    name: str
    ok: bool | None
    said: str


@dataclass(frozen=True)
class Report:
    """Every check in its order, and what follows from them all together."""

    kind: Kind | None
    checks: tuple[Check, ...]
    body: Mapping[str, Any]
    set_bits: frozenset[str] = frozenset()  # purposes for which the lists hold a bit against it

    @property
    def standing(self) -> Standing:
        """Valid only where every check is good."""
        sound = all(c.ok for c in self.checks if c.name in ("form", "signature", "second", "key"))
        if sound and self.set_bits:
            return Standing.REVOKED
        return Standing.VALID if all(c.ok for c in self.checks) else Standing.UNKNOWN

    @property
    def broken(self) -> bool:
        """Whether the thing itself failed a check, rather than that something could not be found out."""
        return any(c.ok is False for c in self.checks if c.name != "list")

    @property
    def reason(self) -> str:
        """The first thing that was not good, or that all was."""
        wrong = [c for c in self.checks if c.ok is False] or [c for c in self.checks if c.ok is None]
        return wrong[0].said if wrong else "签名有效，签发时密钥有效，未被撤销。"


@dataclass(frozen=True)
class Means:
    """What a verification goes by: the published keys, what checks a signature, where lists come from, what time it is."""

    keys: Mapping[str, PublicKey]
    good: Good
    lists: Lists
    now: datetime


def verify(means: Means, text: str, second: str | None = None) -> Report:
    """Everything that can be said of ``text`` (and of the detached second signature beside it)."""
    try:
        presented = take_apart(text)
    except Unreadable as why:
        return Report(None, (Check("form", False, f"{why}。"),), {})
    checks = [Check("form", True, "格式完整。"), *_signed(means, presented)]
    if not all(check.ok for check in checks):
        return Report(presented.kind, tuple(checks), presented.body)
    if presented.kind is Kind.RECEIPT:
        return Report(presented.kind, tuple(checks), presented.body)
    if presented.kind is Kind.STATUS_LIST:
        return Report(presented.kind, (*checks, _dates(means, presented), _whole(presented)), presented.body)
    checks += _seconded(means, presented, second)
    checks.append(_dates(means, presented))
    found, bits = _status(means, presented)
    return Report(presented.kind, (*checks, *found), presented.body, bits)


def _signed(means: Means, it: Presented) -> list[Check]:
    key = means.keys.get(it.key)
    if key is None or key.algorithm == SM2:
        return [
            Check(
                "signature", None if key is None else False, f"公布的公钥里没有 {it.key[:40]}，无法核对签名。"
            )
        ]
    if not means.good(key.algorithm, key.material, it.message, it.signature):
        return [Check("signature", False, "签名不对：内容被改动过，或不是本平台签发的。")]
    why = key.refuses(it.at)
    said = f"{why}。" if why else f"密钥 {it.key} 在 {day(it.at)} 签发时有效。"
    return [Check("signature", True, f"签名有效（密钥 {it.key}）。"), Check("key", why is None, said)]


def _seconded(means: Means, it: Presented, second: str | None) -> list[Check]:
    """Where the credential says that it is signed a second time, both signatures must be good."""
    due = str(it.body.get("alsoSignedBy", "")).rpartition("#")[2]
    if not due and not second:
        return []
    if not second:
        return [Check("second", None, "这份证书另有国密签名，没有一起提供（同名 .sm2 文件）。")]
    try:
        name, message, signature = take_second(second, it.body)
    except Unreadable as why:
        return [Check("second", False, f"{why}。")]
    key = means.keys.get(name)
    if key is None:
        return [Check("second", None, f"公布的公钥里没有 {name[:40]}，无法核对国密签名。")]
    if name != due or key.algorithm != SM2 or not means.good(SM2, key.material, message, signature):
        return [Check("second", False, "国密签名不对：内容被改动过，或不是本平台签发的。")]
    refusal = key.refuses(it.at)
    said = f"{refusal}。" if refusal else f"国密签名有效（密钥 {name}）。"
    return [Check("second", refusal is None, said)]


def _dates(means: Means, it: Presented) -> Check:
    """That it has begun and not ended."""
    try:
        until = moment(it.body["validUntil"]) if "validUntil" in it.body else None
    except (ValueError, TypeError):
        return Check("dates", False, "有效期写得不对。")
    if means.now < it.at:
        return Check("dates", False, f"{day(it.at)} 才生效。")
    if until and means.now >= until:
        return Check("dates", False, f"有效期到 {day(until)} 为止，现已过期。")
    return Check("dates", True, f"在有效期内（{day(it.at)} 至 {day(until) if until else '长期'}）。")


def _status(means: Means, it: Presented) -> tuple[list[Check], frozenset[str]]:
    entries = it.body.get("credentialStatus", [])
    entries = entries if isinstance(entries, list) else [entries]
    if {str(e.get("statusPurpose")) for e in entries if isinstance(e, dict)} != {REVOKED, SUSPENDED}:
        return [Check("status", None, "凭证没有写明状态列表，离开平台无法确认是否被撤销。")], frozenset()
    checks, bits, times = [], set(), []
    for entry in entries:
        purpose, address = entry["statusPurpose"], str(entry.get("statusListCredential"))
        text = means.lists(address)
        if text is None:
            checks.append(Check("list", None, f"取不到状态列表（{address[:120]}），无法确认是否被撤销。"))
            continue
        try:
            at, bit = _bit(means, it, entry, text)
        except Unreadable as why:
            checks.append(Check("list", False, f"状态列表（{purpose}）{why}，无法确认是否被撤销。"))
            continue
        times.append(at)
        if bit:
            bits.add(purpose)
            checks.append(Check("status", False, f"{_SET[purpose]}（状态列表截至 {stamp(at)}）。"))
    if not checks:
        checks = [Check("status", True, f"未被撤销、未暂停（状态列表截至 {stamp(min(times))}）。")]
    return checks, frozenset(bits)


def _bit(means: Means, it: Presented, entry: Mapping[str, Any], text: str) -> tuple[datetime, bool]:
    """As of when, and whether the list holds a bit against it. Raises Unreadable with what is wrong with the list."""
    listed = take_apart(text)
    subject = listed.body.get("credentialSubject")
    if listed.kind is not Kind.STATUS_LIST or not isinstance(subject, dict):
        raise Unreadable("不是状态列表")
    wrong = next((c for c in (*_signed(means, listed), _dates(means, listed)) if not c.ok), None)
    if wrong:
        raise Unreadable("：" + wrong.said.rstrip("。"))
    if (listed.id, issuer_of(listed.body), subject.get("statusPurpose")) != (
        entry.get("statusListCredential"), issuer_of(it.body), entry["statusPurpose"],
    ):  # fmt: skip
        raise Unreadable("不是这份证书的那一个")
    try:
        bits = bitstring.decoded(str(subject.get("encodedList")))
        return listed.at, bitstring.is_set(bits, int(str(entry.get("statusListIndex")), 10))
    except ValueError as broken:
        raise Unreadable("内容损坏") from broken


def _whole(it: Presented) -> Check:
    """That a status list by itself can be read."""
    try:
        bits = bitstring.decoded(str(it.body["credentialSubject"]["encodedList"]))
    except (ValueError, KeyError, TypeError):
        return Check("list", False, "列表内容损坏。")
    return Check(
        "list", True, f"列表完整，共 {len(bits) * 8} 位，其中 {sum(b.bit_count() for b in bits)} 位为 1。"
    )


def stamp(at: datetime) -> str:
    """An instant to the minute, in Beijing."""
    return f"{day(at)} {(at.hour + 8) % 24:02d}:{at.minute:02d}"
