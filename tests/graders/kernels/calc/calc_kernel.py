"""A toy language in a real Jupyter kernel: `name = sum`, `show sum`, `check sum`, and a few ways to misbehave."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class CalcKernel(Kernel):
    """One statement a line; numbers, names and + only."""

    implementation, implementation_version, banner = "calc", "1", "calc"
    language_info = {"name": "calc", "version": "1", "mimetype": "text/plain", "file_extension": ".calc"}  # noqa: RUF012

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.names: dict[str, float] = {}

    async def do_execute(self, code: str, silent: bool, *_: Any, **__: Any) -> dict[str, Any]:
        """Run the lines; the first that goes wrong ends the cell."""
        try:
            for line in filter(None, (one.partition("#")[0].strip() for one in code.splitlines())):
                self._line(line)
        except (ValueError, KeyError) as error:
            content = {"ename": type(error).__name__, "evalue": str(error), "traceback": []}
            self.send_response(self.iopub_socket, "error", content)
            return {"status": "error", "execution_count": self.execution_count, **content}
        return {
            "status": "ok",
            "execution_count": self.execution_count,
            "payload": [],
            "user_expressions": {},
        }

    def _sum(self, text: str) -> float:
        return sum(self.names[w] if w.isidentifier() else float(w) for w in map(str.strip, text.split("+")))

    def _line(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "show":
            self._result(f"{self._sum(rest):g}")
        elif word == "say":
            self._result(rest)
        elif word == "check":
            if not self._sum(rest):
                raise ValueError("zero")
        elif word == "print":
            for number in range(int(rest)):
                self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": f"{number}\n"})
        elif word == "warn":
            self.send_response(self.iopub_socket, "stream", {"name": "stderr", "text": rest})
        elif word == "sleep":
            time.sleep(float(rest))
        elif word == "leave":
            os._exit(0)
        elif word == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif word == "quit-driver":
            os.kill(os.getppid(), signal.SIGKILL)
        else:
            name, equals, text = line.partition("=")
            if not equals:
                raise ValueError(line)
            self.names[name.strip()] = self._sum(text)

    def _result(self, text: str) -> None:
        content = {"execution_count": self.execution_count, "data": {"text/plain": text}, "metadata": {}}
        self.send_response(self.iopub_socket, "execute_result", content)


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=CalcKernel)
