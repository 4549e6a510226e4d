"""Is a chain of events whole: which event is the first that is wrong, how, and does it agree with its checkpoints."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from hub.domain.audit import FIRST, Event, Kept, digest_of, hash_of


class Wrong(StrEnum):
    """How an event is wrong."""

    UNREADABLE = "unreadable"
    CHANGED = "changed"
    DETAIL = "detail"
    MISSING = "missing"
    REORDERED = "reordered"
    INSERTED = "inserted"
    CUT = "cut"
    REWRITTEN = "rewritten"


WRONG_NAMES = {
    Wrong.UNREADABLE: "不是导出时的内容，读不出来",
    Wrong.CHANGED: "内容被改过",
    Wrong.DETAIL: "明细被改过，或不见了",
    Wrong.MISSING: "不见了",
    Wrong.REORDERED: "不在自己的位置上，顺序被换过",
    Wrong.INSERTED: "是插进来的",
    Wrong.CUT: "起被截掉了，检查点里还有",
    Wrong.REWRITTEN: "起（或以后）被整段改写过，与检查点不符",
}


@dataclass(frozen=True)
class Finding:
    """The first event that is wrong, by its number; ``until`` is the last that it may be, where one cannot tell."""

    seq: int
    how: Wrong
    until: int = 0


def sentence(finding: Finding) -> str:
    """Which event is wrong and how, without the full stop."""
    until = f"（到第 {finding.until} 条之间）" if finding.until > finding.seq else ""
    return f"第 {finding.seq} 条{WRONG_NAMES[finding.how]}{until}"


@dataclass(frozen=True)
class Checkpoint:
    """What an outside witness keeps: how long the log was, its last hash, and the root over all hashes."""

    size: int
    head: str
    root: str
    at: str

    @classmethod
    def from_claims(cls, claims: Any) -> Checkpoint | None:
        """The checkpoint that signed claims state, or None where they state none."""
        try:
            made = cls(claims["size"], claims["head"], claims["root"], claims["at"])
        except (KeyError, TypeError):
            return None
        texts = (made.head, made.root, made.at)
        good = type(made.size) is int and made.size >= 0 and all(type(t) is str for t in texts)
        return made if good else None


@dataclass
class Tree:
    """The Merkle root (RFC 6962) over hashes that come one after the other; it remembers one peak a level."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)  # the largest subtree first

    def add(self, hash: str) -> None:
        """Take the next hash in."""
        node, full = _leaf(hash), self.size
        while full & 1:
            node, full = _node(self.peaks.pop(), node), full >> 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> str:
        """The root over all that was taken in."""
        if not self.peaks:
            return hashlib.sha256().hexdigest()
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = _node(peak, node)
        return node.hex()


def _leaf(hash: str) -> bytes:
    return hashlib.sha256(b"\x00" + bytes.fromhex(hash)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Report:
    """What a verification found: how many events are whole from the start, and what is wrong first.

    ``head`` and ``root`` are of the whole log, and empty where something is wrong.
    """

    size: int
    head: str
    root: str
    finding: Finding | None
    agreed: int = 0  # the largest checkpoint that agrees
    peaks: tuple[str, ...] = ()


Item = Event | Kept | None  # None: a line that cannot be read


@dataclass(frozen=True)
class Start:
    """Where a walk may begin: behind a checkpoint of one's own, with the peaks of its tree."""

    checkpoint: Checkpoint
    peaks: tuple[str, ...]

    def tree(self) -> Tree | None:
        """The tree as it was then, or None where these peaks do not make the checkpoint's root."""
        try:
            made = Tree(self.checkpoint.size, [bytes.fromhex(p) for p in self.peaks])
        except (ValueError, TypeError):
            return None
        right = len(made.peaks) == made.size.bit_count() and made.root() == self.checkpoint.root
        return made if right else None


def verify(
    items: Iterable[Item], checkpoints: Sequence[Checkpoint] = (), start: Start | None = None
) -> Report:
    """Walk a log from its first event on and compare it with checkpoints of it, in whatever order they come.

    With ``start`` the ``items`` are those behind its checkpoint, and what lies before is not looked at.
    """
    tree, head = Tree(), FIRST
    if start and (resumed := start.tree()):
        tree, head = resumed, start.checkpoint.head
    due = sorted((c for c in checkpoints if c.size >= tree.size), key=lambda c: c.size)
    agreed, place = tree.size, 0
    walk = iter(items)
    ahead = next(walk, _END)
    before: Event | None = None
    while True:
        while place < len(due) and due[place].size == tree.size:
            if (due[place].head, due[place].root) != (head, tree.root()):
                finding = Finding(agreed + 1, Wrong.REWRITTEN, tree.size)
                return Report(agreed, "", "", finding, agreed)
            agreed, place = tree.size, place + 1
        if ahead is _END:
            cut = Finding(tree.size + 1, Wrong.CUT, due[-1].size) if place < len(due) else None
            peaks = tuple(p.hex() for p in tree.peaks)
            return Report(tree.size, head, tree.root(), cut, agreed, peaks)
        item, ahead = ahead, next(walk, _END)
        event = item.event if isinstance(item, Kept) else item
        if not isinstance(event, Event) or event.seq != tree.size + 1 or event.previous != head:
            finding = _broken(before, item, ahead, walk, tree.size + 1, head)
        elif hash_of(event) != event.hash:
            finding = Finding(event.seq, Wrong.CHANGED)
        elif isinstance(item, Kept) and not _fits(item):
            finding = Finding(event.seq, Wrong.DETAIL)
        else:
            tree.add(event.hash)
            head, before = event.hash, event
            continue
        good = min(tree.size, finding.seq - 1)
        return Report(good, "", "", finding, min(agreed, good))


_END: Any = object()


def _fits(kept: Kept) -> bool:
    try:
        return digest_of(kept.salt, kept.detail) == kept.event.digest
    except (TypeError, ValueError):
        return False


def _broken(
    before: Event | None, item: Item, ahead: Any, rest: Iterator[Item], wanted: int, head: str
) -> Finding:
    """Why ``item`` does not follow: it is not the one that is ``wanted``, or one of two neighbours was changed."""
    event = _event(item)
    if event is None:
        return Finding(wanted, Wrong.UNREADABLE)
    if not _whole(event):
        return Finding(wanted, Wrong.CHANGED)
    if event.seq < wanted:  # number given twice: whoever comes next tells which of the two is older
        return Finding(event.seq, Wrong.INSERTED)
    follower = _event(ahead) if ahead is not _END else None
    if event.seq > wanted:
        later = [
            e for e in (follower, *map(_event, rest)) if e and e.seq in (wanted, event.seq) and _whole(e)
        ]
        if any(e.seq == event.seq for e in later):
            return Finding(event.seq, Wrong.INSERTED)
        if any(e.seq == wanted for e in later):
            return Finding(wanted, Wrong.REORDERED)
        return Finding(wanted, Wrong.MISSING, event.seq - 1)
    # The right number, but it names another one as before it. If the next one confirms it, the one before was
    # changed and hashed anew; at the very end one cannot tell.
    if follower is not None and follower.seq == wanted:
        return Finding(wanted, Wrong.INSERTED)
    confirmed = follower is not None and follower.previous == event.hash
    if before is None or (follower is not None and not confirmed):
        return Finding(wanted, Wrong.CHANGED)
    return Finding(wanted - 1, Wrong.CHANGED, 0 if confirmed else wanted)


def _event(item: Any) -> Event | None:
    found = item.event if isinstance(item, Kept) else item
    return found if isinstance(found, Event) else None


def _whole(event: Event) -> bool:
    try:
        return hash_of(event) == event.hash
    except (TypeError, ValueError):
        return False
