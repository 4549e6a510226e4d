"""nbgrader's fetch: an assignment's files into RUN/KEY of the home, where the portal's own button puts them."""

from __future__ import annotations

from nbgrader.exchange import abc

from hub.exchange.base import Exchange


class ExchangeFetchAssignment(Exchange, abc.ExchangeFetchAssignment):
    """What is there stays as the learner left it, and only what is missing is written.

    So a second fetch does no harm, and is what ``--replace`` (``replace_missing_files``) asks for anyway.
    """

    def init_src(self) -> None:
        """Get the files from the portal, which says who may have them and from when."""
        self.assignment = self.wanted()
        self.files = self.portal.files(self.assignment.run, self.assignment.key)

    def copy_files(self) -> None:
        """Write what is missing."""
        folder = self.folder(self.assignment)
        written = [name for name, data in sorted(self.files.items()) if folder.add(name, data)]
        where = "/".join(folder.parts)
        if not written:
            self.log.info("作业文件都已在 %s 里，没有改动。", where)
        for name in written:
            self.log.info("已领取 %s/%s", where, name)
