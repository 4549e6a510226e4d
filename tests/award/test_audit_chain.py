"""Whatever is done to a log is named: edits, swaps, drops, insertions, flipped bits, cuts and whole rewritings."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.domain.audit import FIRST, Entry, Event, Kept, canonical, follow, hash_of, line_of, read_line
from hub.domain.chain import Checkpoint, Start, Tree, Wrong, verify

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
ENTRIES = st.lists(
    st.builds(
        Entry, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT,
        st.dictionaries(st.sampled_from("abcd"), TEXT | st.integers(-9, 9) | st.booleans() | st.none(), max_size=3),
    ),
    min_size=2, max_size=9,
)  # fmt: skip
FIELDS = ("at", "actor", "role", "scope", "verb", "subject", "digest")


def end(log: list[Kept]) -> tuple[int, str]:
    return (log[-1].event.seq, log[-1].event.hash) if log else (0, FIRST)


def chain(entries: list[Entry]) -> list[Kept]:
    made: list[Kept] = []
    for number, entry in enumerate(entries):
        salt = f"{number:032x}"
        made.append(Kept(follow(*end(made), entry, salt), salt, entry.detail))
    return made


LOGS = ENTRIES.map(chain)


def point(log: list[Kept], size: int | None = None) -> Checkpoint:
    part = log if size is None else log[:size]
    tree = Tree()
    for kept in part:
        tree.add(kept.event.hash)
    return Checkpoint(len(part), part[-1].event.hash if part else FIRST, tree.root(), "")


def rehashed(event: Event, **changes: object) -> Event:
    changed = replace(event, **changes)  # type: ignore[arg-type]
    return replace(changed, hash=hash_of(changed))


@given(LOGS, st.data())
def test_an_untouched_log_is_whole_and_agrees_with_every_checkpoint_of_it(
    log: list[Kept], data: st.DataObject
) -> None:
    points = [point(log, n) for n in data.draw(st.lists(st.integers(0, len(log)), max_size=3))]
    report = verify(log, points)
    assert report.finding is None
    assert (report.size, report.head, report.root) == (len(log), log[-1].event.hash, point(log).root)
    assert verify([k.event for k in log], points) == report
    assert [read_line(line_of(k)) for k in log] == log
    assert [read_line(line_of(k.event)) for k in log] == [k.event for k in log]


@given(LOGS, st.data())
def test_an_edited_event_is_named_even_where_its_own_hash_was_made_to_fit(
    log: list[Kept], data: st.DataObject
) -> None:
    events = [k.event for k in log]
    place = data.draw(st.integers(0, len(log) - 1))
    field, value = data.draw(st.sampled_from(FIELDS)), data.draw(TEXT)
    assume(getattr(events[place], field) != value)
    plain = [*events]
    plain[place] = replace(events[place], **{field: value})
    found = verify(plain).finding
    assert found and (found.seq, found.how) == (place + 1, Wrong.CHANGED)
    events[place] = rehashed(events[place], **{field: value})
    found = verify(events, [point(log)]).finding
    assert found
    if place < len(log) - 1:
        assert (found.seq, found.how) == (place + 1, Wrong.CHANGED)
    else:  # nothing follows it: only a checkpoint knows
        assert found.how is Wrong.REWRITTEN and found.seq <= place + 1 <= found.until


@given(LOGS, st.data())
def test_an_edited_detail_is_named(log: list[Kept], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log) - 1))
    detail = data.draw(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 9), max_size=2))
    assume(canonical(detail) != canonical(log[place].detail))
    log[place] = replace(log[place], detail=detail)
    found = verify(log).finding
    assert found and (found.seq, found.how) == (place + 1, Wrong.DETAIL)


@given(LOGS, st.data())
def test_a_dropped_event_is_named_and_the_last_ones_by_a_checkpoint(
    log: list[Kept], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(log) - 1))
    last = data.draw(st.integers(first, len(log) - 1))
    found = verify(log[:first] + log[last + 1 :], [point(log)]).finding
    assert found and found.seq == first + 1
    assert (found.how, found.until) == (Wrong.CUT if last == len(log) - 1 else Wrong.MISSING, last + 1)


@given(LOGS, st.data())
def test_two_events_that_changed_places_are_named(log: list[Kept], data: st.DataObject) -> None:
    one, other = sorted(
        data.draw(st.lists(st.integers(0, len(log) - 1), min_size=2, max_size=2, unique=True))
    )
    log[one], log[other] = log[other], log[one]
    found = verify(log).finding
    assert found and (found.seq, found.how) == (one + 1, Wrong.REORDERED)


@given(LOGS, st.data())
def test_an_event_that_was_put_in_is_named(log: list[Kept], data: st.DataObject) -> None:
    place, copied = (data.draw(st.integers(0, len(log) - 1)) for _ in "ab")
    found = verify([*log[:place], log[copied], *log[place:]]).finding
    assert found and (found.seq, found.how) == (copied + 1, Wrong.INSERTED)
    forged = follow(*end(log[:place]), Entry("", "x", "", "", "forged", "x", {}), "")
    found = verify([*log[:place], forged, *log[place:]]).finding
    assert found and (found.seq, found.how) == (place + 1, Wrong.INSERTED)


@given(LOGS, st.data())
def test_an_appended_forgery_is_found_by_the_events_that_come_after_it_or_by_a_checkpoint(
    log: list[Kept], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(log) - 1))
    rewritten: list[Kept] = log[:place]
    for kept in log[place:]:  # a whole new end, every hash of it made to fit
        entry = Entry("", "mallory", "", "", kept.event.verb, kept.event.subject, kept.detail)
        rewritten.append(Kept(follow(*end(rewritten), entry, kept.salt), kept.salt, kept.detail))
    assert verify(rewritten).finding is None
    known = [point(log, n) for n in (0, place, len(log))]
    found = verify(rewritten, known).finding
    assert found and found.how is Wrong.REWRITTEN
    assert found.seq == place + 1 and found.until == len(log)


@given(LOGS, st.data())
def test_a_flipped_bit_in_an_exported_file_is_named(log: list[Kept], data: st.DataObject) -> None:
    with_details = data.draw(st.booleans())
    lines = [line_of(k if with_details else k.event) for k in log]
    text = bytearray(b"".join(lines))
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] ^= 1 << data.draw(st.integers(0, 7))
    broken = next(n for n in range(len(lines)) if place < sum(map(len, lines[: n + 1])))
    parts = [part + b"\n" for part in bytes(text).split(b"\n")]
    parts[-1] = parts[-1][:-1]
    found = verify(read_line(part) for part in parts if part).finding
    assert found and found.seq == broken + 1, (found, broken + 1)


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40), st.data())
def test_the_root_is_that_of_rfc_6962_and_goes_on_from_its_peaks(
    hashes: list[bytes], data: st.DataObject
) -> None:
    def mth(leaves: list[bytes]) -> bytes:
        if not leaves:
            return hashlib.sha256(b"").digest()
        if len(leaves) == 1:
            return hashlib.sha256(b"\x00" + leaves[0]).digest()
        k = 1 << (len(leaves) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()

    tree, cut = Tree(), data.draw(st.integers(0, len(hashes)))
    for each in hashes[:cut]:
        tree.add(each.hex())
    start = Start(Checkpoint(cut, "", tree.root(), ""), tuple(p.hex() for p in tree.peaks))
    resumed = start.tree()
    assert resumed is not None
    for each in hashes[cut:]:
        resumed.add(each.hex())
    assert resumed.root() == mth(hashes).hex()
    assert replace(start, peaks=(*start.peaks, "00" * 32)).tree() is None
    assert replace(start, peaks=("no hex",)).tree() is None


@given(LOGS, st.data())
def test_a_walk_from_a_checkpoint_ends_where_the_whole_walk_ends(
    log: list[Kept], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(log)))
    first = verify(log[:cut])
    start = Start(Checkpoint(first.size, first.head, first.root, ""), first.peaks)
    assert replace(verify(log[cut:], [point(log)], start), agreed=0) == replace(verify(log), agreed=0)
    found = verify(log[cut + 1 :], [point(log)], start).finding
    assert cut == len(log) or (found and found.seq == cut + 1)


JSON = st.recursive(
    TEXT | st.booleans() | st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=4), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(JSON)
def test_what_is_hashed_is_canonical_json_as_another_library_writes_it(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert canonical(json.loads(canonical(value))) == canonical(value)


@pytest.mark.parametrize(
    "value", [1.0, {"a": [0.5]}, 2**53, {"名": 1}, {1: 2}, b"x", {"a": object()}, float("nan")]
)
def test_what_could_be_read_in_two_ways_is_not_taken(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize(
    "line",
    [b"", b"\n", b"[]\n", b"{}\n", b"null\n", b'"x"\n', b"1" * 5000 + b"\n", b"[" * 100_000, b"\xff\xfe\n"],
)
def test_what_is_no_line_of_a_log_is_told_and_nothing_breaks(line: bytes) -> None:
    assert read_line(line) is None
    assert verify([None]).finding is not None
