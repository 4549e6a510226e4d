"""The one look of all charts: a plotly template as plain data, and the kinds of chart that this house draws.

Figures are plain dictionaries, drawn in the browser by the one plotly.min.js; the kernel need not import plotly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

INK, SOFT, LINE, ACCENT, QUIET, PAPER = "#26231f", "#655f57", "#e4dfd8", "#b5264c", "#d8d2c9", "#ffffff"
FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
ROW, ABOVE, BELOW = 34, 8, 52  # pixels: one bar, over the first, under the last

TEMPLATE: dict[str, Any] = {
    "layout": {
        "font": {"family": FONT, "size": 14, "color": INK},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "colorway": [ACCENT],
        "showlegend": False,
        "dragmode": False,
        "hovermode": False,
        "bargap": 0.35,
        "xaxis": {"gridcolor": LINE, "zerolinecolor": SOFT, "ticklabeloverflow": "allow", "rangemode": "tozero", "fixedrange": True,
                  "tickfont": {"color": SOFT}, "title": {"font": {"color": SOFT, "size": 13}}},
        "yaxis": {"automargin": True, "fixedrange": True, "ticklen": 6, "tickcolor": PAPER, "showgrid": False},
    }
}  # fmt: skip


def rate_bars(
    names: Sequence[str], rates: Sequence[float | None], labels: Sequence[str], *, axis: str
) -> dict[str, Any]:
    """Horizontal bars from 0 to 100 %, the first row on top, each with its own label; None has a label and no bar.

    A long bar carries its label inside, a short one beside it, so that none is cut off on a narrow screen.
    """
    known = [0.0 if rate is None else rate for rate in rates]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "y": list(range(len(names))),
                "x": known,
                "text": list(labels),
                "textposition": ["inside" if rate > 55 else "outside" for rate in known],
                "insidetextanchor": "end",
                "constraintext": "none",
                "textangle": 0,
                "textfont": {"color": [PAPER if rate > 55 else INK for rate in known], "size": 13},
                "cliponaxis": False,
                "marker": {"color": ACCENT},
            }
        ],
        "layout": {
            "template": TEMPLATE,
            "height": ABOVE + BELOW + ROW * max(1, len(names)),
            "margin": {"l": 8, "r": 28, "t": ABOVE, "b": BELOW},
            "xaxis": {"range": [0, 100], "ticksuffix": "%", "dtick": 25, "title": {"text": axis}},
            "yaxis": {
                "autorange": "reversed",
                "tickmode": "array",
                "tickvals": list(range(len(names))),
                "ticktext": list(names),
            },
        },
    }
