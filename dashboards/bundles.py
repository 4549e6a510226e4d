"""Scripts that a page needs together, each as one file: plotly with its Chinese, and all that Voilà's controls consist of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dashboards.environment import HERE, StartError

NODE = HERE.parent / "node_modules"
PLOTLY = NODE / "plotly.js-cartesian-dist-min" / "plotly-cartesian.min.js"  # what has two axes, and pies
CHINESE = NODE / "plotly.js-locales" / "zh-cn.js"
CONTROLS = HERE / "template" / "widgets.txt"


def made(areas: Mapping[str, list[Path]]) -> dict[str, bytes]:
    """Name -> content of each; StartError where what npm installs is not there."""
    try:
        return {"plotly.js": _plotly(), "widgets.js": _widgets(areas)}
    except FileNotFoundError as error:
        raise StartError(f"缺少文件 {error.filename}：请运行 make up 重新安装依赖。") from error


def _plotly() -> bytes:
    locale = b"(function(module){" + CHINESE.read_bytes() + b"\nPlotly.register(module.exports)})({});\n"
    return PLOTLY.read_bytes() + b"\n" + locale


def _widgets(areas: Mapping[str, list[Path]]) -> bytes:
    """Webpack's chunks, which wait in an array until the script that asks for them has come."""
    parts = []
    for line in CONTROLS.read_text("utf-8").splitlines():
        area, _, name = line.partition("/")
        found = next((p for root in areas.get(area, ()) if (p := root / name).is_file()), None)
        if found:  # of another version it is called otherwise, and fetched by itself
            # each in a function, so that its "use strict" holds for itself alone
            parts.append(b"(function(){" + found.read_bytes() + b"\n}).call(self);\n")
    return b"".join(parts)
