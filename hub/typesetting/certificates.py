"""A certificate as PDF, set by typst with the Noto CJK faces that come as a wheel; the credential lies inside as a file."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import segno
import typst

from hub.domain.certificate import CERTIFICATE_STATES, CertificateView
from hub.domain.hours_statement import Statement
from hub.fonts import font_folder
from hub.typesetting import hours

_HERE = Path(__file__).parent


@dataclass
class TypstSetter:
    """See hub.journey.ports.Typesetter. One compiler is kept warm: it has the faces read, and sets one page at a time."""

    _turn: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def _compiler(self) -> Any:
        return typst.Compiler(
            str(_HERE / "certificate.typ"), font_paths=[str(font_folder())], ignore_system_fonts=True
        )

    def certificate(self, view: CertificateView) -> bytes:
        """An A4 landscape page, the same bytes whenever it is asked for; ``view`` is handed over as data, never as markup."""
        return self._set(view, "pdf")

    def picture(self, view: CertificateView) -> bytes:
        """The page as PNG, to look at."""
        return self._set(view, "png")

    def _set(self, view: CertificateView, form: str) -> bytes:
        c, shown = view.certificate, view.shown
        day = (c.issued_at + timedelta(hours=8)).date()
        state = c.state
        facts = {
            "name": shown.holder,
            "school": shown.school,
            "title": shown.title,
            "items": [[name, rating] for name, rating in shown.items],
            "rating": shown.rating,
            "hours": dict(shown.hours),
            "number": c.number,
            "issued": f"{day.year}年{day.month}月{day.day}日",
            "until": f"{c.valid_to.year}年{c.valid_to.month}月{c.valid_to.day}日",
            "on": [day.year, day.month, day.day],
            "code": view.code,
            "address": f"{view.issuer}/verify",
            "digest": c.evidence_digest[:16],
            "key": c.key_id,
            "state": "" if state == "standing" else CERTIFICATE_STATES[state],
            "qr": self.qr(view.address),
            "credential": view.document or c.credential,
            "form": "json" if view.document else "jwt",
        }
        with self._turn:
            made: bytes = self._compiler.compile(
                format=form, sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
                timestamp=int(c.issued_at.timestamp()), ppi=110,
            )  # fmt: skip
        return made

    def publicity(self, told: Mapping[str, Any]) -> bytes:
        """A4 pages with the publicity lists of one school; ``told`` is data, never markup."""
        pdf: bytes = typst.compile(
            str(_HERE / "publicity.typ"),
            font_paths=[str(font_folder())],
            ignore_system_fonts=True,
            sys_inputs={"facts": json.dumps(told, ensure_ascii=False)},
            format="pdf",
        )
        return pdf

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
