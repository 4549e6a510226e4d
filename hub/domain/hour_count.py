"""How far a ledger goes under each rule: what is counted, what is not and why, what is missing and by when.

An entry belongs to the period that its last day lies in, whole, however long it took. A rule counts every entry that
names its flag, unless a rule that it excludes has it: ``all`` of what that rule counts, or ``needed``, which is what that
rule takes in the order of last days until all it asks for is there. Entries are never split between rules: the one that
crosses the line belongs whole to the rule that needed it. So no hour counts twice where a rule forbids it, and the
order in which entries were noted changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.domain.hour_rules import HourRule, Kind, Span, in_force, ordered
from hub.domain.hours import HoursEntry, standing

ZERO = Decimal(0)
COUNTED = ""  # the reason of what is counted


@dataclass(frozen=True)
class Amounts:
    """Hours, and what of them is practice, online, professional. Also what a rule asks for."""

    hours: Decimal = ZERO
    practice: Decimal = ZERO
    online: Decimal = ZERO
    professional: Decimal = ZERO

    def plus(self, e: HoursEntry) -> Amounts:
        return Amounts(
            self.hours + e.hours,
            self.practice + e.practice,
            self.online + e.online,
            self.professional + e.professional,
        )

    def short_of(self, needed: Amounts) -> Amounts:
        """What is missing of each, never below nothing."""
        pairs = zip(_parts(self), _parts(needed), strict=True)
        return Amounts(*(max(ZERO, need - have) for have, need in pairs))


def _parts(a: Amounts) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    return a.hours, a.practice, a.online, a.professional


def needs(rule: HourRule) -> Amounts:
    """What a rule asks for."""
    return Amounts(rule.hours, rule.practice, rule.min_online, rule.professional)


@dataclass(frozen=True)
class Progress:
    """One rule over one period. ``reasons`` says of every entry why it is not counted; nothing: it is."""

    rule: HourRule
    span: Span
    counted: Amounts
    reasons: Mapping[str, str]
    today: date

    @property
    def hours(self) -> Decimal:
        return self.counted.hours

    @property
    def practice(self) -> Decimal:
        return self.counted.practice

    @property
    def short(self) -> Amounts:
        return self.counted.short_of(needs(self.rule))

    @property
    def missing(self) -> Decimal:
        """Hours that are missing; ``met`` also asks for practice, online and professional hours."""
        return self.short.hours

    @property
    def met(self) -> bool:
        return self.short == Amounts()

    @property
    def deadline(self) -> date:
        return self.rule.deadline(self.span)

    @property
    def urgent(self) -> bool:
        """Whether somebody should be reminded now."""
        return not self.met and self.rule.reminds(self.span, self.today)

    @property
    def entries(self) -> frozenset[str]:
        """The entries that are counted."""
        return frozenset(id for id, why in self.reasons.items() if why == COUNTED)

    @property
    def sentence(self) -> str:
        """What is there, what is missing, by when."""
        return sentence(self.rule, self.span, self.counted, self.today)


def progress(rules: Iterable[HourRule], entries: Iterable[HoursEntry], today: date) -> tuple[Progress, ...]:
    """Every rule in force on ``today`` over the same entries, in the period around ``today``, in the order of the rules."""
    held = in_force(rules, today)
    every = tuple(entries)
    kept = standing(every)
    alive = {e.id for e in kept}
    gone = {e.id: "已冲销" for e in every if e.id not in alive}
    names = {rule.id: rule.name for rule in held}
    taken: dict[str, _Taken] = {}
    found = {}
    for rule in ordered(held):
        out = {e.id: why for e in kept if (why := _not_this(rule, e, taken, names))}
        taken[rule.id] = _take(rule, [e for e in kept if e.id not in out], today)
        span = rule.period.around(today)
        reasons, sum_ = gone | out, Amounts()
        for e in kept:
            if e.id in out:
                continue
            if e.earned_on in span:
                sum_, reasons[e.id] = sum_.plus(e), COUNTED
            else:
                reasons[e.id] = f"结束日期不在本期（{span.years}）"
        found[rule.id] = Progress(rule, span, sum_, reasons, today)
    return tuple(found[rule.id] for rule in held)


@dataclass(frozen=True)
class _Taken:
    """What a rule has, over all its periods, and what of it it needs."""

    all: frozenset[str]
    needed: frozenset[str]


def _not_this(rule: HourRule, e: HoursEntry, taken: Mapping[str, _Taken], names: Mapping[str, str]) -> str:
    """Why ``rule`` does not count an entry, whatever its period; nothing: it may."""
    if rule.flag not in e.counts_for:
        return "不计入这项规则"
    for other in rule.excludes:
        has = taken.get(other.rule)
        if has and e.id in (has.needed if other.only_needed else has.all):
            return f"已计入“{names[other.rule]}”，不重复计算"
    return ""


def _take(rule: HourRule, own: Sequence[HoursEntry], today: date) -> _Taken:
    """What a rule has of entries that it may count, by periods; ``own`` is in the order of last days."""
    rolling = rule.period.kind is Kind.ROLLING
    sums: dict[Span, Amounts] = {}
    everything, needed = set(), set()
    for e in own:
        span = rule.period.around(today if rolling else e.earned_on)
        if e.earned_on not in span:
            continue
        before = sums.get(span, Amounts())
        if before.short_of(needs(rule)) != Amounts():
            needed.add(e.id)
        everything.add(e.id)
        sums[span] = before.plus(e)
    return _Taken(frozenset(everything), frozenset(needed))


def sentence(rule: HourRule, span: Span, have: Amounts, today: date) -> str:
    """What is there under a rule, what is missing and by when."""
    asked, short = needs(rule), have.short_of(needs(rule))
    said = [
        f"还缺 {number(short.hours)} 学时（已有 {number(have.hours)}，要求 {number(asked.hours)}）"
        if short.hours
        else f"学时已够（{number(have.hours)}/{number(asked.hours)}）"
    ]
    for name, kind in (("实践", "practice"), ("网络研修", "online"), ("专业科目", "professional")):
        lack, got, need = (getattr(a, kind) for a in (short, have, asked))
        if lack:
            said.append(f"{name}还缺 {number(lack)} 学时（已有 {number(got)}，要求 {number(need)}）")
    if short == Amounts():
        return f"已达到要求（{number(have.hours)}/{number(asked.hours)} 学时）。"
    last = rule.deadline(span)
    if today > last:
        when = f"{'申报已于' if rule.declare_by else '本期已于'} {day(last)}截止"
    else:
        when = f"请在 {day(last)}前完成{'并申报' if rule.declare_by else ''}"
    return "，".join(said) + f"；{when}。"


def number(value: Decimal) -> str:
    """An amount without trailing zeros."""
    return f"{value.normalize():f}" if value else "0"


def day(value: date) -> str:
    """A day as people here write it."""
    return f"{value.year}年{value.month}月{value.day}日"
