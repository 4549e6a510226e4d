"""Execute cells one request at a time and tell how each ended; the only notebook code of a grading runs here."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from graders.inside.settling import Settled

_MAX_REPLY = 60_000
# Looked up now: what a learner's code does to these names later does not reach us.
_compile, _exec, _eval, _type, _issubclass, _getpid = compile, exec, eval, type, issubclass, os.getpid
_dumps, _loads, _write, _exit = json.JSONEncoder().encode, json.JSONDecoder().decode, os.write, os._exit
_float, _int, _float_text, _int_text = float.__float__, int.__int__, float.__repr__, int.__repr__
_AFTER = "<检查>"
_KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (SystemExit, "exit"),
    (KeyboardInterrupt, "exit"),
    (MemoryError, "memory"),
    (RecursionError, "recursion"),
    (NotImplementedError, "not_answered"),
    (AssertionError, "wrong"),
    (SyntaxError, "syntax"),
    (NameError, "missing_name"),
)


class InputRefused(EOFError):  # noqa: N818 - says what happened
    """What `input()` raises here: there is nobody to type."""


def refuse_input(prompt: object = "") -> str:
    """Stands in for `input`."""
    raise InputRefused("no keyboard")


def kind_of(error: BaseException) -> str:
    """The family of an error by its true class; nothing of the error itself is asked or told."""
    if _issubclass(_type(error), InputRefused):
        return "input"
    for family, name in _KINDS:
        if _issubclass(_type(error), family):
            return name
    return "raised"


def main() -> None:
    """argv: fd to read requests from, fd to write replies to."""
    requests, replies = int(sys.argv[1]), int(sys.argv[2])
    sys.argv[:] = [""]
    os.set_inheritable(requests, False)
    os.set_inheritable(replies, False)
    with os.fdopen(requests, "rb", closefd=False) as lines:
        first = _loads(lines.readline().decode())
        try:
            settled = Settled(first["modules"], first["seed"], first["builtins"], refuse_input)
        except Exception as error:  # nobody's code ran yet: the operator may read what went wrong
            _reply(replies, {"token": first["token"], "broken": repr(error)[:2000]})
            _exit(74)
        own = _getpid()
        _reply(replies, {"token": first["token"], "versions": settled.versions})
        sys.modules.pop("graders.inside.executor", None)
        sys.modules.pop("graders.inside.settling", None)
        while line := lines.readline():
            request = _loads(line.decode())
            answer = _perform(request, settled)
            if _getpid() != own:
                _exit(0)  # a child that the learner's code forked and that came back here
            _reply(replies, {"token": request["token"], **answer})
    _exit(0)


def _perform(request: dict[str, Any], settled: Settled) -> dict[str, Any]:
    if request["do"] == "learner":
        return {"error": _learner(request["text"], settled)}
    settled.settle()
    space = settled.space
    value: object = None
    try:
        _exec(_compile(request["body"], _AFTER, "exec", 0, True), space)
        if request["last"]:
            value = _eval(_compile(request["last"], _AFTER, "eval", 0, True), space)
    except BaseException as error:  # a test must end in an answer, whatever was raised
        return {"error": kind_of(error), "value": None}
    if request["do"] == "teacher":
        settled.keep(request["binds"])
        value = None
    return {"error": "", "value": _number(value, settled)}


def _learner(text: str, settled: Settled) -> str:
    """Run a learner's cell as a notebook would; what it does to IPython concerns only the learner's own cells."""
    try:
        result = settled.run(text)
        error = result.error_before_exec or result.error_in_exec
    except BaseException as raised:  # the learner may have replaced anything above
        return kind_of(raised)
    return kind_of(error) if _issubclass(_type(error), BaseException) else ""


def _number(value: object, settled: Settled) -> str | None:
    """None when there is no value, the exact digits of a plain number, "" for everything that is none."""
    if value is None:
        return None
    if settled.numpy_scalar is not None and _issubclass(_type(value), settled.numpy_scalar):
        value = settled.numpy_item(value)
    kind = _type(value)
    if _issubclass(kind, bool):
        return ""
    if _issubclass(kind, float):
        return _float_text(_float(value))  # type: ignore[arg-type]
    if _issubclass(kind, int):
        plain = _int(value)  # type: ignore[arg-type]
        return _int_text(plain) if -(10**9) < plain < 10**9 else ""
    return ""


def _reply(fd: int, message: dict[str, Any]) -> None:
    data = _dumps(message).encode() + b"\n"
    if len(data) > _MAX_REPLY:
        _exit(73)
    _write(fd, data)
