"""The command line: a table of verbs; what a verb needs is imported when it runs: ``--help`` is quick."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

OK, FAILED, USAGE, NOT_RUNNING = 0, 1, 2, 3


@dataclass(frozen=True)
class Verb:
    """One command. ``function`` is ``module:name`` of ``(settings, screen, arguments) -> exit code``.

    An ``alone`` one has to do with no platform: it takes the arguments only.
    """

    name: str
    help: str
    function: str
    arguments: Callable[[argparse.ArgumentParser], None] = lambda parser: None
    alone: bool = False


def _up_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--detach", action="store_true", help="转到后台：全部服务就绪后返回")


def _appoint_arguments(parser: argparse.ArgumentParser) -> None:
    from hub.operations.appoint import arguments

    arguments(parser)


def _calendar_arguments(parser: argparse.ArgumentParser) -> None:
    from hub.operations.calendar import arguments

    arguments(parser)


def _autograde_arguments(parser: argparse.ArgumentParser) -> None:
    from hub.operations.autograde import arguments

    arguments(parser)


def _lint_arguments(parser: argparse.ArgumentParser) -> None:
    from hub.operations.lint import arguments

    arguments(parser)


def _gate_arguments(parser: argparse.ArgumentParser) -> None:
    from hub.operations.gate import arguments

    arguments(parser)


def _audit_arguments(parser: argparse.ArgumentParser) -> None:
    from hub.operations.audit import arguments

    arguments(parser)


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    from hub.operations.verify import arguments

    arguments(parser)


def _password_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("login", metavar="账号")


def _factor_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["reset"], metavar="reset", help="取消，下次登录时重新设置")
    parser.add_argument("login", metavar="账号")


VERBS: tuple[Verb, ...] = (
    Verb("up", "启动整座平台，Ctrl-C 停止", "hub.operations.up:run", _up_arguments),
    Verb("down", "停止一切，数据保留", "hub.operations.down:down"),
    Verb("status", "各服务的状态；全部正常时返回 0", "hub.operations.status:status"),
    Verb("appoint", "建立管理账号，或给人加一个管理角色", "hub.operations.appoint:run", _appoint_arguments),
    Verb(
        "password",
        "给一个账号新的首次密码（门户里没人有权重置的人）",
        "hub.operations.appoint:reset",
        _password_arguments,
    ),
    Verb("calendar", "导入国务院的放假调休安排", "hub.operations.calendar:run", _calendar_arguments),
    Verb(
        "audit",
        "审计日志：核对、导出、写检查点（核对导出的文件不用平台）",
        "hub.operations.audit:run",
        _audit_arguments,
        alone=True,
    ),
    Verb(
        "second-factor",
        "取消一个账号的第二步验证（手机和恢复码都丢了的人）",
        "hub.operations.appoint:factor",
        _factor_arguments,
    ),
    Verb("keys", "公布的公钥和它们的指纹", "hub.operations.keys:run"),
    Verb("doctor", "检查这台机器缺什么", "hub.operations.doctor:doctor"),
    Verb(
        "autograde",
        "不用平台，自动评阅一份提交",
        "hub.operations.autograde:run",
        _autograde_arguments,
        alone=True,
    ),
    Verb(
        "lint",
        "逐格检查源笔记本里的测试：等级、改写、抓不住错误的",
        "hub.operations.lint:run",
        _lint_arguments,
        alone=True,
    ),
    Verb(
        "gate", "发布前的检查：能不能作为发证的依据", "hub.operations.gate:run", _gate_arguments, alone=True
    ),
    Verb(
        "verify",
        "核验证书、回执和状态列表，可以不联网",
        "hub.operations.verify:run",
        _verify_arguments,
        alone=True,
    ),
)


def parser(asked: str | None = None) -> argparse.ArgumentParser:
    """The parser of all verbs; with the arguments of ``asked`` alone where it is given, which is quicker."""
    top = argparse.ArgumentParser(prog="luojiao", description="洛教学堂的命令行")
    verbs = top.add_subparsers(dest="verb", metavar="命令", required=True)
    for verb in VERBS:
        one = verbs.add_parser(verb.name, help=verb.help, description=verb.help)
        if asked in (None, verb.name):
            verb.arguments(one)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done, 1 a problem (said in one line), 2 wrong usage or setting, 3 nothing is running."""
    argv = sys.argv[1:] if argv is None else argv
    arguments = parser(argv[0] if argv else "").parse_args(argv)
    verb = next(v for v in VERBS if v.name == arguments.verb)
    module, _, name = verb.function.partition(":")
    if verb.alone:
        return int(getattr(importlib.import_module(module), name)(arguments))
    from hub.environment import SettingError
    from hub.operations.screen import Screen
    from hub.settings import load

    screen = Screen()
    try:
        settings = load()
    except SettingError as error:
        screen.bad(str(error))
        return USAGE
    return int(getattr(importlib.import_module(module), name)(settings, screen, arguments))


if __name__ == "__main__":
    sys.exit(main())
