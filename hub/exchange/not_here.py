"""The actions of nbgrader's exchange that a room has no part in: submissions are graded in the platform."""

from __future__ import annotations

from nbgrader.exchange import abc

from hub.exchange.base import Exchange


class ExchangeCollect(Exchange, abc.ExchangeCollect):
    """``nbgrader collect`` ends here: no room ever holds other people's work."""

    def copy_files(self) -> None:
        """Say where submissions are."""
        self.fail("提交由平台直接保存并自动评阅，不用收集。请到门户的“批阅”里批改开放题、查看结果。")


class ExchangeReleaseFeedback(Exchange, abc.ExchangeReleaseFeedback):
    """``nbgrader release_feedback`` ends here."""

    def copy_files(self) -> None:
        """Say how feedback reaches the learner."""
        self.fail("评阅结果由平台直接发给学员，不用另外发布。请到门户的“批阅”里完成批改。")
