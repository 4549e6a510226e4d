"""A judge moved by hand, and a hand-in of an empty notebook for it."""

from __future__ import annotations

import json
from decimal import Decimal

from graders.verdict import ManualItem, TestResult, Verdict
from hub.journey import study
from hub.journey.ports import Fittings
from tests.people import FIRST, Town

NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
OPEN = "q7-plan"


class HandJudge:
    """A judge whose verdict the test chooses; the real one is tested in tests/graders and walked in test_two_years."""

    def __init__(self, f: Fittings) -> None:
        self.f = f
        self.points = Decimal(20)
        self.state = "graded"
        self.fault: Exception | None = None

    def __call__(self, source: bytes, submission: bytes, files: object) -> Verdict:
        if self.fault:
            raise self.fault
        now = self.f.clock.now()
        graded = self.state == "graded"
        got = self.points if graded else Decimal(0)
        passed = got == 20
        test = TestResult(
            "q1",
            "题 1",
            "passed" if passed else "partial" if got else "failed",
            got,
            Decimal(20),
            "" if passed else "test.wrong",
        )
        return Verdict(
            self.state, "" if graded else "submission.version", "" if graded else "格式版本不受支持。", got, Decimal(30), (test,),
            (ManualItem(OPEN, "题 7", Decimal(10), "<script>x</script> **答案**"),), {}, {}, 1, (), 0.1, 0.1, 1, now, now,
        )  # fmt: skip


def hand_in(town: Town, run: str) -> str:
    name = next(n for n in study.files_for(town.f, town.actor("teacher"), run, FIRST) if n.endswith(".ipynb"))
    return study.submit(town.f, town.actor("teacher"), run, FIRST, {name: NOTEBOOK}).id
