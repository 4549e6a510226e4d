"""JSON in and out of an endpoint."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hub.domain.errors import refuse
from hub.portal.base import Api


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


class Json(Api):
    """An endpoint that answers JSON."""

    def json(self, value: Any, status: int = 200) -> None:
        """Answer with ``value``; decimals and dates as text."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(value, ensure_ascii=False, default=_plain))

    def body(self) -> dict[str, Any]:
        """The JSON object that was sent."""
        try:
            sent = json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise refuse("request.invalid", why="不是 JSON") from None
        if not isinstance(sent, dict):
            raise refuse("request.invalid", why="要一个 JSON 对象")
        return sent
