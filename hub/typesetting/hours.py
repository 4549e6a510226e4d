"""A statement of hours as PDF: the entries that one rule counts in one period, and a QR code over the signed sum."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import segno
import typst

from hub.domain.hour_count import day, needs, number
from hub.domain.hours import HoursEntry
from hub.domain.hours_statement import Statement
from hub.fonts import font_folder

_HERE = Path(__file__).parent


def pdf(view: Statement) -> bytes:
    """A4 upright; ``view`` is handed over as data, never as markup."""
    made: bytes = typst.compile(
        str(_HERE / "hours.typ"),
        font_paths=[str(font_folder())],
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(_facts(view), ensure_ascii=False)},
        format="pdf",
    )
    return made


def _facts(view: Statement) -> dict[str, Any]:
    p = view.progress
    asked = needs(p.rule)
    pairs = (
        ("总学时", p.counted.hours, asked.hours),
        ("实践学时", p.counted.practice, asked.practice),
        ("网络学时", p.counted.online, asked.online),
        ("专业科目", p.counted.professional, asked.professional),
    )
    return {
        "name": view.holder, "school": view.school, "rule": f"{p.rule.name}（{p.rule.source}）", "ref": p.rule.ref,
        "span": f"{day(p.span.first)}至{day(p.span.last)}", "met": p.met, "sentence": p.sentence,
        "sums": [[name, number(have), number(need) if need else "不作要求"] for name, have, need in pairs],
        "entries": [_line(e) for e in view.entries], "issued": _moment(view.issued_at),
        "address": f"{view.issuer}/verify", "qr": _qr(view.address), "count": len(view.entries),
    }  # fmt: skip


def _line(e: HoursEntry) -> list[str]:
    about = "　".join(x for x in (e.project_no, e.doc_no, e.certificate_no) if x)
    kind = "·".join(x for x in (f"{e.level}级" if e.level else "", e.mode, e.category) if x)
    return [
        e.title, about, e.provider, f"{e.began.isoformat()}", f"{e.earned_on.isoformat()}", kind, number(e.hours),
        number(e.practice),
    ]  # fmt: skip


def _moment(at: datetime) -> str:
    return day((at + timedelta(hours=8)).date())


def _qr(text: str) -> str:
    """The signed sum is long, the paper is clean: the least correction keeps the modules large."""
    out = io.BytesIO()
    segno.make(text, error="l", micro=False, boost_error=False).save(
        out, kind="svg", border=2, xmldecl=False, svgclass="qr", omitsize=True
    )
    return out.getvalue().decode()
