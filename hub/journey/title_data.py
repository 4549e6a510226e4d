"""What the journeys of titles are told by data files, as a Protocol that hub.sources.titles fits by shape."""

from __future__ import annotations

from typing import Protocol

from hub.domain.ladder import Ladders
from hub.domain.title_record import ColumnMap


class TitleData(Protocol):
    """What the bureau and the province say about titles, as data."""

    @property
    def ladders(self) -> Ladders:
        """Every series of titles, and the provider of the platform's own trainings."""

    def column_map(self) -> ColumnMap:
        """The columns of the provincial import."""
