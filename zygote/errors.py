"""The errors of the walls: a stable code and a Chinese sentence that may be shown."""

from __future__ import annotations

MESSAGES = {
    "walls.no_unshare": "本机缺少 unshare 命令（util-linux），无法为评分建立隔离环境，评分已停用。",
    "walls.no_user_namespace": (
        "系统不允许普通用户建立隔离环境（user namespace 已关闭，或被 AppArmor 限制）。"
        "请管理员放开该设置，或由 root 启动评分程序；在此之前不评分。"
    ),
    "walls.no_namespaces": "当前账户无权建立隔离环境（容器可能缺少 CAP_SYS_ADMIN 权限），评分已停用。",
    "walls.setup": "隔离环境没有搭建成功，评分已停用。",
    "walls.no_program": "隔离环境里找不到或无法启动要运行的程序。",
    "walls.template": "预热进程没有准备好，或者已经退出，评分暂停。",
    "walls.leaky": "隔离环境自检没有通过，为保护考生答卷与主机，评分已停用。",
}


class WallsMissing(Exception):  # noqa: N818 - says what is missing
    """Raised before any untrusted code runs, when the walls cannot be put up or hold nothing back."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.message = MESSAGES[code]
        self.detail = detail
        super().__init__(f"{self.message}[{code}]" + (f" {detail}" if detail else ""))


class TemplateBroken(Exception):  # noqa: N818 - says what is broken
    """A template that could not be prepared, has ended, or may not fork; `detail` is for the log, not for learners."""

    def __init__(self, detail: str) -> None:
        self.code = "walls.template"
        self.message = MESSAGES[self.code]
        self.detail = detail
        super().__init__(f"{self.message}[{self.code}] {detail}")
