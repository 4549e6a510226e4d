"""What a room's pages fetch and from where: scripts from the one address of all rooms, words of what is shown, answers made before."""

# mypy: disable-error-code="no-untyped-call"
# nbconvert carries no complete types.

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import cache
from typing import Any

from jupyter_server.base.handlers import APIHandler
from jupyterlab_server.translation_utils import get_language_pack
from nbconvert.exporters.base import get_export_names, get_exporter
from notebook.app import NotebookHandler
from tornado import web

from hub.room import ahead

# Not for a lesson: each would be fetched before the first cell is shown.
_NOT_IN_LESSONS = {"@jupyter-notebook/lab-extension", "@voila-dashboards/jupyterlab-preview"}
# Its page asks the kernel a dozen times before the first cell, and shows each time that it is busy. JupyterLab has it.
_NOT_STARTED_IN_LESSONS = ["@jupyterlab/debugger-extension"]
# A figure is drawn by one that fetches its 1.4 MB when there is a figure, and most often a third of it.
_PLOTLY = "jupyterlab-plotly"
_PLOTS = {"name": "@luojiao/plots", "load": "static/remoteEntry.js", "mimeExtension": "./mimeExtension"}
# Saves and says so before a room that nobody touches ends.
_REST = {"name": "@luojiao/rest", "load": "static/remoteEntry.js", "extension": "./extension"}
_PACKS = ("jupyterlab", "notebook", "nbgrader", "jupyterlab_widgets")


def from_assets(page_config: dict[str, Any]) -> dict[str, Any]:
    """What a page of JupyterLab or Notebook is told, changed in place."""
    assets = os.environ.get("ROOM_ASSETS")
    view = page_config["fullStaticUrl"].rpartition("/")[2]  # "lab" or "notebook"
    dropped = (_NOT_IN_LESSONS if view == "notebook" else set()) | ({_PLOTLY} if assets else set())
    kept = [one for one in page_config["federated_extensions"] if one["name"] not in dropped]
    page_config["federated_extensions"] = kept
    if view == "notebook":
        page_config["disabledExtensions"] = [*page_config["disabledExtensions"], *_NOT_STARTED_IN_LESSONS]
    if assets:
        kept += [_PLOTS, _REST]
        page_config["roomIdleSeconds"] = int(os.environ["ROOM_IDLE_SECONDS"])
        page_config["roomResting"] = os.environ["ROOM_RESTING"]
        page_config["fullStaticUrl"] = f"{assets}/{view}"
        page_config["fullLabextensionsUrl"] = f"{assets}/labextensions"
    return page_config


class Words(APIHandler):
    """/lab/api/translations/LOCALE: the packs of what is installed; the whole catalogue is twice as long."""

    @web.authenticated
    def get(self, locale: str) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(_words(locale))


@cache
def _words(locale: str) -> str:
    packs, message = get_language_pack(locale)
    data = {name: packs[name] for name in _PACKS if name in packs}
    return json.dumps({"data": data, "message": message}, ensure_ascii=False, separators=(",", ":"))


class Exporters(APIHandler):
    """/api/nbconvert: what a notebook can be saved as, found once for all rooms; finding it takes half a second of a processor."""

    @web.authenticated
    def get(self) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish(_exporters())


@cache
def _exporters() -> str:
    found = {}
    for name in get_export_names():
        with suppress(ValueError, ImportError):  # one whose program is not installed
            found[name] = {"output_mimetype": get_exporter(name).output_mimetype}
    return json.dumps(found)


def prepare() -> None:
    """Called in the template: what is found here is found for every room."""
    _words("zh_CN")
    _exporters()


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "hub.room.pages"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Loaded before JupyterLab by the order of names: the first of two handlers of one address answers."""
    base = server.web_app.settings["base_url"]
    ours = [(f"{base}lab/api/translations/([A-Za-z_]{{2,10}})", Words), (f"{base}api/nbconvert", Exporters)]
    server.web_app.add_handlers(".*$", ours)


async def _start_jupyter_server_extension(server: Any) -> None:
    """Called when all extensions are loaded; JupyterHub's own hook has been set by now and goes on."""
    settings = server.web_app.settings
    of_hub = settings["page_config_hook"]

    def told(handler: Any, page_config: dict[str, Any]) -> dict[str, Any]:
        if isinstance(handler, NotebookHandler):
            ahead.start(settings, str(handler.path_args[0]))
        return from_assets(of_hub(handler, page_config))

    settings["page_config_hook"] = told
