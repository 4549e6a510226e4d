"""Where Chinese faces lie, which a county's machine may not have."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def font_folder() -> Path:
    """Where the wheel ``mplfonts`` keeps its Chinese faces: certificates and learners' charts are set in them."""
    found = find_spec("mplfonts")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("the wheel mplfonts is not installed")
    return Path(found.submodule_search_locations[0]) / "fonts"
