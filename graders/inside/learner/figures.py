"""Facts of a figure as plain data: what a test asks of a chart without looking at a pixel."""

from __future__ import annotations

from typing import Any


def figure_facts(figure: Any) -> dict[str, Any]:
    """Plain data of a matplotlib figure, axes, or a plotly figure; TypeError for anything else.

    matplotlib: {"title", "axes": [{"title", "xlabel", "ylabel", "xlim", "ylim", "legend", "lines", "bars", "points",
    "texts", "xticklabels", "yticklabels"}]}; plotly: the figure's own {"data", "layout"}.
    """
    home = type(figure).__module__.split(".")[0]
    if home == "plotly":
        return dict(figure.to_plotly_json())
    if home != "matplotlib":
        raise TypeError("not a figure")
    whole = figure.figure if hasattr(figure, "get_title") else figure
    axes = [figure] if hasattr(figure, "get_title") else figure.axes
    heading = whole._suptitle
    return {"title": heading.get_text() if heading is not None else "", "axes": [_axes(one) for one in axes]}


def _axes(axes: Any) -> dict[str, Any]:
    legend = axes.get_legend()
    return {
        "title": axes.get_title(),
        "xlabel": axes.get_xlabel(),
        "ylabel": axes.get_ylabel(),
        "xlim": tuple(float(one) for one in axes.get_xlim()),
        "ylim": tuple(float(one) for one in axes.get_ylim()),
        "legend": [one.get_text() for one in legend.get_texts()] if legend is not None else [],
        "lines": [_line(one) for one in axes.get_lines()],
        "bars": [_bar(one) for one in axes.patches if hasattr(one, "get_height")],
        "points": [_points(one) for one in axes.collections],
        "texts": [one.get_text() for one in axes.texts],
        "xticklabels": [one.get_text() for one in axes.get_xticklabels()],
        "yticklabels": [one.get_text() for one in axes.get_yticklabels()],
    }


def _line(line: Any) -> dict[str, Any]:
    return {
        "x": list(line.get_xdata(orig=True)),
        "y": list(line.get_ydata(orig=True)),
        "label": str(line.get_label()),
        "color": line.get_color(),
        "style": line.get_linestyle(),
        "marker": line.get_marker(),
    }


def _bar(bar: Any) -> dict[str, Any]:
    x, y, width, height = bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()
    return {
        "x": float(x),
        "y": float(y),
        "width": float(width),
        "height": float(height),
        "color": tuple(bar.get_facecolor()),
    }


def _points(found: Any) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in found.get_offsets()]
