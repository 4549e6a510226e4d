"""The IPython that learners' cells run in: no history, no screen, nothing that starts a thread."""

from __future__ import annotations

import builtins
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

_WARM = 'def _warm():\n    return 1\nassert _warm() == 1\nprint(end="")\n%matplotlib inline\n'


class InputRefused(EOFError):  # noqa: N818 - says what happened
    """What `input()` raises here: there is nobody to type."""


def refuse_input(prompt: object = "") -> str:
    """Stands in for `input`."""
    raise InputRefused("no keyboard")


def make_shell() -> InteractiveShell:
    """The shell, used once on cells of our own, so that the first cell of a learner is as quick as the second."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Minimal"
    config.InteractiveShell.cache_size = 0
    shell = InteractiveShell.instance(config=config)
    vars(shell)["system"] = shell.system_raw  # without a terminal
    for name in ("showtraceback", "showsyntaxerror", "showindentationerror"):
        setattr(shell, name, lambda *_, **__: None)  # nobody reads it, and formatting is slow
    manager: Any = shell.magics_manager
    for name in ("matplotlib", "config", "autoreload", "load_ext"):  # where figures go is settled: nowhere
        manager.magics["line"][name] = _ignore
    shell.display_trap.hook = _Shown(shell.user_ns)
    builtins.input = refuse_input
    run(shell, _WARM)
    shell.user_ns.pop("_warm", None)
    return shell


class _Shown:
    """Takes the value of a cell's last line; making a picture or a table of it would only cost time."""

    def __init__(self, space: dict[str, Any]) -> None:
        self._space = space

    def __call__(self, value: Any = None) -> None:
        if value is not None:
            self._space["_"] = value


def run(shell: Any, text: str) -> BaseException | None:
    """Run a cell as a notebook would; what it raised. IPython itself is only needed where the cell is not plain Python."""
    try:
        plain: Any = compile(text, shell.compile.cache(text), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        plain = None
    try:
        if plain is not None:
            exec(plain, shell.user_ns)  # noqa: S102 - what this is for
            return None
        result = shell.run_cell(text, store_history=False)
        error = result.error_before_exec or result.error_in_exec
    except BaseException as raised:  # the learner may have replaced anything above
        return raised
    return error if isinstance(error, BaseException) else None


def _ignore(line: str) -> None:
    """Stands in for a magic that only makes sense with a screen."""
