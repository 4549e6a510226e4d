"""Library functions that evaluate what they find in an object: of a learner's object the learner's process does it, or nobody."""

from __future__ import annotations

import doctest
import functools
import inspect
import typing
from typing import Any

from graders.inside.remote.asking import Asking
from graders.inside.remote.classes import LearnerClass
from graders.inside.remote.proxies import number_of
from graders.inside.tests.guards import NotHere


def ask_instead_of_evaluating() -> None:
    """In the template: annotations written as text are read there; examples in a learner's docstring are not run here."""
    hints, annotations = typing.get_type_hints, inspect.get_annotations
    find = doctest.DocTestFinder.find

    @functools.wraps(hints)
    def get_type_hints(obj: Any, *args: Any, **named: Any) -> Any:
        return Asking.ask("hints", obj) if _remote(obj) else hints(obj, *args, **named)

    @functools.wraps(annotations)
    def get_annotations(obj: Any, *args: Any, **named: Any) -> Any:
        if not _remote(obj):
            return annotations(obj, *args, **named)
        return Asking.ask("hints", obj) if named.get("eval_str") else dict(obj.__annotations__)

    @functools.wraps(find)
    def find_examples(self: Any, obj: Any, *args: Any, **named: Any) -> Any:
        if _remote(obj):
            raise NotHere("a learner's docstring")
        return find(self, obj, *args, **named)

    vars(typing)["get_type_hints"] = get_type_hints
    vars(inspect)["get_annotations"] = get_annotations
    doctest.DocTestFinder.find = find_examples  # type: ignore[method-assign]


def _remote(value: Any) -> bool:
    return number_of(value) is not None or isinstance(value, LearnerClass)
