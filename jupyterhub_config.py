"""What the Hub is told, in order: every file of hub/config/ decides one thing. Nothing is decided here."""

import sys
from pathlib import Path

# By __file__: the Hub may be started from any folder, and a missing file must be an error, not a silence.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from hub.config import addresses, limits, permissions, records, rooms, sign_in
from hub.settings import load

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - JupyterHub puts it here
settings = load()
for concern in (addresses, records, sign_in, permissions, rooms, limits):
    concern.decide(c, settings)
