"""The gates of a release: untouched nothing, the reference everything and always the same, every mistake noticed, class A."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from graders.errors import BrokenAssignment
from graders.gate.accepted import Accepted
from graders.gate.hollow import FIRST, RAISES, hollow, kinds
from graders.gate.mutants import Mutant, all_mutants, chosen, plain_solutions
from graders.gate.notebooks import submission, untouched
from graders.gate.report import GateFinding, GateReport, Survivor, found
from graders.gate.running import Broken, Grading, hung, noticed, paid
from graders.grade import SEED
from graders.lint.linting import lint
from graders.reasons import MESSAGES
from graders.restore import make_plan
from graders.source import SourceCell, read_source
from graders.verdict import Verdict

FEW = 2  # mutants of one solution cell that may pass unseen, and
SURVIVE = Decimal("0.15")  # this part of them where that is more: decision 0012 measured it
MORE = 10  # further mutants for a test that noticed none
Say = Callable[[str], None]


def gate(
    source: bytes,
    files: Mapping[str, bytes],
    *,
    release: bytes | None = None,
    accepted: Iterable[Accepted] = (),
    say: Say = lambda text: None,
) -> GateReport:
    """Run every gate. `release` is the learner's notebook as it will be handed out; made here when it is not given.

    `accepted` are the author's reviewed entries for this assignment. Never raises for what an author got wrong.
    """
    started = time.monotonic()
    try:
        cells = read_source(source)
        reports = lint(source)
    except BrokenAssignment as broken:
        return GateReport((found("gate.source", why=broken.detail),))
    findings: list[GateFinding] = []
    for one in reports:
        if one.klass != "A":
            why = next(finding.reason for finding in one.findings if finding.klass == one.klass)
            findings.append(found("gate.class", one.grade_id, test=one.grade_id, klass=one.klass, why=why))
        findings += [
            found(
                "gate.vacuous",
                one.grade_id,
                test=one.grade_id,
                why=f"{finding.reason}（第 {finding.line} 行）",
            )
            for finding in one.vacuous
        ]
    classes = {one.grade_id: one.klass for one in reports}
    gates = _Gates(cells, Grading(source, files), tuple(accepted), say)
    try:
        if "kernel.foreign" not in {finding.code for one in reports for finding in one.findings}:
            gates.run(release)
    except Broken as broken:
        gates.findings.append(found("gate.not_run", why=broken.message))
    except BrokenAssignment as broken:
        gates.findings.append(found("gate.source", why=broken.detail))
    return GateReport(
        (*findings, *gates.findings), tuple(gates.survivors), classes, gates.tried, gates.killed, gates.by_time,
        gates.grading.made, time.monotonic() - started,
    )  # fmt: skip


class _Gates:
    """The gates that grade, in the order of their cost; the first that fails badly makes the later ones meaningless."""

    def __init__(
        self, cells: tuple[SourceCell, ...], grading: Grading, accepted: tuple[Accepted, ...], say: Say
    ) -> None:
        self._cells = cells
        self.grading = grading
        self._accepted = {(one.cell, one.mutant): one for one in accepted}
        self._say = say
        self._points = {cell.grade_id: cell.points for cell in cells if cell.role == "test" and cell.points}
        self.findings: list[GateFinding] = []
        self.survivors: list[Survivor] = []
        self.tried = self.killed = self.by_time = 0

    def run(self, release: bytes | None) -> None:
        """All of them; raises Broken when the grader gives no verdict."""
        source = self.grading.source
        self._say("参考答案，三次")
        if not self._reference() or not self._points:
            return
        self._say("没有作答的发布版")
        verdict = self.grading.one(release if release is not None else untouched(source))
        for name, points in paid(verdict).items():
            if points:
                self.findings.append(found("gate.untouched_paid", name, test=name, points=points))
        self._hollow()
        self._mutants()

    def _reference(self) -> bool:
        source = self.grading.source
        verdicts = [self.grading.one(source, seed) for seed in (SEED, SEED, SEED + 1)]
        self.grading.shorten(max(one.seconds for one in verdicts))
        lost = {
            test.grade_id: test.reason for one in verdicts for test in one.tests if test.status != "passed"
        }
        for name, reason in lost.items():
            told = MESSAGES.get(reason, reason).rstrip("。")
            self.findings.append(found("gate.reference_not_full", name, test=name, why=told))
        told_of = [{key: value for key, value in one.findings().items() if key != "seed"} for one in verdicts]
        if any(one != told_of[0] for one in told_of):
            names = [
                test.grade_id
                for at, test in enumerate(verdicts[0].tests)
                if any(one.tests[at] != test for one in verdicts)
            ]
            self.findings.append(found("gate.not_repeatable", why="、".join(names) or "记录不同"))
        return not lost

    def _hollow(self) -> None:
        wanted = kinds(make_plan(self._cells, self.grading.source).libraries)
        self._say(f"空洞的答案，{len(wanted)} 种")
        made = [submission(self.grading.source, hollow(self._cells, kind)) for kind in wanted]
        seen: dict[str, list[tuple[str, Decimal]]] = {}
        for kind, verdict in zip(wanted, self.grading.many(made, lambda: None), strict=True):
            for name, points in paid(verdict).items():
                full = points and points == self._points.get(name)
                if full and self._accepted.pop((name, f"hollow:{kind}"), None) is None:
                    seen.setdefault(name, []).append((_told(kind), points))
        for name, which in seen.items():
            told = "、".join(kind for kind, _ in which)
            most = max(points for _, points in which)
            self.findings.append(found("gate.hollow_paid", name, test=name, points=most, kind=told))

    def _mutants(self) -> None:
        every = all_mutants(self._cells)
        right = self.grading.one(submission(self.grading.source, plain_solutions(self._cells)))
        names = {one.name for one in every}
        for one in self._accepted.values():
            if one.mutant not in names:
                self.findings.append(found("gate.accepted_stale", one.cell, name=one.mutant, cell=one.cell))
        sample = chosen(every)
        blind = self._try(sample, right, set(self._points))
        about = {
            step.cell.grade_id: step.answers
            for step in make_plan(self._cells, self.grading.source).steps
            if step.kind == "test" and step.cell
        }
        tried = {one.name for one in sample}
        for name in sorted(blind):
            more = [one for one in every if one.grade_id in about[name] and one.name not in tried]
            extra = chosen(more, MORE)
            tried |= {one.name for one in extra}
            blind = self._try(extra, right, blind)
        for name in (one for one in self._points if one in blind):
            self.findings.append(found("gate.test_kills_none", name, test=name))
        self._weigh(every, tried)

    def _try(self, mutants: Iterable[Mutant], right: Verdict, blind: set[str]) -> set[str]:
        """Grade these; the tests among `blind` that still have noticed none."""
        mutants = tuple(mutants)
        made = [submission(self.grading.source, {one.grade_id: one.text}) for one in mutants]
        done = iter(range(1, len(made) + 1))
        told = lambda: self._say(f"改错的答案，{next(done)}/{len(made)}")  # noqa: E731
        for one, verdict in zip(mutants, self.grading.many(made, told), strict=True):
            lost = noticed(right, verdict)
            blind = blind - lost
            self.tried += 1
            self.killed += bool(lost)
            self.by_time += bool(lost) and hung(verdict)
            if not lost:
                entry = self._accepted.get((one.grade_id, one.name))
                reason = entry.reason if entry else ""
                self.survivors.append(
                    Survivor(one.grade_id, one.operator, one.line, one.change, one.name, reason)
                )
        return blind

    def _weigh(self, every: Iterable[Mutant], tried: set[str]) -> None:
        """Whether too many went unnoticed, cell by cell."""
        by_cell: dict[str, int] = {}
        for one in every:
            if one.name in tried:
                by_cell[one.grade_id] = by_cell.get(one.grade_id, 0) + 1
        for cell, count in by_cell.items():
            survived = sum(one.grade_id == cell and not one.accepted for one in self.survivors)
            most = max(FEW, int(count * SURVIVE))
            if survived > most:
                self.findings.append(
                    found("gate.mutants_survive", cell, cell=cell, tried=count, survived=survived, most=most)
                )
        if self.by_time and hung(self.grading.one(self.grading.source)):  # the machine, not the mutants
            self.findings.append(found("gate.timeouts", count=self.by_time))


def _told(kind: str) -> str:
    if kind == RAISES:
        return "抛出异常"
    return f"交出{kind}" if kind == FIRST else f"交出 {kind}"
