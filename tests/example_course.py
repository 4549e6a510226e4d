"""The example of the author's guide as a catalogue of its own, with another test cell or framework where a test wants one."""

from __future__ import annotations

import json
import re
from pathlib import Path

from hub.settings import CHECKOUT

COURSE, KEY = "count-first", "mean"
WEAK = "assert isinstance(mean([60, 80]), float)"
_GUIDE = (CHECKOUT / "docs/howto/add-a-course.md").read_text("utf-8")
_TOML, _NOTEBOOK = re.findall(r"```(?:json|toml)\n(.*?)```", _GUIDE, re.S)[:2]


def write_course(folder: Path, test: str = "", framework: str = "micro2019") -> Path:
    """Write it below `folder`; the catalogue's folder."""
    notebook = json.loads(_NOTEBOOK)
    home = folder / "catalogue" / COURSE / KEY
    (home / "data").mkdir(parents=True, exist_ok=True)
    (home / "data" / "scores.csv").write_text("a\n1\n", "utf-8")
    (home.parent / "course.toml").write_text(_TOML.replace('"micro2019"', f'"{framework}"'), "utf-8")
    for cell in notebook["cells"]:
        if test and cell["id"] == "mean-test":
            cell["source"] = test
    (home / f"{KEY}.ipynb").write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
    return folder / "catalogue"
