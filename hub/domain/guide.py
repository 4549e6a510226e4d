"""Whether a guide (提交指南 and 评价标准) can be kept: what it asks for must be clear to who hands in and who assesses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hub.domain.dossier import Wanted

MOST_PIECES = 8
_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")


def guide_fault(describes: str, pieces: Sequence[Wanted]) -> str | None:
    """Why a guide cannot be kept, or None."""
    if not 4 <= len(describes.strip()) <= 2000:
        return "能力描述要有 4 到 2000 个字"
    if not 1 <= len(pieces) <= MOST_PIECES:
        return f"要交的材料至少 1 份，最多 {MOST_PIECES} 份"
    if len({p.key for p in pieces}) < len(pieces) or len({p.name for p in pieces}) < len(pieces):
        return "两份材料不能同名"
    return next((why for at, piece in enumerate(pieces, 1) if (why := _fault(at, piece))), None)


def _fault(at: int, piece: Wanted) -> str | None:
    if not 2 <= len(piece.name) <= 40:
        return f"第 {at} 份材料的名称要有 2 到 40 个字"
    if not _KEY.fullmatch(piece.key):
        return f"“{piece.name}”的代号只能用小写英文字母、数字和短横"
    if not piece.kinds:
        return f"“{piece.name}”至少要选一种提交方式"
    if not piece.passing:
        return f"“{piece.name}”要写明合格的标准"
    if len(piece.guide) > 2000 or any(len(one) > 300 for one in (*piece.passing, *piece.excellent)):
        return f"“{piece.name}”的要求最长 2000 个字，每条标准最长 300 个字"
    if max(len(piece.passing), len(piece.excellent)) > 10:
        return f"“{piece.name}”的标准每级最多 10 条"
    return None
