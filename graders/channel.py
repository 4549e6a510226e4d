"""One question, one answer, with a process that may be hostile: bounded lines, a fresh token each, no early replies."""

from __future__ import annotations

import json
import os
import secrets
import select
import time
from typing import Any

MAX_LINE = 65536


class Ended(Exception):  # noqa: N818 - it is an end, not always an error
    """The other side is silent: `reason` is time, gone or protocol. There is no way back from it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Channel:
    """The controller's ends of the two pipes; the token of a question is not known before it is asked."""

    def __init__(self, questions: int, answers: int) -> None:
        self._questions = questions
        self._answers = answers
        os.set_blocking(questions, False)

    def ask(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a question and give its answer; raise Ended if that does not come, or more than that comes."""
        if select.select([self._answers], [], [], 0)[0]:
            raise Ended("protocol" if os.read(self._answers, 1) else "gone")
        deadline = time.monotonic() + seconds
        token = secrets.token_hex(16)
        self._send(json.dumps({**message, "token": token}).encode() + b"\n", deadline)
        answer = self._receive(deadline)
        if answer.get("token") != token:
            raise Ended("protocol")
        return answer

    def close(self) -> None:
        """Give both pipes back."""
        os.close(self._questions)
        os.close(self._answers)

    def _send(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            if not select.select([], [self._questions], [], max(0.0, deadline - time.monotonic()))[1]:
                raise Ended("time")
            try:
                rest = rest[os.write(self._questions, rest[:MAX_LINE]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError as error:
                raise Ended("gone") from error

    def _receive(self, deadline: float) -> dict[str, Any]:
        data = b""
        while not data.endswith(b"\n"):
            if not select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise Ended("time")
            chunk = os.read(self._answers, MAX_LINE)
            if not chunk:
                raise Ended("gone")
            data += chunk
            if len(data) > MAX_LINE:
                raise Ended("protocol")
        try:
            answer = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise Ended("protocol") from error
        if not isinstance(answer, dict):
            raise Ended("protocol")
        return answer
