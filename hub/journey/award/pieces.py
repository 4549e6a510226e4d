"""The pieces of a dossier while it is prepared: notebooks, files and links are added, looked at, removed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from hub.domain import attachment, links
from hub.domain.dossier import (
    MAX_PIECES,
    MAX_TOTAL,
    Dossier,
    DossierState,
    Guide,
    Piece,
    PieceKind,
    Wanted,
    in_order,
)
from hub.domain.errors import refuse
from hub.domain.people import Actor, may
from hub.journey.award.evidence import evidence_digest
from hub.journey.ports import Fittings, Work

_NOTE = 200


@dataclass(frozen=True)
class Download:
    """A file to be given out: its name is made up here, its type is what its content was found to be."""

    name: str
    media: str
    data: bytes


def own(work: Work, who: Actor, id: str, *, lock: bool = False) -> Dossier:
    """One's own dossier; for everybody else there is none."""
    dossier = work.dossiers.dossier(id, lock=lock)
    if dossier is None or dossier.person != who.uid or not may(who, "dossier.write"):
        raise refuse("thing.missing", what="这份考核材料")
    return dossier


def guide_of(work: Work, dossier: Dossier) -> Guide:
    """The guide that a dossier was begun under."""
    guide = work.frameworks.guide(dossier.framework, dossier.code, dossier.guide)
    if guide is None:
        raise refuse("dossier.no_guide", name=dossier.code)
    return guide


def stale(work: Work, pieces: Sequence[Piece]) -> frozenset[str]:
    """The notebooks among the pieces whose grade no longer stands."""
    named = [p for p in pieces if p.evidence]
    fresh = {
        e.id for e in work.evidence.evidence_by_ids([p.evidence or "" for p in named]) if not e.superseded
    }
    return frozenset(p.id for p in named if p.evidence not in fresh)


def add_file(f: Fittings, who: Actor, id: str, key: str, name: str, data: bytes, note: str = "") -> Piece:
    """Add a file; what it is, its content says. It is on disk before it is in the dossier."""
    name = attachment.clean_name(name)
    with f.work() as work:  # refuse before a single byte is stored
        _place(work, who, id, key, PieceKind.FILE, note, size=len(data))
    if len(data) > f.limits.upload:
        raise refuse("dossier.file_too_large", limit_mb=f.limits.upload // 2**20)
    why = attachment.problem(name, data)
    if why:
        raise refuse("dossier.piece", why=why)
    digest = f.files.put(data)
    return _add(f, who, id, key, PieceKind.FILE, name, digest, note, size=len(data))


def add_link(f: Fittings, who: Actor, id: str, key: str, kind: PieceKind, url: str, note: str = "") -> Piece:
    """Add an address where evidence can be seen; the platform keeps it and never opens it."""
    url = url.strip()
    why = links.problem(url, urlsplit(f.issuer).hostname or "")
    if why or kind not in (PieceKind.LINK, PieceKind.VIDEO):
        raise refuse("dossier.piece", why=why or "这里要填链接")
    digest = hashlib.sha256(url.encode()).hexdigest()
    host = urlsplit(url).hostname or ""
    return _add(f, who, id, key, kind, host, digest, note, size=len(url.encode()), url=url)


def add_notebook(f: Fittings, who: Actor, id: str, key: str, evidence: str, note: str = "") -> Piece:
    """Add a notebook of one's own that was graded and shows this very competency."""
    with f.work() as work:
        dossier = own(work, who, id)
        found = next((e for e in work.evidence.evidence(who.uid) if e.id == evidence), None)
        if found is None or (found.framework, found.code) != (dossier.framework, dossier.code):
            raise refuse("dossier.piece", why="没有这项微能力的已评阅成绩，请先完成对应作业")
        if any(p.evidence == evidence for p in work.dossiers.pieces(id)):
            raise refuse("dossier.piece", why="这份笔记本已经在材料里了")
    titles = {a.key: a.title for course in f.catalogue.all() for a in course.assignments}
    name = titles.get(found.assignment, found.assignment)
    return _add(
        f, who, id, key, PieceKind.NOTEBOOK, name, evidence_digest((), (found,)), note, evidence=evidence
    )


def _add(
    f: Fittings, who: Actor, id: str, key: str, kind: PieceKind, name: str, digest: str, note: str,
    *, size: int = 0, evidence: str | None = None, url: str = "",
) -> Piece:  # fmt: skip
    with f.work() as work:
        _place(work, who, id, key, kind, note, url, size, lock=True)
        if any(p.key == key and p.digest == digest for p in work.dossiers.pieces(id)):
            raise refuse("dossier.piece", why="同样的内容已经在这里了")
        made = Piece(
            f.ids.new("pie"), id, key, kind, name, digest, size, f.clock.now(), evidence, url, note.strip()
        )
        work.dossiers.add_piece(made)
    return made


def _place(
    work: Work, who: Actor, id: str, key: str, kind: PieceKind, note: str, url: str = "", size: int = 0,
    *, lock: bool = False,
) -> Wanted:  # fmt: skip
    """What a piece is to answer; refused where it has no place, or where what is said with it tells whose it is."""
    dossier = own(work, who, id, lock=lock)
    if dossier.state is not DossierState.DRAFT:
        raise refuse("dossier.frozen")
    wanted = next((one for one in guide_of(work, dossier).pieces if one.key == key), None)
    if wanted is None or kind not in wanted.kinds:
        raise refuse("dossier.piece", why="指南里没有要求这种材料")
    pieces = work.dossiers.pieces(id)
    total = size + sum(p.size for p in pieces if p.kind is PieceKind.FILE)
    if len(pieces) >= MAX_PIECES or total > MAX_TOTAL:
        raise refuse("dossier.full", pieces=MAX_PIECES, total_mb=MAX_TOTAL // 2**20)
    if len(note.strip()) > _NOTE:
        raise refuse("dossier.piece", why=f"说明不超过 {_NOTE} 字")
    schools = [work.people.organisation(code) for code in {dossier.school, *who.schools}]
    tells = (who.name, who.login, *(school.name for school in schools if school))
    said = unquote(f"{note} {url}").casefold()
    if any(word and word.casefold() in said for word in tells):
        raise refuse("dossier.piece", why="说明和网址里不能有您的姓名、账号或学校，评审是匿名的")
    return wanted


def remove(f: Fittings, who: Actor, id: str, piece: str) -> None:
    """Take a piece out of a dossier that is still prepared; out of a submitted one nobody can."""
    with f.work() as work:
        dossier = own(work, who, id, lock=True)
        if dossier.state is not DossierState.DRAFT:
            raise refuse("dossier.frozen")
        if piece not in {p.id for p in work.dossiers.pieces(id)}:
            raise refuse("thing.missing", what="这件材料")
        work.dossiers.remove_piece(piece)


def download(f: Fittings, work: Work, dossier: Dossier, piece: str) -> Download:
    """A file of a dossier, under the dossier's label: whose it is must not be in its name."""
    guide = guide_of(work, dossier)
    pieces = in_order(guide, work.dossiers.pieces(dossier.id))
    found = next((n for n, p in enumerate(pieces, 1) if p.id == piece and p.kind is PieceKind.FILE), None)
    if found is None:
        raise refuse("thing.missing", what="这件材料")
    one = pieces[found - 1]
    data = f.files.get(one.digest)
    kind = attachment.type_of(data)
    if kind is None:
        raise refuse("thing.missing", what="这件材料")
    wanted = next((w.name for w in guide.pieces if w.key == one.key), "材料")
    return Download(f"{dossier.label}-{found}-{wanted}.{kind.value}", attachment.MEDIA[kind], data)


def own_file(f: Fittings, who: Actor, id: str, piece: str) -> Download:
    """A file of one's own dossier, as assessors get it."""
    with f.work() as work:
        return download(f, work, own(work, who, id), piece)
