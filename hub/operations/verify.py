"""`luojiao verify`: judge certificates, receipts and status lists from files, with the published keys, online or not."""

from __future__ import annotations

import argparse
import sys
import urllib.request
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.domain import credential, presented, verification
from hub.domain.certificate import Standing
from hub.domain.enclosed import attached
from hub.domain.keys import PublicKey, of_jwks
from hub.domain.verification import Means, Report
from hub.records import verify as package

VALID, BAD, USAGE, UNKNOWN = 0, 1, 2, 3
_MOST = 1 << 20
_ACCEPT = "application/vc+jwt, application/json;q=0.5"
_SIGNS = {True: "✓", False: "✗", None: "?"}
_ANSWERS = {Standing.VALID: "有效", Standing.REVOKED: "已撤销、暂停或被替代", Standing.UNKNOWN: "无法确认"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "files",
        metavar="文件",
        nargs="+",
        help="凭证（.jwt、.json）、证书 PDF、回执、状态列表、报送包（.zip 或解开的文件夹）",
    )
    parser.add_argument(
        "--keys", metavar="文件或地址", default="keys.json",
        help="公布的公钥（发证平台的 /keys.json）；不写时用当前目录的 keys.json",
    )  # fmt: skip
    parser.add_argument(
        "--status",
        metavar="文件或地址",
        action="append",
        default=[],
        help="状态列表；可以写几次。不写时按凭证里的地址去取",
    )
    parser.add_argument("--offline", action="store_true", help="不联网；取不到的状态列表，结果是无法确认")


def run(asked: argparse.Namespace) -> int:
    """0 all valid, 1 one is bad or revoked, 2 wrong usage, 3 something could not be found out."""
    from hub.signing.primitives import good

    keys = _keys(asked.keys, asked.offline)
    if keys is None:
        return _usage(
            f"没有公钥：{asked.keys} 读不出来。请从发证平台下载 keys.json（核对网址），用 --keys 指明。"
        )
    held: dict[str, str] = {}
    for place in asked.status:
        text = _text(_content(place, asked.offline))
        if text is None:
            return _usage(f"状态列表读不出来：{place}")
        try:
            held[presented.take_apart(text).id] = text
        except presented.Unreadable:
            # Named by itself: whichever certificate asks for a list meets it, and the check says what is wrong.
            held.setdefault("", text)

    def lists(address: str) -> str | None:
        if address in held or "" in held:
            return held.get(address, held.get(""))
        return None if asked.offline or asked.status else _text(_content(address, False))

    means = Means(keys, good, lists, datetime.now(UTC))
    worst = VALID
    for name in asked.files:
        if _is_package(Path(name)):
            code = _package(name, presented.strict_json(_content(asked.keys, asked.offline) or b""))
            worst = max(worst, code, key=(VALID, UNKNOWN, BAD).index)
            continue
        content = _content(name, True)
        if content is None:
            return _usage(f"文件不存在或读不出来：{name}")
        text = attached(content) if content.startswith(b"%PDF-") else _text(content)
        beside = Path(name).with_suffix(".sm2")
        second = _text(_content(str(beside), True)) if beside.is_file() else None
        report = verification.verify(means, text or "", second)
        _show(name, report, from_pdf=content.startswith(b"%PDF-"))
        worst = max(worst, _code(report), key=(VALID, UNKNOWN, BAD).index)
    return worst


def _is_package(path: Path) -> bool:
    """Whether this is a package of title records: a zip, its folder or its manifest."""
    return path.suffix == ".zip" or path.name == package.MANIFEST or (path / package.MANIFEST).is_file()


def _package(name: str, keys: dict[str, Any]) -> int:
    """Say everything that is wrong with a package, by the verifier that lies in it."""
    found, seal = package.examine(name, keys)
    lines = [
        f"{name}：{f'不对，共 {len(found)} 处' if found else '有效。签名、每个文件、每条记录都和签发时一致'}。"
    ]
    lines += [
        f"  ✗ {'　'.join(part for part in (one.file, one.record, one.message) if part)}" for one in found
    ]
    lines += (
        [f"  签名公钥 {seal}", "  请与公函所附的指纹逐组核对：一致，公钥才是发证单位的。"] if seal else []
    )
    sys.stdout.write("\n".join(lines) + "\n")
    return BAD if found else VALID


def _code(report: Report) -> int:
    if report.standing is Standing.VALID:
        return VALID
    return BAD if report.standing is Standing.REVOKED or report.broken else UNKNOWN


def _show(name: str, report: Report, *, from_pdf: bool) -> None:
    """One file: the answer, then every check, then what the signed content says."""
    answer = (
        "不对" if _code(report) == BAD and report.standing is Standing.UNKNOWN else _ANSWERS[report.standing]
    )
    lines = [f"{name}：{answer}。{'' if report.standing is Standing.VALID else report.reason}"]
    lines += [f"  {_SIGNS[c.ok]} {verification.NAMES[c.name]}：{c.said}" for c in report.checks]
    if any(c.name == "signature" and c.ok for c in report.checks):
        lines += [f"  {line}" for line in _said(report, from_pdf)]
    sys.stdout.write("\n".join(lines) + "\n")


def _said(report: Report, from_pdf: bool) -> Iterable[str]:
    if report.kind is presented.Kind.RECEIPT:
        return (f"{k}　{v}" for k, v in report.body.items() if isinstance(v, str | int))
    if report.kind is not presented.Kind.CREDENTIAL:
        return (f"列表　{report.body.get('id', '')}",)
    try:
        it = credential.shown(report.body)
    except (LookupError, TypeError, ValueError):
        return ()
    items = "、".join(f"{name}{rating}" for name, rating in it.items)
    said = [f"签发者　{credential.issuer_of(report.body)}", f"证书　{it.number}　{it.title}　总评 {it.rating}",
            f"持证人　{it.holder}（{it.school}）", f"微能力　{items}"]  # fmt: skip
    if from_pdf:
        said.append("以上是 PDF 内所附凭证的内容；纸面文字与此不符的，以此为准。")
    return said


def _keys(place: str, offline: bool) -> Mapping[str, PublicKey] | None:
    content = _content(place, offline)
    try:
        return of_jwks(presented.strict_json(content)) if content is not None else None
    except (ValueError, RecursionError):
        return None


def _text(content: bytes | None) -> str | None:
    return content.decode("utf-8", "replace") if content is not None else None


def _content(place: str, offline: bool) -> bytes | None:
    """A file, or what lies at an address; None where it cannot be had, or is too large to be one of ours."""
    if place.startswith(("https://", "http://")):
        if offline:
            return None
        try:
            asked = urllib.request.Request(place, headers={"Accept": _ACCEPT})  # noqa: S310
            with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - https or http, by the line above
                content: bytes = answer.read(_MOST + 1)
        except (OSError, ValueError):
            return None
    else:
        try:
            with Path(place).open("rb") as stream:
                content = stream.read(_MOST + 1)
        except (OSError, ValueError):
            return None
    return content if len(content) <= _MOST else None


def _usage(why: str) -> int:
    sys.stderr.write(why + "\n")
    return USAGE
