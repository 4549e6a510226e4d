"""全市概览, the controls: down to a unit and its schools, up by the trail, by which measure; each level asked afresh."""

from __future__ import annotations

from typing import Any

import ipywidgets as w
from IPython.display import HTML, display

from dashboards.panels.ask import told
from dashboards.panels.html import esc
from dashboards.panels.overview import MEASURES, below, level
from hub.client import Portal, from_environment

_CHOOSE = "请选择…"


def board() -> None:
    """Show the board: its first level as it stands, and the controls as soon as the page has loaded them."""
    found: list[Explorer] = []

    def start() -> str:
        explorer = Explorer(from_environment())
        explorer.go(None)
        found.append(explorer)
        return explorer.html()

    first = told(start)
    html = HTML(f'<div class="until-live">{first}</div>' if found else first)  # type: ignore[no-untyped-call]
    display(html)  # type: ignore[no-untyped-call]
    if found:
        display(found[0].box)  # type: ignore[no-untyped-call]


class Explorer:
    """One viewer's way through the levels; ``box`` is what is shown."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._facts: dict[str, Any] = {}
        self._quiet = False  # while we set a control ourselves
        self._trail = w.HBox([])
        self._measure = w.ToggleButtons(
            options=[(word, key) for key, word in MEASURES.items()], description="看哪一项"
        )
        self._down = w.Dropdown(options=[(_CHOOSE, "")], description="看下一级")
        self._view = w.HTML()
        self._busy = w.HTML()
        self._measure.observe(lambda _: self._draw(), "value")
        self._down.observe(lambda change: self._chosen(change["new"]), "value")
        controls = w.Box([self._measure, self._down, self._busy])
        for part, name in ((self._trail, "trail"), (controls, "controls"), (self._view, "view")):
            part.add_class(name)
        self.box = w.VBox([self._trail, controls, self._view])
        self.box.add_class("live")

    def html(self) -> str:
        """The present level, for a page whose controls have not arrived."""
        return level(self._facts, str(self._measure.value))

    def go(self, code: str | None) -> None:
        """Read a level from the portal and show it; raises PortalError and changes nothing where it says no."""
        self._facts = self._portal.overview(code)
        here = self._facts["organisation"]["code"]
        self._trail.children = tuple(self._step(o, o["code"] == here) for o in self._facts["trail"])
        under = below(self._facts)
        self._quiet = True
        self._down.options = [(f"{_CHOOSE}（{len(under)} 个）", ""), *under]
        self._down.value = ""
        self._quiet = False
        self._down.layout.display = None if under else "none"
        self._draw()

    def _draw(self) -> None:
        self._view.value = told(self.html)

    def _step(self, organisation: dict[str, Any], last: bool) -> w.Widget:
        if last:
            return w.HTML(f'<h2 class="here">{esc(organisation["name"])}</h2>')
        button = w.Button(description=f"{organisation['name']} ›")
        button.on_click(lambda _: self._try(organisation["code"]))
        return button

    def _chosen(self, code: str) -> None:
        if code and not self._quiet:
            self._try(code)

    def _try(self, code: str) -> None:
        def gone() -> str:
            self.go(code)
            return ""

        self._busy.value = '<span class="soft">正在读取…</span>'
        refused = told(gone)
        self._quiet, self._down.value, self._quiet = True, "", False
        self._busy.value = refused
