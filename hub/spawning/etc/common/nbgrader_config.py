"""nbgrader in a room: its exchange goes to the portal over HTTP, as soon as hub.exchange is there."""

import importlib
import importlib.util

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - nbgrader puts it here

if importlib.util.find_spec("hub.exchange") is not None:
    importlib.import_module("hub.exchange.plugins").configure(c)
