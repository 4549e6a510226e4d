"""What the source says of the learner's classes and functions: which methods they have, and what calling them yields."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from graders.lint.kinds import Kind, Made, infer
from graders.parsing import parse
from graders.source import SourceCell

ORDERINGS = frozenset({"__lt__", "__le__", "__gt__", "__ge__"})
_WRAPPERS = frozenset({"UserDict", "UserList", "UserString"})
_BY_CONTENT = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "NamedTuple", "TypedDict", "Protocol", "BaseException"})  # fmt: skip
_RAISED = ("Error", "Exception", "Warning")


@dataclass
class ClassFacts:
    """Special methods of a class with its bases, what its methods return and its attributes hold."""

    special: set[str] = field(default_factory=set)
    returns: dict[str, Kind] = field(default_factory=dict)
    attributes: dict[str, Kind] = field(default_factory=dict)


@dataclass
class Known:
    """The learner's classes whose objects stay with the learner; what functions yield; the teacher's own functions."""

    classes: dict[str, ClassFacts] = field(default_factory=dict)
    functions: dict[str, Kind] = field(default_factory=dict)
    helpers: dict[str, ast.FunctionDef] = field(default_factory=dict)
    solutions: str = ""

    def knows(self, name: str) -> bool:
        """See kinds.Facts."""
        return name in self.classes

    def returned(self, name: str, method: str) -> Kind:
        """See kinds.Facts."""
        return self.classes[name].returns.get(method)

    def attribute(self, name: str, attribute: str) -> Kind:
        """See kinds.Facts."""
        return self.classes[name].attributes.get(attribute)

    def has(self, kind: Kind, *names: str) -> bool:
        """Whether an object of this kind has one of these methods."""
        return isinstance(kind, Made) and not self.classes[kind.name].special.isdisjoint(names)


def known_of(cells: Iterable[SourceCell]) -> Known:
    """Read the solutions and the teacher's cells."""
    cells = [cell for cell in cells if cell.kind == "code"]
    solutions = [cell for cell in cells if cell.role in ("solution", "manual")]
    ours = _bodies(cell for cell in cells if cell.role == "plain")
    theirs = _bodies(solutions)
    definitions = {node.name: node for node in (*ours, *theirs) if isinstance(node, ast.ClassDef)}
    known = Known(solutions="\n".join(cell.text for cell in solutions))
    known.helpers = {node.name: node for node in ours if isinstance(node, ast.FunctionDef)}
    for node in theirs:
        if isinstance(node, ast.ClassDef):
            special = _special(node, definitions, set())
            if special is not None:
                known.classes[node.name] = ClassFacts(special)
    for _ in range(2):  # what one function returns may be what another one does
        for node in theirs:
            if isinstance(node, ast.FunctionDef):
                _note(known.functions, node.name, _returned(node, known, {}))
            elif isinstance(node, ast.ClassDef) and node.name in known.classes:
                _read_class(node, known)
    return known


def _bodies(cells: Iterable[SourceCell]) -> list[ast.stmt]:
    trees = [parse(cell.text) for cell in cells]
    return [node for tree in trees if tree for node in tree.body]


def _special(node: ast.ClassDef, definitions: dict[str, ast.ClassDef], seen: set[str]) -> set[str] | None:
    """Special methods of a class, or None for one whose objects travel by content."""
    found: set[str] = set()
    for one in node.body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(one.name)
        elif isinstance(one, ast.Assign):
            found |= {target.id for target in one.targets if isinstance(target, ast.Name)}
    for decorator in node.decorator_list:
        found |= _decorated(decorator)
    for base in node.bases:
        name = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
        if name in _BY_CONTENT or name.endswith(_RAISED):
            return None
        if name in _WRAPPERS:
            found |= {"__eq__", "__len__", *ORDERINGS}
        if name in definitions and name not in seen:
            inherited = _special(definitions[name], definitions, seen | {node.name})
            if inherited is None:
                return None
            found |= inherited
    return {name for name in found if name.startswith("__")}


def _decorated(decorator: ast.expr) -> set[str]:
    call = decorator if isinstance(decorator, ast.Call) else None
    named = call.func if call else decorator
    name = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")
    if name == "total_ordering":
        return set(ORDERINGS)
    if name != "dataclass":
        return set()
    options = {one.arg: getattr(one.value, "value", None) for one in call.keywords} if call else {}
    equal = set() if options.get("eq") is False else {"__eq__"}
    frozen = {"__hash__"} if options.get("frozen") is True or options.get("unsafe_hash") is True else set()
    return equal | frozen | (set(ORDERINGS) if options.get("order") is True else set())


def _read_class(node: ast.ClassDef, known: Known) -> None:
    facts = known.classes[node.name]
    for one in node.body:
        if not isinstance(one, ast.FunctionDef) or not one.args.args:
            continue
        env: dict[str, Kind] = {one.args.args[0].arg: Made(node.name)}
        _note(facts.returns, one.name, _returned(one, known, env))
        for inner in ast.walk(one):
            if isinstance(inner, ast.Assign) and isinstance(inner.targets[0], ast.Attribute):
                _note(facts.attributes, inner.targets[0].attr, infer(inner.value, env, known))


def _note(into: dict[str, Kind], name: str, kind: Kind) -> None:
    if kind is not None:
        into[name] = kind


def _returned(function: ast.FunctionDef, known: Known, env: dict[str, Kind]) -> Kind:
    """What a function returns, if its returns agree."""
    env = dict(env)
    found: set[Kind] = set()
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            env[node.targets[0].id] = infer(node.value, env, known)
        elif isinstance(node, ast.Return) and node.value is not None:
            found.add(infer(node.value, env, known))
        waiting += reversed(list(ast.iter_child_nodes(node)))
    return found.pop() if len(found) == 1 else None
