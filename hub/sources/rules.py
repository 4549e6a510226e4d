"""The bureau's rules, hour rules and competency frameworks, read from the data files beside this module."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from hub.domain.competency import AssessmentRule, Framework, Node
from hub.domain.hours import HourRule

DATA = Path(__file__).parent / "data"

# Which list of frameworks.json becomes which framework; only assessable lists with codes are loaded so far.
_MICRO = Framework(
    "micro2019", "中小学教师信息技术应用能力提升工程2.0 微能力", "教师〔2019〕1号", date(2019, 3, 20), None
)


@dataclass(frozen=True)
class RuleFiles:
    """See hub.journey.ports.Rules."""

    folder: Path = DATA

    def assessment_rules(self) -> tuple[AssessmentRule, ...]:
        """What the bureau asks for each certificate of assessed competencies; no environment listed means any."""
        return tuple(
            AssessmentRule(
                r["id"], r["version"], r["name"], r["framework"], int(r["count"]), int(r["min_dimensions"]),
                tuple(r["environments"]), r["hour_rule"], int(r["valid_years"]), int(r["appeal_days"]),
                date.fromisoformat(r["valid_from"]), date.fromisoformat(r["valid_to"]) if r["valid_to"] else None,
            )
            for r in self._rules["assessment_rules"]
        )  # fmt: skip

    def hour_rules(self) -> tuple[HourRule, ...]:
        """The rules over the hours ledger."""
        return tuple(
            HourRule(
                r["id"],
                r["name"],
                r["source"],
                Decimal(r["hours"]),
                int(r["years"]),
                Decimal(r["min_practice_ratio"]),
            )
            for r in self._rules["hour_rules"]
        )

    def frameworks(self) -> tuple[tuple[Framework, tuple[Node, ...]], ...]:
        """Every framework with its nodes, in the order of the document."""
        items = json.loads((self.folder / "frameworks.json").read_text("utf-8"))["micro2019"]["items"]
        nodes = tuple(
            Node(_MICRO.id, i["code"], i["name"], i["dimension"], i["environment"], n)
            for n, i in enumerate(items)
        )
        return ((_MICRO, nodes),)

    @cached_property
    def _rules(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.folder / "rules.json").read_text("utf-8"))
        return loaded
