"""A viewer's kernel: ``python -m dashboards.kernel -f FILE``; ipykernel without a debugger, a history, or anybody's profile."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # nobody debugs here, and it is slow to import
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(
        [*sys.argv[1:], "--HistoryManager.enabled=False", "--InteractiveShellApp.exec_PYTHONSTARTUP=False"]
    )
