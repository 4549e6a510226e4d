# ruff: noqa: S608 - the text is built of constants and places in a list; every value is bound
"""The hours of many teachers at once in PostgreSQL: one query that says what hub.domain.hour_count says of each.

Every entry gets a column a rule, in an order in which what a rule excludes is known before it is asked. People and
their sums are put together by grouping, not by a join: where the planner knows nothing of the tables yet, as after an
import, it would take both for a row or two and compare everybody with everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from hub.domain.hour_count import Amounts, needs
from hub.domain.hour_rules import HourRule, Kind, ordered
from hub.domain.hours import PUBLIC
from hub.domain.hours_list import Asked, TeacherHours, TeacherList

_STAFF = """
WITH RECURSIVE below AS (
    SELECT code, name FROM organisations WHERE code = :org
    UNION ALL
    SELECT o.code, o.name FROM organisations o JOIN below b ON o.parent = b.code
), staff AS (
    SELECT DISTINCT ON (m.person) m.person, p.login, p.name, p.sort_key, b.code AS org, b.name AS org_name
    FROM memberships m JOIN below b ON b.code = m.org JOIN people p ON p.uid = m.person
    WHERE p.kind = 'staff' AND p.active AND m.valid_from <= :today AND (m.valid_to IS NULL OR m.valid_to > :today)
      AND EXISTS (SELECT 1 FROM grants g WHERE g.person = m.person AND g.role = 'teacher'
                  AND g.valid_from <= :today AND (g.valid_to IS NULL OR g.valid_to > :today))
    ORDER BY m.person, m.valid_from, m.id
), gone AS MATERIALIZED (
    SELECT reverses AS id FROM hours WHERE reverses IS NOT NULL
), e0 AS (
    SELECT h.person, h.id, h.earned_on, h.counts_for, h.hours, h.practice, h.online,
           CASE WHEN h.category = :public THEN 0 ELSE h.hours END AS professional,
           extract(year FROM h.earned_on) AS year
    FROM hours h
    WHERE h.person IN (SELECT person FROM staff) AND h.reverses IS NULL AND h.id NOT IN (SELECT id FROM gone)
)"""
_WHO = ("login", "name", "sort_key", "org", "org_name")
_PARTS = ("hours", "practice", "online", "professional")
_ORDERS = {"name": "sort_key, login", "school": "org_name, org, sort_key, login"}


@dataclass(frozen=True)
class HoursList:
    """The part of hub.journey.award_stores.HoursStore that reads lists."""

    connection: Connection

    def teacher_hours(
        self, org: str, rules: Sequence[HourRule], today: date, asked: Asked, most: int
    ) -> TeacherList:
        """Teachers on roll at ``org`` and below, each with their amounts under ``rules`` (in force on ``today``)."""
        built = _Query(tuple(rules), today)
        sql, values = built.sql(asked)
        values |= {"org": org, "today": today, "public": PUBLIC, "most": most, "skip": asked.page * most}
        found = self.connection.execute(text(sql), values).all()
        return TeacherList(
            tuple(
                TeacherHours(
                    row.person, row.login, row.name, row.org, row.org_name,
                    tuple(Amounts(*(getattr(row, f"{part}{i}") for part in _PARTS)) for i in range(len(rules))),
                )
                for row in found
                if row.person is not None
            ),
            found[0].teachers,
            found[0].listed,
            tuple(getattr(found[0], f"lacking{i}") for i in range(len(rules))),
        )  # fmt: skip


@dataclass(frozen=True)
class _Query:
    """The query of one set of rules; column numbers are places in ``rules``."""

    rules: tuple[HourRule, ...]
    today: date

    def sql(self, asked: Asked) -> tuple[str, dict[str, Any]]:
        """The text, and the values of the rules in it."""
        values: dict[str, Any] = {}
        steps, last = [], "e0"
        place = {rule.id: i for i, rule in enumerate(self.rules)}
        only_needed = {x.rule for rule in self.rules for x in rule.excludes if x.only_needed}
        for rule in ordered(self.rules):
            i = place[rule.id]
            values |= self._values(i, rule)
            steps.append(
                f"c{i} AS (SELECT *, {self._counted(i, rule, place)} AS has{i} FROM {last} OFFSET 0)"
            )  # asked once an entry
            last = f"c{i}"
            if rule.id in only_needed:
                steps.append(
                    f"n{i} AS (SELECT *, has{i} AND ({_wanting(i)}) AS needs{i} FROM {last} {self._window(i, rule)})"
                )
                last = f"n{i}"
        sums = ", ".join(
            f"sum({part}) FILTER (WHERE has{i} AND earned_on BETWEEN :first{i} AND :last{i}) AS {part}{i}"
            for i in range(len(self.rules)) for part in _PARTS
        )  # fmt: skip
        names = [f"{part}{i}" for i in range(len(self.rules)) for part in _PARTS]
        total = ", ".join(f"coalesce(max({name}), 0) AS {name}" for name in names)
        lacks = ", ".join(f"({_lacking(i)}) AS lacks{i}" for i in range(len(self.rules)))
        counts = ", ".join(f"count(*) FILTER (WHERE lacks{i}) AS lacking{i}" for i in range(len(self.rules)))
        where = f"lacks{asked.short_of}" if asked.short_of is not None else "true"
        order = _ORDERS.get(asked.sort) or f"hours{int(asked.sort)}, sort_key, login"
        turn = order.replace(",", " DESC,", 1) if asked.down else order
        return (
            f"{_STAFF}, {', '.join(steps)}, sums AS (SELECT person, {sums} FROM {last} GROUP BY person),"
            f" both_ AS ("
            f"SELECT person, {', '.join(_WHO)}, {', '.join(f'NULL::numeric AS {name}' for name in names)} FROM staff"
            f" UNION ALL SELECT person, {', '.join('NULL' for _ in _WHO)}, {', '.join(names)} FROM sums),"
            f" amounts AS (SELECT person, {', '.join(f'max({name}) AS {name}' for name in _WHO)}, {total}"
            f" FROM both_ GROUP BY person),"
            f" every AS (SELECT *, {lacks} FROM amounts),"
            f" total AS (SELECT count(*) AS teachers, count(*) FILTER (WHERE {where}) AS listed, {counts} FROM every)"
            f" SELECT * FROM total LEFT JOIN LATERAL (SELECT * FROM every WHERE {where}"
            f" ORDER BY {turn} LIMIT :most OFFSET :skip) page ON true",
            values,
        )

    def _values(self, i: int, rule: HourRule) -> dict[str, Any]:
        span, asked = rule.period.around(self.today), needs(rule)
        return {
            f"flag{i}": rule.flag, f"first{i}": span.first, f"last{i}": span.last,
            **{f"need_{part}{i}": getattr(asked, part) for part in _PARTS},
        }  # fmt: skip

    def _counted(self, i: int, rule: HourRule, place: dict[str, int]) -> str:
        said = [f"jsonb_exists(counts_for, :flag{i})"]
        if rule.period.kind is Kind.ROLLING:
            said.append(f"earned_on BETWEEN :first{i} AND :last{i}")
        for other in rule.excludes:
            if other.rule in place:
                said.append(f"NOT {'needs' if other.only_needed else 'has'}{place[other.rule]}")
        return " AND ".join(said)

    def _window(self, i: int, rule: HourRule) -> str:
        """What a rule has of a person's period before an entry."""
        period = rule.period
        turn = "1" if period.kind is Kind.ROLLING else f"floor((year - {period.anchor}) / {period.years})"
        return (
            f'WINDOW w{i} AS (PARTITION BY person, {turn} ORDER BY earned_on, id COLLATE "C"'
            " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        )


def _wanting(i: int) -> str:
    return " OR ".join(
        f"coalesce(sum({part}) FILTER (WHERE has{i}) OVER w{i}, 0) < :need_{part}{i}" for part in _PARTS
    )


def _lacking(i: int) -> str:
    return " OR ".join(f"{part}{i} < :need_{part}{i}" for part in _PARTS)
