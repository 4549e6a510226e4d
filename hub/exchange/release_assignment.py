"""nbgrader's release: the portal builds the assignment from the catalogue's source and opens it to the run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from nbgrader.exchange import abc
from traitlets import Integer, Unicode

from hub.exchange.assignments import BEIJING
from hub.exchange.base import Exchange


class ExchangeReleaseAssignment(Exchange, abc.ExchangeReleaseAssignment):
    """Opens now. What lies in this room is not sent: the source, with its hidden tests, is the catalogue's."""

    due = Unicode(
        "", help="Until when it can be handed in, as 2026-12-31 18:00; Beijing time unless it carries a zone."
    ).tag(config=True)
    days = Integer(14, min=1, max=366, help="Without ``due``: days from now until it is due.").tag(
        config=True
    )

    def init_src(self) -> None:
        """Find the run among those that this person teaches."""
        self.assignment = self.wanted(taught=True)
        if self.assignment.released and not self.force:
            self.fail(
                f"这份作业已经发布（第 {self.assignment.version} 版）。要更换内容或截止时间，请加 --force 再发布一次。"
            )

    def init_dest(self) -> None:
        """Work out the two times."""
        self.opens_at = datetime.now(UTC)
        self.due_at = self.opens_at + timedelta(days=self.days)
        if self.due:
            try:
                due = datetime.fromisoformat(self.due)
            except ValueError:
                self.fail("截止时间要写成 2026-12-31 18:00 的样子。")
                return
            self.due_at = due if due.tzinfo else due.replace(tzinfo=BEIJING)

    def copy_files(self) -> None:
        """Publish."""
        one = self.assignment
        self.log.info(
            "正在发布 %s　%s。分数作为发证依据的作业先要自动检查，第一次约需半分钟。", one.course, one.label
        )
        made = self.portal.release(one.run, one.key, self.opens_at, self.due_at)
        until = self.due_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
        self.log.info("已发布 %s　%s（第 %s 版），%s 截止。", one.course, one.label, made["version"], until)
