"""Notebooks gone wrong in every way: Hypothesis changes valid ones as trees, as text and as bytes."""

from __future__ import annotations

import copy
import json
from typing import Any

import papers
from hypothesis import strategies as st

KEYS = ("cells", "cell_type", "metadata", "source", "nbgrader", "grade_id", "solution", "grade", "locked", "points", "task", "schema_version", "nbformat", "nbformat_minor", "id", "outputs", "luojiao", "kernelspec", "language", "name", "attachments", "execution_count")  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 4, 3, 4.0, 1e308, float("nan"), float("-inf"), 2**70, "", "x", "4", "add", "add-test", "code", "markdown", "raw",
    "\x00", "\ud83d", "\ufeff", "é", "🙂" * 50, "\u202e", "../../etc/passwd", "$(id)", "def add(a, b):\n    return a + b\n", "raise SystemExit",
    "%%bash\nid", "?", "!id", "\\", "'''", "(" * 300, "-" * 3000 + "1", "1" * 5000, "lambda:" * 200 + "0", "\r\r\n\x0b\x0c", "\u2028x = 1",
    [], {}, [[]], [None], {"": {}}, ["a", 1, None, {"b": []}], {"grade_id": ["add"]}, {"nbgrader": {"grade_id": "add", "solution": True, "grade": True, "points": "x"}},
)  # fmt: skip
TOKENS = (b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\u0000", b"\\ud800", b"\\", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc0\x80", b"\xed\xa0\x80", b"NaN", b"-Infinity", b"1e999", b"9" * 5000, b"[" * 3000, b'{"a":' * 3000, b"\xe4\xbd", b"\xc4\xe3\xba\xc3", b"null", b"\n\r\t ")  # fmt: skip
BASES = (
    papers.good_cells,
    papers.answer_cells,
    lambda: papers.good_cells(add="import warnings\nwarnings.warn('注意')\n" + papers.GOOD["add"]),
    lambda: [
        *papers.good_cells(),
        papers.cell("print('多写的一格')"),
        papers.cell("# 说明", kind="markdown"),
    ],
)
values = st.one_of(
    st.sampled_from(ODD),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
        ),
        max_leaves=6,
    ),
)


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a tree."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        pairs = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()
        for key, inner in pairs:
            found.append((one, key))
            waiting.append(inner)
    return found


def _change(draw: st.DrawFn, notebook: dict[str, Any]) -> None:
    places = _places(notebook)
    if not places:
        return
    home, key = places[draw(st.integers(0, len(places) - 1))]
    how = draw(st.sampled_from(("replace", "remove", "copy", "swap", "insert", "text")))
    if how == "replace":
        home[key] = copy.deepcopy(draw(values))
    elif how == "remove":
        del home[key]
    elif how == "copy":
        twin = copy.deepcopy(home[key])
        home.insert(key, twin) if isinstance(home, list) else home.update({draw(st.sampled_from(KEYS)): twin})
    elif how == "swap":
        other, at = places[draw(st.integers(0, len(places) - 1))]
        mine, theirs = copy.deepcopy(home[key]), copy.deepcopy(other[at])
        home[key], other[at] = theirs, mine
    elif how == "insert":
        new = copy.deepcopy(draw(values))
        home.insert(key, new) if isinstance(home, list) else home.update({draw(st.sampled_from(KEYS)): new})
    elif isinstance(home[key], str):
        at = draw(st.integers(0, len(home[key])))
        piece = draw(
            st.one_of(st.text(max_size=6), st.sampled_from([one for one in ODD if isinstance(one, str)]))
        )
        home[key] = home[key][:at] + piece + home[key][at + draw(st.integers(0, 3)) :]


def spoil(draw: st.DrawFn, data: bytes) -> bytes:
    """A piece of bytes cut, doubled, flipped or put in."""
    at, to = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
    how = draw(st.sampled_from(("cut", "end", "token", "flip", "double", "bytes", "bom")))
    if how == "cut":
        return data[:at] + data[min(to, at + 40) :]
    if how == "end":
        return data[:to]
    if how == "token":
        return data[:at] + draw(st.sampled_from(TOKENS)) + data[at:]
    if how == "flip" and at < len(data):
        return data[:at] + bytes([data[at] ^ (1 << draw(st.integers(0, 7)))]) + data[at + 1 :]
    if how == "double":
        return data[:to] + data[at:to] + data[to:]
    if how == "bytes":
        return data[:at] + draw(st.binary(max_size=12)) + data[at:]
    return b"\xef\xbb\xbf" + data


@st.composite
def notebooks(draw: st.DrawFn) -> bytes:
    """The bytes of a notebook after a few changes: mostly still JSON, often still a notebook, seldom a good one."""
    notebook = json.loads(papers.notebook(draw(st.sampled_from(BASES))()))
    for _ in range(draw(st.integers(0, 5))):
        _change(draw, notebook)
    text = json.dumps(
        notebook, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from((None, 1, "\t")))
    )
    code = draw(st.sampled_from(("utf-8",) * 30 + ("utf-8-sig", "utf-16", "utf-16-le", "gbk", "utf-32")))
    data = text.encode(code, "surrogatepass" if code.startswith("utf") else "replace")
    for _ in range(draw(st.sampled_from((0,) * 7 + (1, 1, 2, 3)))):
        data = spoil(draw, data)
    return data
