"""Which files there are, and under which address: ``/assets/EDITION/AREA/PATH``, where another content is another edition."""

from __future__ import annotations

import hashlib
import mimetypes
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from jupyter_core.paths import ENV_JUPYTER_PATH

_OWN = Path(__file__).parent / "own"
_NODE = Path(__file__).parents[2] / "node_modules"
_DATA = Path(ENV_JUPYTER_PATH[0])


def _beside(package: str, *more: str) -> Path:
    """A folder of an installed package, which is found and not imported: that may bring a whole server along."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(package)
    return Path(found.submodule_search_locations[0], *more)


# First part of an address -> the folders it stands for. All is published software, none of it anybody's data.
AREAS: dict[str, tuple[Path, ...]] = {
    "notebook": (_beside("notebook", "static"),),
    "lab": (_DATA / "lab" / "static",),
    "labextensions": (_OWN, _DATA / "labextensions"),
    "plotly": (
        _NODE / "plotly.js-cartesian-dist-min",
        _NODE / "plotly.js-locales",
        _beside("plotly", "package_data"),
    ),
}
_PACKAGES = ("jupyterlab", "notebook", "plotly")
_TEXTS = {"application/javascript", "text/javascript", "application/json", "image/svg+xml"}


@cache
def edition() -> str:
    """A name for all these files together: other versions or other content of our own, another name."""
    made = hashlib.sha256()
    for package in _PACKAGES:
        made.update(f"{package} {version(package)}\n".encode())
    # Extensions and what npm installed: each has its version in a file of its own.
    installed = [(root, "package.json") for root in (_DATA / "labextensions", *AREAS["plotly"][:2])]
    for root, named in (*installed, (_OWN, "*")):
        for path in sorted(p for p in root.rglob(named) if p.is_file()):
            made.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return made.hexdigest()[:12]


def find(area: str, name: str) -> Path | None:
    """The file of an address, None where there is none. Links that lead out of an area are not followed."""
    if "\0" in name:
        return None
    for root in AREAS.get(area, ()):
        path = (root / name).resolve()
        if path.is_relative_to(root.resolve()) and path.is_file():
            return path
    return None


def kind(path: Path) -> str:
    """Its content type."""
    named = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{named}; charset=utf-8" if named.startswith("text/") or named in _TEXTS else named
