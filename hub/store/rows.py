"""Rows into the domain's frozen dataclasses and back, by field name."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects.postgresql import insert as upsert

T = TypeVar("T")


@cache
def _converters(cls: Any) -> dict[str, Any]:
    """Field name -> what turns a stored value into the field's type, where storage and field differ."""
    found: dict[str, Any] = {}
    for name, hint in get_type_hints(cls).items():
        options = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
        for option in options:
            if get_origin(option) is tuple:
                found[name] = tuple
            elif isinstance(option, type) and issubclass(option, Enum):
                found[name] = option
    return found


def build(cls: type[T], row: Any) -> T:
    """One dataclass from a row that has (at least) a column per field."""
    mapping: Mapping[str, Any] = row._mapping
    convert = _converters(cast(Any, cls))
    values = {}
    for field in fields(cls):  # type: ignore[arg-type]
        if field.name in mapping:
            value = mapping[field.name]
            values[field.name] = (
                convert[field.name](value) if field.name in convert and value is not None else value
            )
    return cls(**values)


def build_all(cls: type[T], rows: Iterable[Any]) -> tuple[T, ...]:
    """A tuple of dataclasses, in the order of the rows."""
    return tuple(build(cls, row) for row in rows)


def values_of(thing: Any, table: Table) -> dict[str, Any]:
    """The columns of ``table`` that ``thing`` has fields for."""
    return {
        name: list(value) if isinstance(value, tuple | frozenset) else value
        for name, value in asdict(thing).items()
        if name in table.c
    }


def add(connection: Connection, table: Table, thing: Any, **more: Any) -> None:
    """Insert one dataclass; a clash of keys is the database's IntegrityError."""
    connection.execute(insert(table).values(**values_of(thing, table), **more))


def put(connection: Connection, table: Table, thing: Any, **more: Any) -> None:
    """Insert, or update the row of the same primary key."""
    values = values_of(thing, table) | more
    keys = [c.name for c in table.primary_key.columns]
    statement = upsert(table).values(**values)
    rest = {k: statement.excluded[k] for k in values if k not in keys}
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=rest)
        if rest
        else statement.on_conflict_do_nothing()
    )
