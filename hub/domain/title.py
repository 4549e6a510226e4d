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


@dataclass(frozen=True)
class Refused:
    """A certificate that is not in a package, and every reason."""

    application: str
    certificate: str
    school: str
    reasons: tuple[str, ...]


class PackageState(StrEnum):
    """How a package for the HR bureau stands: nobody who prepares one can release it."""

    PREPARED = "prepared"
    BUILT = "built"
    RELEASED = "released"
    RECEIPTED = "receipted"
    CANCELLED = "cancelled"


PACKAGE_NAMES = {
    PackageState.PREPARED: "生成中",
    PackageState.BUILT: "待放行",
    PackageState.RELEASED: "已放行",
    PackageState.RECEIPTED: "已回执",
    PackageState.CANCELLED: "已作废",
}
HANDED_OVER = frozenset({PackageState.RELEASED, PackageState.RECEIPTED})


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
    series: str = ""  # "" is all of them
    since_title: bool = True  # only what came after the appointment to the present title
    refused: tuple[Refused, ...] = ()  # what the preparer saw left out
    batch: str = ""
    body: str = ""  # digest of the zip before it was signed
    digest: str = ""
    root: str = ""
    released_by: str | None = None
    released_at: datetime | None = None
    receipt: str = ""
    receipt_on: date | None = None
    receipted_by: str | None = None
    receipted_at: datetime | None = None


class ItemState(StrEnum):
    """How far a record of a package is."""

    WAITING = "waiting"
    BUILT = "built"
    LEFT_OUT = "left_out"  # was good when the package was prepared, and no longer when it was built


@dataclass(frozen=True)
class Item:
    """One record of a package; ``sealed`` is its canonical JSON, encrypted, ``paper`` the digest of the certificate's PDF."""

    package: str
    position: int
    application: str
    kind: str
    school: str
    certificate: str
    state: ItemState = ItemState.WAITING
    problem: str = ""
    record_hash: str = ""
    prev_hash: str = ""
    sealed: bytes | None = None
    paper: str = ""
