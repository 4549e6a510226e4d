"""Whatever bytes come over the line, reading them ends in a value or in Malformed, soon, and in bounded memory."""

from __future__ import annotations

import collections
import copy
import datetime as dt
import decimal
import enum
import fractions
import io
import json
import pathlib
import re
import socket
import struct
import time
import tracemalloc
import types
from collections.abc import Mapping
from typing import Any

import mutations
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graders.inside.remote.objects import Objects
from graders.inside.wire import plain, standard  # noqa: F401 - they register what can travel
from graders.inside.wire.frames import Closed, Line, Malformed
from graders.inside.wire.peer import Peer

SECONDS, MEMORY = 5.0, 256 * 1024 * 1024
_at_leisure = {"deadline": None, "suppress_health_check": list(HealthCheck)}


class Quiet(Objects):
    """A side that does nothing with what it hears."""

    def __init__(self, end: socket.socket, first: int) -> None:
        super().__init__()
        self.peer = Peer(Line(end), self, first)

    def outgoing(self) -> dict[str, Any]:
        return {}

    def incoming(self, extras: Mapping[str, Any]) -> None:
        return None


class Colour(enum.Enum):
    RED = 1


class Row(collections.namedtuple("Row", "a b")):
    pass


class OddError(ValueError):
    pass


def samples() -> list[Any]:
    """A value of every kind that travels."""
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.Categorical(["u", "v"])})
    times = pd.date_range("2024-01-01", periods=3, freq="D", tz="Asia/Shanghai")
    return [
        [1, 2.5, "文", None, True, 1 << 90, 3j, b"x", b"y" * 3000, [[], {"k": ({1}, frozenset("a"))}], range(3), slice(1), ...],
        [collections.Counter("ab"), collections.OrderedDict(a=1), collections.defaultdict(list, a=[1]), collections.deque([1], 3)],
        [types.SimpleNamespace(a=1), io.StringIO("a"), io.BytesIO(b"a"), bytearray(b"a"), {}.keys(), {1: 2}.items(), int, ValueError],
        [dt.date(2024, 1, 1), dt.datetime(2024, 1, 1, tzinfo=dt.UTC), dt.timedelta(3), decimal.Decimal("1.5"), fractions.Fraction(1, 3)],
        [re.compile("a+"), pathlib.Path("a"), Colour.RED, Row(1, 2), OddError("x", 3), OddError, Row, Colour, len, samples, object()],
        [np.arange(6.0).reshape(2, 3), np.array(["a", "bc"]), np.array([1, "x", None], dtype=object), np.float32(1), np.dtype("f8")],
        [np.ma.masked_array([1, 2], [0, 1]), np.zeros(2, [("a", "i4"), ("b", "U3")]), np.polynomial.Polynomial([1, 2]), np.poly1d([1, 2])],
        [frame, frame["c"], times, pd.Index(["a"]), pd.MultiIndex.from_tuples([("a", 1)]), pd.Timestamp("2024"), pd.Timedelta(3), pd.NA, pd.NaT],
        [pd.Series([1, None], dtype="Int64"), pd.period_range("2024", periods=2, freq="M"), pd.interval_range(0, 2), pd.Period("2024-01")],
    ]  # fmt: skip


def frame_of(value: Any) -> tuple[list[Any], list[bytes]]:
    """The message that carries a value, as JSON and buffers."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        Quiet(theirs, 2).peer._send("=", "", [value])
        message, buffers = Line(ours).receive()
    return message, [bytes(one) for one in buffers]


MESSAGES = [frame_of(one) for one in samples()]


def packed(message: Any, buffers: list[bytes]) -> bytes:
    """A frame as it goes over the line."""
    header = json.dumps(message).encode()
    sizes = b"".join(struct.pack(">I", len(one)) for one in buffers)
    return struct.pack(">4sII", b"ljx1", len(header), len(buffers)) + sizes + header + b"".join(buffers)


def heard(data: bytes) -> str:
    """What becomes of bytes that come over the line: value, malformed or closed; anything else is raised."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 21)
        theirs.settimeout(5)
        side = Quiet(ours, 1)
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        tracemalloc.reset_peak()
        before, begun = tracemalloc.get_traced_memory()[0], time.monotonic()
        try:
            side.peer._receive()
            end = "value"
        except Malformed:
            end = "malformed"
        except Closed:
            end = "closed"
        assert time.monotonic() - begun < SECONDS
        assert tracemalloc.get_traced_memory()[1] - before < MEMORY
    return end


@pytest.fixture(scope="module", autouse=True)
def _measured() -> Any:
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.parametrize("at", range(len(MESSAGES)))
def test_what_an_honest_side_writes_is_read(at: int) -> None:
    assert heard(packed(*MESSAGES[at])) == "value"


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A frame of a good message after changes of its tree, of its buffers, or of its bytes."""
    message, buffers = copy.deepcopy(draw(st.sampled_from(MESSAGES)))
    tags = sorted({str(one[0]) for one in _lists(MESSAGES) if one and isinstance(one[0], str)})
    for _ in range(draw(st.integers(0, 4))):
        lists = [one for one in _lists(message) if one]
        one = lists[draw(st.integers(0, len(lists) - 1))] if lists else message
        how = draw(st.sampled_from(("tag", "value", "remove", "graft", "number")))
        at = draw(st.integers(0, max(0, len(one) - 1)))
        if how == "tag" and one:
            one[0] = draw(st.sampled_from(tags))
        elif how == "value" and one:
            one[at] = copy.deepcopy(draw(mutations.values))
        elif how == "remove" and one:
            del one[at]
        elif how == "graft" and lists:
            one.insert(at, copy.deepcopy(lists[draw(st.integers(0, len(lists) - 1))]))
        elif one:
            one[at] = draw(st.sampled_from((0, 1, -1, 2**40, 2**63, 1e300, 5)))
    if buffers and draw(st.booleans()):
        at = draw(st.integers(0, len(buffers) - 1))
        buffers[at] = draw(st.one_of(st.binary(max_size=40), st.just(buffers[at] * 3)))
    data = packed(message, buffers)
    if draw(st.integers(0, 3)) == 0:
        data = mutations.spoil(draw, data)
    return data


def _lists(tree: Any) -> list[list[Any]]:
    found: list[list[Any]] = []
    waiting = [tree]
    while waiting and len(found) < 5000:
        one = waiting.pop()
        if isinstance(one, list):
            found.append(one)
        if isinstance(one, list | tuple | dict):
            waiting += one.values() if isinstance(one, dict) else one
    return found


@settings(max_examples=max(150, settings().max_examples), **_at_leisure)
@given(spoilt())
def test_a_message_gone_wrong_is_a_value_or_malformed(data: bytes) -> None:
    assert heard(data) in ("value", "malformed", "closed")


@settings(max_examples=max(150, settings().max_examples), **_at_leisure)
@given(st.binary(max_size=2000), st.booleans())
def test_bytes_by_chance_are_malformed_or_no_message(data: bytes, with_head: bool) -> None:
    head = struct.pack(">4sII", b"ljx1", len(data), 0) if with_head else b""
    assert heard(head + data) in ("malformed", "closed")
