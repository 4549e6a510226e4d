"""Kernels from a mother, driven over the wire: ``python -m tests.zygote.kernel_suite`` (a process of its own, with one thread at first).

The published conformance suite (`jupyter_kernel_test`), and what it leaves out: interrupt, restart, input, debugger, widgets.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jupyter_kernel_test
from jupyter_client.manager import start_new_kernel

from zygote.kernels import ipython, mother, provisioner


class Conformance(jupyter_kernel_test.KernelTests):  # type: ignore[misc]
    """Jupyter's own suite. Its search through the history finds nothing in a stock ipykernel 7.4 either."""

    kernel_name = "python3"
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('oops', file=sys.stderr)"
    completion_samples = (
        {"text": "zi", "matches": {"zip"}},
        {"text": "import ipykernel_l", "matches": {"ipykernel_launcher"}},
    )
    complete_code_samples = ("1", "print('hello')", "def f(x):\n  return x*2\n\n\n")
    incomplete_code_samples = ("print('''hello", "def f(x):\n  x*2")
    invalid_code_samples = ("import = 7q",)
    code_page_something = "zip?"
    code_generate_error = "raise ValueError('no')"
    code_execute_result = ({"code": "6*7", "result": "42"},)
    code_display_data = (
        {"code": "from IPython.display import HTML, display; display(HTML('<b>x</b>'))", "mime": "text/html"},
        {"code": "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()", "mime": "image/png"},
        {"code": "import plotly.express as px; px.line(y=[1, 2])", "mime": "application/vnd.plotly.v1+json"},
    )
    supported_history_operations = ("tail",)
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"


class Kernel:
    """One kernel and a client of it."""

    def __init__(self, **how: Any) -> None:
        self.manager, self.client = start_new_kernel(**how)

    def __call__(self, code: str, **how: Any) -> list[tuple[str, Any]]:
        """What the cell showed: (kind, text or content)."""
        shown: list[tuple[str, Any]] = []

        def show(message: dict[str, Any]) -> None:
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                shown.append((content["name"], content["text"]))
            elif kind in ("execute_result", "display_data"):
                shown.append((kind, content["data"]))
            elif kind == "error":
                shown.append((kind, content["ename"]))
            elif kind.startswith("comm"):
                shown.append((kind, content))

        self.client.execute_interactive(code, timeout=30, output_hook=show, **how)
        return shown

    def says(self, code: str) -> str:
        """All that it printed."""
        return "".join(text for kind, text in self(code) if kind == "stdout").strip()


@contextmanager
def kernel(**how: Any) -> Iterator[Kernel]:
    made = Kernel(**how)
    try:
        yield made
    finally:
        made.client.stop_channels()
        if made.manager.has_kernel:
            made.manager.shutdown_kernel(now=True)


class Beyond(unittest.TestCase):
    """What people do with kernels that the published suite does not ask."""

    def test_it_is_a_fork_of_the_mother_with_everything_imported(self) -> None:
        assert provisioner.Nursery.mother is not None
        with kernel() as k:
            self.assertEqual(k.says("import os; print(os.getppid())"), str(provisioner.Nursery.mother.pid))
            self.assertEqual(
                k.says("import sys; print({'pandas', 'plotly', 'ipywidgets'} <= set(sys.modules))"), "True"
            )
            self.assertEqual(
                k.says("import threading; print(threading.current_thread() is threading.main_thread())"),
                "True",
            )

    def test_its_environment_and_folder_are_what_was_asked_for(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            env = {
                "PATH": "/usr/bin",
                "HOME": folder,
                "MINE": "1",
                "TZ": "Asia/Shanghai",
                "IPYTHONDIR": folder,
            }
            with kernel(env=env, cwd=folder) as k:
                self.assertEqual(
                    k.says("import os; print(os.getcwd(), os.environ.get('MINE'))"), f"{folder} 1"
                )
                self.assertEqual(k.says("print([n for n in os.environ if n.startswith('LUOJIAO')])"), "[]")
                self.assertEqual(k.says("import time; print(time.localtime(0).tm_hour)"), "8")

    def test_two_of_them_draw_different_random_numbers(self) -> None:
        code = "import random, numpy; print(random.random(), numpy.random.rand(), numpy.random.default_rng().random())"
        drawn: list[str] = []
        for _ in range(2):
            with kernel() as k:
                drawn += k.says(code).split()
        self.assertEqual(len(set(drawn)), 6)

    def test_an_interrupt_ends_the_cell_and_not_the_kernel(self) -> None:
        with kernel() as k:
            k.client.execute("x = 1\nimport time\nprint('go', flush=True)\ntime.sleep(60)")
            while k.client.get_iopub_msg(timeout=20)["msg_type"] != "stream":
                pass
            began = time.monotonic()
            k.manager.interrupt_kernel()
            reply = k.client.get_shell_msg(timeout=20)
            self.assertEqual(
                (reply["content"]["status"], reply["content"]["ename"]), ("error", "KeyboardInterrupt")
            )
            self.assertLess(time.monotonic() - began, 5)
            self.assertEqual(k.says("print(x)"), "1")

    def test_restarted_it_is_empty_and_warm_again(self) -> None:
        assert provisioner.Nursery.mother is not None
        with kernel() as k:
            k("x = 1")
            first = k.manager.provisioner.pid
            k.manager.restart_kernel(now=False)
            k.client.wait_for_ready(timeout=30)
            self.assertNotEqual(k.manager.provisioner.pid, first)
            self.assertEqual(k("x")[0], ("error", "NameError"))
            self.assertEqual(k.says("import os; print(os.getppid())"), str(provisioner.Nursery.mother.pid))

    def test_input_asks_and_gets_an_answer(self) -> None:
        with kernel() as k:
            asked: list[str] = []

            def answer(message: dict[str, Any]) -> None:
                asked.append(message["content"]["prompt"])
                k.client.input("洛阳")

            shown = k("print('你好，' + input('城市？'))", allow_stdin=True, stdin_hook=answer)
            self.assertEqual((asked, shown), (["城市？"], [("stdout", "你好，洛阳\n")]))

    def test_a_widget_opens_its_line_and_hears_what_is_sent_back(self) -> None:
        with kernel() as k:
            shown = k("import ipywidgets as w; s = w.IntSlider(value=3); display(s)")
            opened = [content for kind, content in shown if kind == "comm_open"]
            self.assertGreaterEqual(len(opened), 3)
            (slider,) = [c for c in opened if c["data"]["state"].get("_model_name") == "IntSliderModel"]
            content = {
                "comm_id": slider["comm_id"],
                "data": {"method": "update", "state": {"value": 8}, "buffer_paths": []},
            }
            k.client.shell_channel.send(k.client.session.msg("comm_msg", content))
            self.assertEqual(k.says("print(s.value)"), "8")

    def test_a_figure_is_shown_at_the_end_of_its_cell_without_being_asked_for(self) -> None:
        with kernel() as k:
            shown = k("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nNone")
            self.assertEqual(
                [sorted(data) for kind, data in shown if kind == "display_data"],
                [["image/png", "text/plain"]],
            )
            self.assertEqual(k("None"), [])

    def test_plotly_knows_that_it_is_in_a_notebook_though_it_was_imported_before_there_was_one(self) -> None:
        code = "import plotly.graph_objects as go; go.Figure(go.Bar(y=[1]))"
        with kernel() as k:
            [(kind, data)] = k(code)
            self.assertEqual(
                (kind, sorted(data)), ("display_data", ["application/vnd.plotly.v1+json"]), data.keys()
            )

    def test_the_debugger_stops_at_a_breakpoint_and_goes_on(self) -> None:
        with kernel() as k:
            Debugging(k).walk(self)

    def test_a_kernel_that_dies_is_noticed_with_its_exit_code(self) -> None:
        for code, wanted in (("import os; os._exit(3)", 3), ("import os; os.kill(os.getpid(), 9)", -9)):
            with kernel() as k:
                process = k.manager.provisioner.process
                k.client.execute(code)
                self.assertEqual(process.wait(20), wanted)
                self.assertFalse(k.manager.is_alive())

    def test_asked_to_shut_down_it_says_goodbye(self) -> None:
        with tempfile.TemporaryDirectory() as folder, kernel() as k:
            k(f"import atexit; atexit.register(lambda: open('{folder}/bye', 'w').close())")
            process = k.manager.provisioner.process
            k.manager.shutdown_kernel(now=False)
            self.assertEqual(process.returncode, 0)
            self.assertTrue(Path(folder, "bye").exists())

    def test_child_processes_and_threads_work_in_it(self) -> None:
        with kernel() as k:
            code = (
                "import multiprocessing, subprocess, concurrent.futures\n"
                "with multiprocessing.get_context('fork').Pool(2) as pool:\n    print(pool.map(abs, [-1, -2]))\n"
                "print(subprocess.run(['echo', 'x'], capture_output=True, text=True).stdout.strip())\n"
                "with concurrent.futures.ThreadPoolExecutor() as pool:\n    print(list(pool.map(abs, [-3])))\n"
                "!echo shell\n"
            )
            self.assertEqual(k.says(code).split("\n"), ["[1, 2]", "x", "[3]", "shell"])

    def test_another_kernel_than_ours_starts_as_ever(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder, "kernels", "bash")
            place.mkdir(parents=True)
            argv = [sys.executable, "-m", "bash_kernel", "-f", "{connection_file}"]
            told = {"argv": argv, "display_name": "Bash", "language": "bash"}
            (place / "kernel.json").write_text(json.dumps(told), "utf-8")
            self.addCleanup(os.environ.pop, "JUPYTER_PATH")
            os.environ["JUPYTER_PATH"] = folder
            self._bash()

    def _bash(self) -> None:
        with kernel(kernel_name="bash") as k:
            self.assertEqual(k.says("echo $((6 * 7))"), "42")

    def test_zz_without_its_mother_it_starts_cold(self) -> None:
        """The last one: afterwards nothing is warm any more."""
        old = provisioner.Nursery.mother
        assert old is not None
        with kernel() as before:
            before("x = 1")
            os.kill(old.pid, 9)
            os.waitpid(old.pid, 0)
            self.assertEqual(before.says("print(x)"), "1")
            with kernel() as k:
                self.assertEqual(k.says("import os; print(os.getppid())"), str(os.getpid()))
            process = before.manager.provisioner.process
            self.assertIsNone(process.poll())
            before.manager.shutdown_kernel(now=True)
            self.assertEqual(process.poll(), -9)


class Debugging:
    """The debug adapter protocol as JupyterLab speaks it, over the control channel."""

    def __init__(self, k: Kernel) -> None:
        self.kernel = k
        self.count = 0

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        self.count += 1
        client = self.kernel.client
        content = {"type": "request", "seq": self.count, "command": command, "arguments": arguments}
        message = client.session.msg("debug_request", content)
        client.control_channel.send(message)
        while True:
            reply = client.control_channel.get_msg(timeout=30)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return dict(reply["content"])

    def walk(self, test: unittest.TestCase) -> None:
        told = self.ask(
            "initialize",
            clientID="test",
            adapterID="",
            pathFormat="path",
            linesStartAt1=True,
            columnsStartAt1=True,
        )
        test.assertTrue(told["success"], told)
        test.assertTrue(self.ask("attach")["success"])
        code = "a = 1\nb = a + 1\nprint(b)\n"
        source = self.ask("dumpCell", code=code)["body"]["sourcePath"]
        set_ = self.ask(
            "setBreakpoints", breakpoints=[{"line": 2}], source={"path": source}, sourceModified=False
        )
        test.assertTrue(set_["body"]["breakpoints"][0]["verified"], set_)
        test.assertTrue(self.ask("configurationDone")["success"])
        self.kernel.client.execute(code)
        stopped = self.wait_for("stopped")
        thread = stopped["body"]["threadId"]
        frame = self.ask("stackTrace", threadId=thread)["body"]["stackFrames"][0]
        test.assertEqual(frame["line"], 2)
        test.assertEqual(
            self.ask("evaluate", expression="a + 41", frameId=frame["id"])["body"]["result"], "42"
        )
        self.ask("continue", threadId=thread)
        test.assertEqual(self.kernel.client.get_shell_msg(timeout=30)["content"]["status"], "ok")
        self.ask("disconnect", restart=False, terminateDebuggee=True)

    def wait_for(self, event: str) -> dict[str, Any]:
        while True:
            message = self.kernel.client.get_iopub_msg(timeout=30)
            if message["msg_type"] == "debug_event" and message["content"].get("event") == event:
                return dict(message["content"])


def main() -> int:
    """Mother first: afterwards there are threads."""
    os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = provisioner.NAME
    os.environ["IPYTHONDIR"] = tempfile.mkdtemp(prefix="luojiao-kernels-")
    provisioner.Nursery.mother = mother.start(ipython.become, ipython.prepare)
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    load = unittest.defaultTestLoader
    suite = unittest.TestSuite(load.loadTestsFromTestCase(case) for case in (Conformance, Beyond))
    if names:
        suite = load.loadTestsFromNames(names, sys.modules[__name__])
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
