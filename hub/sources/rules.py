"""Assessment rules and hour rules, read from the data files beside this module; frameworks through theirs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from hub.domain.competency import AssessmentRule, Crosswalk, Framework, Node
from hub.domain.dossier import Guide
from hub.domain.hour_rules import Exclusion, HourRule, Kind, Period, ordered
from hub.sources import frameworks

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class RuleFiles:
    """See hub.journey.ports.Rules."""

    folder: Path = DATA

    def assessment_rules(self) -> tuple[AssessmentRule, ...]:
        """What the bureau asks for each certificate of assessed competencies; no environment listed means any."""
        return tuple(_assessment_rule(r) for r in self._rules["assessment_rules"])

    def former_rules(self) -> tuple[AssessmentRule, ...]:
        """Earlier versions of those rules; nobody applies under them any more."""
        return tuple(_assessment_rule(r) for r in self._rules["former_assessment_rules"])

    def hour_rules(self) -> tuple[HourRule, ...]:
        """The rules over the hours ledger that are switched on, of every time. Raises ValueError for a ring of exclusions."""
        found = tuple(_hour_rule(r) for r in self._rules["hour_rules"] if r["on"])
        ordered(found)
        return found

    def frameworks(self) -> tuple[tuple[Framework, tuple[Node, ...]], ...]:
        """Every framework with its nodes, in the order of the document."""
        return frameworks.frameworks(self.folder)

    def crosswalks(self) -> tuple[Crosswalk, ...]:
        """What corresponds to what between frameworks."""
        return frameworks.crosswalks(self.folder)

    def guides(self) -> tuple[Guide, ...]:
        """What each competency asks for as evidence."""
        return frameworks.guides(self.folder)

    @cached_property
    def _rules(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.folder / "rules.json").read_text("utf-8"))
        return loaded


def _assessment_rule(r: dict[str, Any]) -> AssessmentRule:
    return AssessmentRule(
        r["id"], r["version"], r["name"], r["framework"], int(r["count"]), int(r["min_dimensions"]),
        tuple(r["environments"]), r["hour_rule"], int(r["valid_years"]), int(r["appeal_days"]),
        date.fromisoformat(r["valid_from"]), date.fromisoformat(r["valid_to"]) if r["valid_to"] else None,
    )  # fmt: skip


def _hour_rule(r: dict[str, Any]) -> HourRule:
    period = r["period"]
    return HourRule(
        r["id"], r["version"], r["name"], r["source"], Decimal(r["hours"]),
        Period(Kind(period["kind"]), int(period.get("years", 1)), int(period.get("anchor", 0))),
        date.fromisoformat(r["valid_from"]), date.fromisoformat(r["valid_to"]) if r["valid_to"] else None,
        Fraction(r.get("min_practice_ratio", "0")), Decimal(r.get("min_online", "0")),
        Fraction(r.get("min_professional_ratio", "0")), _month_day(r.get("declare_by")), _month_day(r.get("remind_from")),
        tuple(Exclusion(x["rule"], x["what"] == "needed") for x in r["excludes"]), r.get("counts", ""),
        bool(r.get("by_default", False)),
    )  # fmt: skip


def _month_day(text: str | None) -> tuple[int, int] | None:
    """``12-15`` as a day of any year."""
    if text is None:
        return None
    day = date.fromisoformat(f"2023-{text}")
    return day.month, day.day
