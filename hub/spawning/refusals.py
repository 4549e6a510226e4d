"""Why a room does not start: a stable code, and words that a learner can act on."""

from __future__ import annotations

REFUSALS = {
    "room.walls": "学习环境不能启动：这台机器没有建立隔离环境。请联系管理员运行 luojiao doctor。",
    "room.template": "学习环境暂时打不开：预热的进程没有准备好。请过一分钟再试；还不行，请联系管理员运行 luojiao doctor。",
    "room.python": "学习环境不能启动：学员的账号进不了 Python 所在的文件夹。请联系管理员，把平台装到人人可读的地方。",
    "room.left": "排队的页面关掉了，位置已经让给后面的人。请重新打开。",
}


class RoomError(RuntimeError):
    """A room that does not start; JupyterHub shows ``jupyterhub_message`` to the learner."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.jupyterhub_message = f"{REFUSALS[code]}（{code}）"
        super().__init__(self.jupyterhub_message)
