"""Form fields into values, with refusals that name the field."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from hub.domain.errors import refuse

BEIJING = timezone(timedelta(hours=8))


def moment(text: str, name: str) -> datetime:
    """A ``datetime-local`` field in Beijing time, as UTC."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)
    except ValueError:
        raise refuse("request.invalid", why=f"“{name}”要填日期和时间") from None


def whole(text: str, name: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise refuse("request.invalid", why=f"“{name}”要填整数") from None


def beijing(moment: datetime | None, form: str = "%Y-%m-%d %H:%M") -> str:
    """An instant as people here read it."""
    return moment.astimezone(BEIJING).strftime(form) if moment else ""


def day(text: str, name: str) -> date:
    """A ``date`` field."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("request.invalid", why=f"“{name}”要填日期") from None


def day_in_words(day: date | None) -> str:
    """A day as people here write it."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def days_left(due: datetime, now: datetime) -> str:
    """How far away a deadline is, in words."""
    left = due - now
    if left < timedelta(0):
        return "已截止"
    if left < timedelta(hours=1):
        return "不到 1 小时"
    if left < timedelta(days=1):
        return f"还有 {left.seconds // 3600} 小时"
    return f"还有 {left.days} 天"


def span(seconds: float) -> str:
    """A length of time as people here read it."""
    if seconds < 10:
        return f"{seconds:.1f} 秒"
    if seconds < 60:
        return f"{seconds:.0f} 秒"
    if seconds < 3600:
        return f"{int(seconds) // 60} 分 {int(seconds) % 60} 秒"
    return f"{int(seconds) // 3600} 小时 {int(seconds) % 3600 // 60} 分"


def due_in(day: date, now: datetime) -> str:
    """How far away a due day is, in words; it is over when the day is."""
    left = (day - now.astimezone(BEIJING).date()).days
    return "今天到期" if left == 0 else f"还有 {left} 天" if left > 0 else "已过期"


def size(octets: int) -> str:
    """The size of a file as people here read it."""
    return f"{octets / 2**20:.1f} MB" if octets >= 2**20 else f"{max(1, round(octets / 1024))} KB"


def page_of(text: str) -> int:
    """The page that an address asks for, counted from nought; the first where it asks for none that there is."""
    return max(0, int(text) - 1) if text.isdecimal() and len(text) < 7 else 0
