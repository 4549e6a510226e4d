"""Titles that people hold, and what a year's review makes of a certificate, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ARRAY, Connection, Text, any_, func, insert, literal, select, text
from sqlalchemy import exists as there_is
from sqlalchemy.dialects.postgresql import distinct_on

from hub.domain.people import Person
from hub.domain.title import Holding, Setting
from hub.store import tables as base
from hub.store.award import tables as t
from hub.store.rows import build, build_all, values_of

_AT_SCHOOLS = text("""
SELECT o.code, o.name, count(DISTINCT m.person) AS staff,
       count(DISTINCT m.person) FILTER (WHERE EXISTS (SELECT 1 FROM title_holdings h WHERE h.person = m.person)) AS held
FROM organisations o
JOIN memberships m ON m.org = o.code AND m.valid_from <= :today AND (m.valid_to IS NULL OR m.valid_to > :today)
JOIN people p ON p.uid = m.person AND p.kind = 'staff' AND p.active
WHERE o.code IN (WITH RECURSIVE down AS (
    SELECT code FROM organisations WHERE code = :org UNION ALL
    SELECT c.code FROM organisations c JOIN down ON c.parent = down.code) SELECT code FROM down)
GROUP BY o.code, o.name ORDER BY o.code""")


@dataclass(frozen=True)
class TitleStore:
    """See hub.journey.award_stores.TitleStore."""

    connection: Connection

    def add_holdings(self, holdings: Sequence[Holding]) -> None:
        for start in range(0, len(holdings), 5000):
            some = [values_of(one, t.title_holdings) for one in holdings[start : start + 5000]]
            self.connection.execute(insert(t.title_holdings), some)

    def present(self, uids: Sequence[str]) -> dict[str, Holding]:
        """What each of these people holds now: the latest that was noted."""
        h = t.title_holdings
        wanted = h.c.person == any_(literal(list(uids), ARRAY(Text)))
        query = select(h).ext(distinct_on(h.c.person)).where(wanted)
        rows = self.connection.execute(query.order_by(h.c.person, h.c.noted_at.desc(), h.c.id.desc()))
        return {row.person: build(Holding, row) for row in rows}

    def staff(self, org: str, today: date) -> tuple[Person, ...]:
        """Teachers and others who belong to ``org`` itself, by pinyin."""
        p, m = base.people, base.memberships
        belongs = there_is().where(
            m.c.person == p.c.uid, m.c.org == org, m.c.valid_from <= today,
            m.c.valid_to.is_(None) | (m.c.valid_to > today),
        )  # fmt: skip
        query = select(p).where(p.c.kind == "staff", p.c.active, belongs).order_by(p.c.sort_key, p.c.login)
        return build_all(Person, self.connection.execute(query))

    def at_schools(self, org: str, today: date) -> tuple[tuple[str, str, int, int], ...]:
        """Code and name of each place from ``org`` down that has staff, how many, and how many of them with a title."""
        rows = self.connection.execute(_AT_SCHOOLS, {"org": org, "today": today})
        return tuple((row.code, row.name, row.staff, row.held) for row in rows)

    def by_logins(self, logins: Sequence[str]) -> Mapping[str, Person]:
        """The people of these accounts."""
        p = base.people
        rows = self.connection.execute(select(p).where(p.c.login == any_(literal(list(logins), ARRAY(Text)))))
        return {row.login: build(Person, row) for row in rows}

    def add_setting(self, setting: Setting) -> None:
        self.connection.execute(insert(t.title_settings).values(**values_of(setting, t.title_settings)))

    def settings(self, year: int) -> dict[str, Setting]:
        """What stands for each series in a year: the latest that was set."""
        s = t.title_settings
        query = select(s).ext(distinct_on(s.c.series)).where(s.c.year == year)
        rows = self.connection.execute(query.order_by(s.c.series, s.c.id.desc()))
        return {row.series: build(Setting, row) for row in rows}

    def setting_years(self) -> tuple[int, ...]:
        """Years for which something was set, the latest first."""
        years = self.connection.execute(select(func.distinct(t.title_settings.c.year))).scalars()
        return tuple(sorted(years, reverse=True))
