"""A certificate as PDF, set by typst with the Noto CJK faces that come as a wheel."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import segno
import typst

from hub.domain.certificate import CertificateView
from hub.domain.hours_statement import Statement
from hub.fonts import font_folder
from hub.typesetting import hours

_HERE = Path(__file__).parent


class TypstSetter:
    """See hub.journey.ports.Typesetter."""

    def certificate(self, view: CertificateView) -> bytes:
        """An A4 landscape page; ``view`` is handed over as data, never as markup."""
        c = view.certificate
        day = (c.issued_at + timedelta(hours=8)).date()
        facts = {
            "name": c.holder_name,
            "school": c.school_name,
            "title": view.rule.name,
            "items": [f"{n.code}  {n.name}" for n in view.nodes],
            "rating": c.rating,
            "number": c.number,
            "issued": f"{day.year}年{day.month}月{day.day}日",
            "until": f"{c.valid_to.year}年{c.valid_to.month}月{c.valid_to.day}日",
            "code": view.code,
            "address": f"{view.issuer}/verify",
            "digest": c.evidence_digest[:16],
            "qr": self.qr(view.address),
        }
        return _set("certificate.typ", facts)

    def publicity(self, told: Mapping[str, Any]) -> bytes:
        """A4 pages with the publicity lists of one school; ``told`` is data, never markup."""
        return _set("publicity.typ", told)

    def hours(self, view: Statement) -> bytes:
        """An A4 page, more where there are many entries."""
        return hours.pdf(view)

    def qr(self, text: str) -> str:
        """A QR code with a quarter of its modules to spare."""
        out = io.BytesIO()
        segno.make(text, error="q", micro=False).save(
            out, kind="svg", border=1, xmldecl=False, svgclass="qr", omitsize=True
        )
        return out.getvalue().decode()


def _set(template: str, facts: Mapping[str, Any]) -> bytes:
    pdf: bytes = typst.compile(
        str(_HERE / template),
        font_paths=[str(font_folder())],
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        format="pdf",
    )
    return pdf
