"""Templates kept warm: one for each spec, started when first needed, started again when dead or when its code changed."""

from __future__ import annotations

import json
import os
import sysconfig
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from zygote.errors import TemplateBroken
from zygote.residents import Resident, ResidentTemplate
from zygote.spec import Limits, Residence, TemplateSpec
from zygote.template import Forked, Template

LOOK_EVERY = 2.0
MOST_FILES = 5000
_OWN = Path(__file__).resolve().parent / "inside"


@dataclass
class _Kept:
    template: Template | None = None
    fingerprint: tuple[int, int] = (0, 0)
    looked: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Warm:
    """Thread-safe. Closing it ends every template and every fork."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._retired: list[Template] = []
        self._lock = threading.Lock()
        self._closed = False

    def fork(self, spec: TemplateSpec, task: bytes, fds: Sequence[int], limits: Limits) -> Forked:
        """As `Template.fork`, once more on a fresh template if the first try finds a broken one."""
        template = self.template(spec)
        try:
            return template.fork(task, fds, limits)
        except TemplateBroken:
            self._retire(template)
            return self.template(spec).fork(task, fds, limits)

    def settle(
        self, spec: TemplateSpec, task: bytes, fds: Sequence[int], limits: Limits, residence: Residence
    ) -> Resident:
        """As `ResidentTemplate.settle`, once more on a fresh template if the first try finds a broken one."""
        first = self.template(spec)
        try:
            return _of_residents(first).settle(task, fds, limits, residence)
        except TemplateBroken:
            self._retire(first)
            return _of_residents(self.template(spec)).settle(task, fds, limits, residence)

    def template(self, spec: TemplateSpec) -> Template:
        """The living template of a spec, prepared; WallsMissing or TemplateBroken if there can be none."""
        with self._lock:
            if self._closed:
                raise TemplateBroken("closed")
            kept = self._kept.setdefault(json.dumps(asdict(spec), sort_keys=True, default=dict), _Kept())
        with kept.lock:
            self._look(kept, spec)
            if kept.template is None:
                kept.fingerprint = fingerprint(spec)
                kept.looked = time.monotonic()
                kept.template = (ResidentTemplate if spec.residents else Template).start(spec)
                if self._closed:  # it was closed while we started one
                    kept.template.close()
                    raise TemplateBroken("closed")
            return kept.template

    def close(self) -> None:
        """End everything; may be called twice."""
        with self._lock:
            self._closed = True
            kept, self._kept = list(self._kept.values()), {}
            old, self._retired = self._retired, []
        old += [one.template for one in kept if one.template]
        for template in old:
            template.close()

    def _look(self, kept: _Kept, spec: TemplateSpec) -> None:
        """Let go of a template that is dead or older than the code on disk; its running forks finish first."""
        old = kept.template
        if old is None:
            return
        stale = not old.alive
        if not stale and time.monotonic() - kept.looked > LOOK_EVERY:
            kept.looked = time.monotonic()
            stale = fingerprint(spec) != kept.fingerprint
        if stale:
            kept.template = None
            self._retire(old)

    def _retire(self, template: Template) -> None:
        with self._lock:
            if template not in self._retired:
                self._retired.append(template)
            over = [one for one in self._retired if not one.alive or one.forks == 0]
            self._retired = [one for one in self._retired if one not in over]
            for kept in self._kept.values():
                if kept.template is template:
                    kept.template = None
        for one in over:
            one.close()


def _of_residents(template: Template) -> ResidentTemplate:
    if not isinstance(template, ResidentTemplate):
        raise TypeError(f"{template.spec.name}: its forks are no residents")
    return template


def fingerprint(spec: TemplateSpec) -> tuple[int, int]:
    """(how many, latest change in ns) of the package folders and of the code that the spec binds; cheap, not proof.

    Code is what lies in the template's import path: other folders, as that of a room's doors, change by being used.
    """
    packages = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    places = (
        [Path(path) for path in packages]
        + [_OWN]
        + [Path(src) for src, dst in spec.read_only if _imported(dst, spec)]
    )
    count, latest = 0, 0
    for place in places:
        deep = str(place) not in packages
        for path in [place, *(_below(place) if deep else [])]:
            try:
                changed = path.stat().st_mtime_ns
            except OSError:
                continue
            count, latest = count + 1, max(latest, changed)
            if count > MOST_FILES:
                return count, latest
    return count, latest


def _imported(inside: str, spec: TemplateSpec) -> bool:
    return any(Path(inside).is_relative_to(root) for root in spec.path)


def _below(place: Path) -> list[Path]:
    found: list[Path] = []
    for folder, folders, files in os.walk(place):
        folders[:] = [name for name in folders if name != "__pycache__"]
        found += [Path(folder, name) for name in (*folders, *files)]
        if len(found) > MOST_FILES:
            break
    return found
