"""Text into HTML: everything that is shown passes through ``esc``; numbers, rates and times as this house writes them."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

BEIJING = timezone(timedelta(hours=8))
HIDDEN = "人数少，不显示"


def esc(value: object) -> str:
    """Text that cannot become markup."""
    return html.escape(str(value), quote=True)


def number(value: int | None) -> str:
    """A count with thin spaces by thousands; a suppressed one says so."""
    return HIDDEN if value is None else f"{value:,}".replace(",", "\u2009")


def plain(value: str | Decimal) -> str:
    """A decimal without trailing zeros."""
    text = f"{Decimal(value):.2f}".rstrip("0").rstrip(".")
    return text or "0"


def percent(part: int, whole: int) -> str:
    """A rate with one digit; nothing where there is no whole."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def moment(text: str) -> str:
    """An ISO instant as a clock in Luoyang shows it."""
    at = datetime.fromisoformat(text).astimezone(BEIJING)
    return f"{at:%Y-%m-%d %H:%M}"


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str, total: Sequence[str] = ()
) -> str:
    """A plain table whose cells are HTML already; every column but the first holds numbers.

    A row with fewer cells than the head stretches its last one over the rest.
    """

    def line(cells: Sequence[str]) -> str:
        first, *others = cells
        span = len(head) - len(others)
        wide = f' colspan="{span}"' if span > 1 else ""
        tds = [f'<td class="n"{wide if i == len(others) - 1 else ""}>{c}</td>' for i, c in enumerate(others)]
        return f'<tr><th scope="row">{first}</th>{"".join(tds)}</tr>'

    heads = "".join(f'<th scope="col"{" class=n" if i else ""}>{esc(h)}</th>' for i, h in enumerate(head))
    foot = f"<tfoot>{line(total)}</tfoot>" if total else ""
    body = "".join(line(row) for row in rows)
    return (
        f'<h2 class="caption">{esc(caption)}</h2><div class="table" tabindex="0" role="region" aria-label="{esc(caption)}">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody>{foot}</table></div>"
    )


def figure(made: dict[str, Any], description: str) -> str:
    """A place in the page where the template's script draws ``made`` with plotly; ``description`` is read aloud."""
    data = esc(json.dumps(made, ensure_ascii=False, separators=(",", ":")))
    height = int(made["layout"]["height"])
    return f'<div class="plot" role="img" aria-label="{esc(description)}" style="height:{height}px" data-figure="{data}"></div>'
