"""Titles (职称): what somebody holds, what a year's review makes of a certificate, and the batches for the HR bureau."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Weight(StrEnum):
    """What the certificate is to a series in a year's review."""

    REQUIRED = "required"
    BONUS = "bonus"
    REFERENCE = "reference"


WEIGHT_NAMES = {Weight.REQUIRED: "必备", Weight.BONUS: "加分", Weight.REFERENCE: "参考"}


@dataclass(frozen=True)
class Holding:
    """The present title of a person and what the export asks for beside it; a later one replaces it, none is edited."""

    id: str
    person: str
    series: str
    title: str
    obtained_on: date
    appointed_on: date
    stage: str
    subject: str
    teacher_cert_no: str
    national_id: str
    noted_by: str
    noted_at: datetime


@dataclass(frozen=True)
class Setting:
    """What the bureau set for one series in one year; the latest stands."""

    year: int
    series: str
    weight: Weight
    set_by: str
    set_at: datetime


class PackageState(StrEnum):
    """How a package for the HR bureau stands: nobody who prepares one can release it."""

    PREPARED = "prepared"
    BUILT = "built"
    RELEASED = "released"
    RECEIPTED = "receipted"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Package:
    """One batch of title records; ``digest`` is of the zip, ``root`` the Merkle root over its records."""

    number: str
    year: int
    org: str
    purpose: str
    state: PackageState
    prepared_by: str
    prepared_at: datetime
    batch: str = ""
    digest: str = ""
    root: str = ""
    released_by: str | None = None
    released_at: datetime | None = None
    receipt: str = ""
    receipted_by: str | None = None
    receipted_at: datetime | None = None
