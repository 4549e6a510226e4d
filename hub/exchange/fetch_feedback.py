"""nbgrader's fetch of feedback: a plain page for each submission that something came back for."""

from __future__ import annotations

from nbgrader.exchange import abc

from hub.exchange.base import Exchange
from hub.exchange.feedback import fetched, page


class ExchangeFetchFeedback(Exchange, abc.ExchangeFetchFeedback):
    """Pages that are as of now are not asked for again."""

    def init_src(self) -> None:
        """Find the submissions with something to read."""
        self.assignment = self.wanted()
        self.ready = [one for one in self.assignment.submissions if one.feedback_at]
        if not self.ready:
            self.log.warning("还没有评阅结果，请过一会儿再来。")

    def copy_files(self) -> None:
        """Write the pages."""
        folder = self.folder(self.assignment)
        for submission in self.ready:
            told = None
            for name in self.assignment.notebooks:
                path, as_of = fetched(folder, name, submission)
                if as_of == submission.feedback_at:
                    continue
                told = told or self.portal.feedback(submission.id)
                folder.replace(path, page(self.assignment, submission, told).encode())
                self.log.info("已取回评阅结果 %s/%s", "/".join(folder.parts), path)
