"""``luojiao audit``: verify the log in the database or in an exported file, export it, write a checkpoint."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hub.domain.audit import Event, Kept, line_of, read_line
from hub.domain.audit_view import Coverage
from hub.domain.chain import Checkpoint, Report, sentence, verify
from hub.operations.screen import Screen
from hub.signing.published import Published, published

OK, FAILED, USAGE = 0, 1, 2
_TYPE = "luojiao-checkpoint"
_LONGEST = 4 * 2**20  # bytes of one line; an event has some hundred
KINDS = {
    "grades": "成绩",
    "decisions": "重评决定",
    "certificates": "证书",
    "revocations": "证书撤销",
    "imports": "导入",
    "hour_imports": "学时导入",
    "reversals": "学时冲销",
    "dossiers": "考核材料",
    "ratings": "专家评定",
    "packages": "报送包",
}


class UsageError(ValueError):
    """What was given cannot be used; the message is one line for whoever called."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    deeds = parser.add_subparsers(dest="deed", metavar="做什么", required=True)
    check = deeds.add_parser("verify", help="重新计算整条链，指出第一条不对的事件")
    check.add_argument("--log", type=Path, metavar="文件", help="导出的日志；给了它就不用数据库")
    check.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="文件",
        help="以前存下的检查点，可以给几个",
    )
    check.add_argument("--keys", type=Path, metavar="文件", help="验证检查点签名的公钥（门户的 /keys.json）")
    out = deeds.add_parser("export", help="导出日志，一行一个事件")
    out.add_argument("file", type=Path, metavar="文件")
    out.add_argument("--details", action="store_true", help="连同明细和盐")
    deeds.add_parser("checkpoint", help="现在写一个签名的检查点")


def run(chosen: argparse.Namespace) -> int:
    """0 all is well, 1 something is wrong (named), 2 what was given cannot be used."""
    screen = Screen()
    try:
        if chosen.deed == "verify" and chosen.log:
            return _offline(screen, chosen)
        return _with_platform(screen, chosen)
    except UsageError as error:
        screen.bad(str(error))
        return USAGE


def _offline(screen: Screen, chosen: argparse.Namespace) -> int:
    """Needs the files alone: no settings, no database, no running platform."""
    points = _checkpoints(chosen.checkpoint, _keys(chosen.keys))
    if points is None:
        return _bad_signature(screen)
    try:
        with chosen.log.open("rb") as stream:
            report = verify(_read(stream), points)
    except OSError as error:
        raise UsageError(f"读不了 {chosen.log}：{error.strerror}。") from None
    return _told(screen, report, len(points))


def _read(stream: Any) -> Iterator[Event | Kept | None]:
    while line := stream.readline(_LONGEST):
        yield read_line(line)


def _with_platform(screen: Screen, chosen: argparse.Namespace) -> int:
    from hub.domain.errors import Refusal
    from hub.environment import SettingError
    from hub.journey import audit_log
    from hub.operations.appoint import running_database
    from hub.operations.postgres_place import DatabaseError
    from hub.settings import load
    from hub.wiring import fittings

    try:
        settings = load()
        f = fittings(dataclasses.replace(settings, database_url=running_database(settings)))
        if chosen.deed == "export":
            return _export(screen, f, chosen.file, chosen.details)
        if chosen.deed == "checkpoint":
            made = audit_log.checkpoint(f)
            screen.good(
                f"检查点：{made.checkpoint.size} 条，{made.checkpoint.at}，在 {settings.audit_dir / 'checkpoints'}"
            )
            return OK
        keys = _keys(chosen.keys) if chosen.keys else published(f.signer.public())
        points = _checkpoints(chosen.checkpoint, keys)
        if points is None:
            return _bad_signature(screen)
        found = audit_log.verify_all(f, points)
    except SettingError as error:
        raise UsageError(str(error)) from None
    except (Refusal, DatabaseError) as error:
        screen.bad(error.message if isinstance(error, Refusal) else str(error))
        return FAILED
    lacking = [_coverage(screen, each) for each in found.coverage]
    return max(_told(screen, found.report, found.checkpoints), *lacking)


def _export(screen: Screen, f: Any, file: Path, details: bool) -> int:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError(f"写不了 {file}：{error.strerror}。") from None
    count = 0
    with os.fdopen(descriptor, "wb") as stream, f.work() as work:
        for kept in work.audit.kept() if details else work.audit.events():
            stream.write(line_of(kept))
            count += 1
        stream.flush()
        os.fsync(stream.fileno())
    screen.good(f"导出了 {count} 条到 {file}")
    return OK


def _keys(file: Path | None) -> Published | None:
    if file is None:
        return None
    try:
        keys = published(json.loads(file.read_bytes()))
    except (OSError, ValueError):
        keys = None
    if keys is None or not keys.keys:
        raise UsageError(f"{file} 不是公钥：请从门户下载 /keys.json。")
    return keys


def _checkpoints(files: Sequence[Path], keys: Published | None) -> list[Checkpoint] | None:
    """What the files state; None where a signature is not good. A file holds the token, or JSON with it."""
    if files and keys is None:
        raise UsageError("核对检查点要有公钥：请加 --keys 文件（门户的 /keys.json）。")
    found = []
    for file in files:
        try:
            text = file.read_bytes()[:_LONGEST].decode("ascii").strip()
            token = json.loads(text)["token"] if text.startswith("{") else text
        except (OSError, ValueError, KeyError, TypeError):
            raise UsageError(f"{file} 不是检查点。") from None
        made = Checkpoint.from_claims(keys.verify(str(token), _TYPE) if keys else None)
        if made is None:
            return None
        found.append(made)
    return found


def _bad_signature(screen: Screen) -> int:
    screen.bad("有检查点的签名不对，或不是这个平台的密钥签的。")
    return FAILED


def _told(screen: Screen, report: Report, points: int) -> int:
    if report.finding:
        screen.bad(f"审计日志有问题：{sentence(report.finding)}。之前的 {report.size} 条完整。")
        return FAILED
    screen.good(f"审计日志完整：{report.size} 条，末尾 {report.head[:16]}…，根 {report.root[:16]}…")
    if points:
        screen.good(f"与 {points} 个检查点相符，最近的在第 {report.agreed} 条")
    else:
        screen.warn("没有检查点可以对照：从末尾截掉的、整段重写的，看不出来。")
    return OK


def _coverage(screen: Screen, each: Coverage) -> int:
    kind = KINDS.get(each.kind, each.kind)
    for what, ids in (
        ("没有事件", each.untold),
        ("有不止一个事件", each.told_twice),
        ("只有事件，没有记录", each.of_nothing),
        ("与事件里写的不同", each.otherwise),
    ):
        if ids:
            screen.bad(f"{kind}：{len(ids)} 份{what}：{'、'.join(ids[:5])}{'……' if len(ids) > 5 else ''}")
    if each.planted:
        screen.bad(f"{kind}：日志开始时有 {each.begun} 份没有事件，现在有 {each.before} 份。")
    if not each.wrong:
        older = f"，另有 {each.before} 份早于日志" if each.before else ""
        screen.good(f"{kind}：{each.records - each.before} 份各有一个事件{older}")
    return FAILED if each.wrong else OK
