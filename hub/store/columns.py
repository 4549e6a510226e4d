"""How the tables spell their columns, and the metadata that they all belong to."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, MetaData, Numeric, Text, text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def ref(name: str, target: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Text, ForeignKey(target), primary_key=key, nullable=null)


def words(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def at(name: str, *, null: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=null)


def points(name: str) -> Column[object]:
    return Column(name, Numeric(8, 3), nullable=False)


def json(name: str) -> Column[object]:
    return Column(name, JSONB, nullable=False)


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def blank(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))
