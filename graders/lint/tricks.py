"""What a test can only do beside the learner's code, in one process with it; and programs, which have one way to be started."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection

from graders.deriving import may_live_there
from graders.lint.edits import Edits
from graders.lint.kinds import Made, Many
from graders.lint.known import ORDERINGS, Known
from graders.lint.marking import Marking

Tell = Callable[[str, ast.AST], None]
_HISTORY = frozenset({"_", "__", "___", "In", "Out", "_ih", "_oh", "_dh", "_i", "_ii", "_iii"})
_FRAMES = frozenset({"sys._getframe", "sys._current_frames", "inspect.stack", "inspect.currentframe", "inspect.trace", "gc.get_objects", "gc.get_referrers", "gc.get_referents"})  # fmt: skip
_NETWORK = ("urllib.request.url", "requests.", "http.client.", "httpx.", "aiohttp.", "ftplib.", "smtplib.", "socket.create_connection")  # fmt: skip
_PROCESS = (
    "os.fork",
    "os.exec",
    "os.spawn",
    "os.posix_spawn",
    "subprocess.Popen",
    "multiprocessing.",
    "pty.spawn",
)
_LIBRARY = frozenset({"sqlite3.connect", "matplotlib.pyplot.subplots", "matplotlib.pyplot.figure", "matplotlib.pyplot.axes", "matplotlib.pyplot.subplot"})  # fmt: skip
_ASKING = frozenset({"__eq__", "__hash__", "__bool__", "__contains__", *ORDERINGS})
_COPIES = frozenset({"copy.copy", "copy.deepcopy", "pickle.dumps", "pickle.dump"})


class Tricks(ast.NodeVisitor):
    """Finds them in one marked cell. `bound` are names the cell binds, `theirs` the learner's, `imports` what names stand for."""

    def __init__(
        self,
        known: Known,
        marking: Marking,
        edits: Edits,
        tell: Tell,
        bound: Collection[str],
        theirs: Collection[str],
        imports: dict[str, str],
        shell_helpers: Collection[str],
    ) -> None:
        self._known = known
        self._of = marking.of
        self._edits = edits
        self._tell = tell
        self._bound = bound
        self._theirs = theirs
        self._imports = imports
        self._shell_helpers = shell_helpers
        self._library: set[str] = set()
        self._asking: set[str] = set()
        self._on_top: set[ast.stmt] = set()

    def _dotted(self, node: ast.AST) -> str:
        """`np.random.rand` as "numpy.random.rand", or nothing for what is no imported name."""
        if isinstance(node, ast.Name):
            return self._imports.get(node.id, "").replace(":", ".")
        above = self._dotted(node.value) if isinstance(node, ast.Attribute) else ""
        return f"{above}.{node.attr}" if above and isinstance(node, ast.Attribute) else ""

    def visit_Name(self, node: ast.Name) -> None:
        """Names that only a kernel has."""
        if not isinstance(node.ctx, ast.Load):
            return
        if node.id in self._shell_helpers:
            self._tell("kernel.helper", node)
        if node.id in self._bound:
            return
        if node.id in _HISTORY:
            self._tell("kernel.history", node)
        elif node.id == "get_ipython":
            self._tell("kernel.ipython", node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """The other way to come by it."""
        if any(alias.name == "get_ipython" for alias in node.names):
            self._tell("kernel.ipython", node)

    def visit_Module(self, node: ast.Module) -> None:
        """What stands at the top, where a class may stand on a learner's."""
        self._on_top = set(node.body)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Classes of the test: on top of a learner's, or asked by the learner's code."""
        derived = any(isinstance(base, ast.Name) and base.id in self._known.classes for base in node.bases)
        if derived and not (node in self._on_top and may_live_there(node)):
            self._tell("split.subclass", node)
        if any(isinstance(one, ast.FunctionDef) and one.name in _ASKING for one in node.body):
            self._asking.add(node.name)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """The globals of a function."""
        if node.attr == "__globals__":
            self._tell("split.globals", node)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Things of a library under a name; methods for a learner's class; the environment."""
        value = node.value
        if isinstance(value, ast.Call) and self._dotted(value.func) in _LIBRARY:
            self._library |= {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}  # fmt: skip
        if isinstance(value, ast.Call) and getattr(value.func, "id", "") in self._asking:
            self._asking |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        for target in node.targets:
            of_class = isinstance(target, ast.Attribute) and getattr(target.value, "id", "") in self._known.classes  # fmt: skip
            if of_class and (isinstance(value, ast.Lambda) or getattr(value, "id", "") in self._bound):
                self._tell("split.method", node)
            environment = isinstance(target, ast.Subscript) and self._dotted(target.value) == "os.environ"
            if environment:
                self._environment(node)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Calls by the name they have in their library."""
        name = self._dotted(node.func)
        if name in _FRAMES:
            self._tell("kernel.frames", node)
        elif name.startswith(_NETWORK):
            self._tell("split.network", node)
        elif name.startswith(_PROCESS):
            self._tell("split.process", node)
        elif name in ("subprocess.call", "subprocess.check_call", "os.system", "os.popen"):
            self._program(node, name)
        elif name in _COPIES and node.args and isinstance(self._of(node.args[0]), Made | Many):
            self._tell("split.copy", node)
        elif name == "unittest.mock.patch.dict" and node.args and self._dotted(node.args[0]) == "os.environ":
            self._environment(node)
        if isinstance(node.func, ast.Name):
            self._named(node, node.func.id)
        elif isinstance(node.func, ast.Attribute) and isinstance(self._of(node.func.value), Made):
            self._handed(node)
        self.generic_visit(node)

    def _named(self, node: ast.Call, name: str) -> None:
        if name in ("exec", "eval", "compile") and node.args:
            told = ast.unparse(node.args[0])
            if "submission.source(" in told or "getsource(" in told:
                self._tell("split.execute", node)
        if name in self._theirs:
            self._handed(node)

    def _handed(self, node: ast.Call) -> None:
        """What goes along into a learner's function."""
        for one in (*node.args, *(given.value for given in node.keywords)):
            made = self._dotted(one.func) if isinstance(one, ast.Call) else ""
            if made in _LIBRARY or (isinstance(one, ast.Name) and one.id in self._library):
                self._tell("split.library_object", node)
            inside = one.elts if isinstance(one, ast.List | ast.Tuple) else [one]
            names = {getattr(part.func if isinstance(part, ast.Call) else part, "id", "") for part in inside}
            if names & self._asking:
                self._tell("split.test_class", node)

    def _environment(self, node: ast.AST) -> None:
        if "environ" in self._known.solutions or "getenv" in self._known.solutions:
            self._tell("split.environment", node)

    def _program(self, node: ast.Call, name: str) -> None:
        if name in ("os.system", "os.popen"):
            if len(node.args) != 1 or node.keywords:
                self._tell("split.process", node)
                return
            more = ", shell=True, text=True, stdout=-1" if name == "os.popen" else ", shell=True"
            self._edits.replace(node, lambda shown: self._run([shown(node.args[0]) + more], name, shown(node.args[0])))  # fmt: skip
        else:
            check = ["check=True"] if name == "subprocess.check_call" else []
            self._edits.replace(
                node,
                lambda shown: self._run([*map(shown, node.args), *(f"{one.arg}={shown(one.value)}" for one in node.keywords), *check], name, ""),
            )  # fmt: skip
        self._tell("split.program", node)

    @staticmethod
    def _run(given: list[str], name: str, command: str) -> str:
        called = f'__import__("subprocess").run({", ".join(given)})'
        return f'__import__("io").StringIO({called}.stdout)' if name == "os.popen" else f"{called}.returncode"
