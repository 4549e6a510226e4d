"""What the classes of the exchange share: the portal, asked with the room's own token, and a no said in Chinese."""

from __future__ import annotations

from typing import Any

from nbgrader.exchange import abc
from traitlets import Bool

from hub.client import Portal, PortalError, from_environment
from hub.exchange.assignments import Assignment, chosen, offered
from hub.exchange.files import FileError, Folder


class Exchange(abc.Exchange):
    """An action of the exchange. Who acts is whoever the token was given to; the portal alone decides that.

    ``coursedir.student_id``, the Unix user and the names of folders are never read.
    """

    path_includes_course = Bool(
        True,
        help="An assignment lies in RUN/KEY, where the portal's own button puts it; there is no other layout.",
    ).tag(config=True)

    _portal: Portal | None = None

    @property
    def portal(self) -> Portal:
        """The portal; made when first asked, since nbgrader also makes these objects just to read a setting."""
        if self._portal is None:
            self._portal = from_environment()
        return self._portal

    def start(self) -> Any:
        """nbgrader calls this to act. Whatever is refused comes out as ExchangeError with a sentence to act on."""
        try:
            return super().start()
        except PortalError as error:
            said = error.message
        except FileError as error:
            said = str(error)
        except OSError as error:
            said = f"学习环境里的文件读写出错（{error.strerror}）。请检查空间是否已满，再试一次。"
        return self.fail(said)

    def init_src(self) -> None:
        """Called first, by ``start``."""

    def init_dest(self) -> None:
        """Called second, by ``start``."""

    def copy_files(self) -> None:
        """Called last, by ``start``: the action itself."""

    def wanted(self, *, taught: bool = False) -> Assignment:
        """The assignment that nbgrader was told to act on; with ``taught`` only among those one teaches."""
        found = chosen(offered(self.portal), self.coursedir.course_id, self.coursedir.assignment_id)
        found = [one for one in found if one.taught or not taught]
        if self.coursedir.assignment_id in ("", "*"):
            self.fail("请写明是哪份作业。")
        if not found:
            self.fail("没有找到这份作业：要么不是您的班次，要么还没有报名。请先在门户的课程页查看。")
        if len({one.run for one in found}) > 1:
            self.fail("有几个班次都有这份作业，请用 --course 写明班次。")
        return found[0]

    def folder(self, assignment: Assignment) -> Folder:
        """Where an assignment lies in this home."""
        return Folder(self.assignment_dir, (assignment.run, assignment.key))
