"""nbgrader's submit: the assignment's notebook goes to the portal, and the signed receipt stays beside it."""

from __future__ import annotations

from typing import Any

from nbgrader.exchange import abc

from hub.client import LIMIT_BYTES
from hub.exchange.base import Exchange
from hub.exchange.files import FileError, Folder


class ExchangeSubmit(Exchange, abc.ExchangeSubmit):
    """Always ``strict``: with a notebook of the release missing, nothing is sent."""

    def init_src(self) -> None:
        """Read the release's notebooks, and nothing else that lies in the folder."""
        self.assignment = self.wanted()
        folder = self.folder(self.assignment)
        self.files: dict[str, bytes] = {}
        left = LIMIT_BYTES
        for name in self.assignment.notebooks:
            data = folder.read(name, left)
            if data is None:
                self.fail(f"没有找到作业文件 {name}。请从作业列表打开它，做完后再提交。")
            else:
                self.files[name] = data
                left -= len(data)

    def copy_files(self) -> None:
        """Hand in. Whether it is in time, and what else may be wrong with it, the portal says."""
        made = self.portal.submit(self.assignment.run, self.assignment.key, self.files)
        self.log.info(
            "已收到第 %s 次提交%s，正在排队评阅。", made["attempt"], "（宽限期内）" if made["late"] else ""
        )
        self._keep_receipt(self.folder(self.assignment), made)

    def _keep_receipt(self, folder: Folder, made: dict[str, Any]) -> None:
        """Under the name that the portal's own download has. Without it the submission stands all the same."""
        name = f"receipts/receipt-{made['id']}.jws"
        try:
            folder.add(name, str(made["receipt"]).encode())
        except (FileError, OSError) as error:
            self.log.warning("作业已收到，但回执没能存进学习环境（%s）；可以在门户的作业页下载。", error)
        else:
            self.log.info("回执已存为 %s/%s", "/".join(folder.parts), name)
