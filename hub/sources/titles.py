"""The ladders of titles and the column map of the provincial import, read from data files."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from hub.domain.ladder import Ladders, Provider, Series, Title
from hub.domain.title_record import ColumnMap
from hub.environment import SettingError
from hub.sources.rules import DATA

COLUMN_MAP = "hnzjgl_columns.json"


class TitleFiles:
    """See hub.journey.title_data.TitleData. ``house`` is the data folder: a column map of the bureau's own there comes first."""

    def __init__(self, folder: Path = DATA, house: Path | None = None) -> None:
        self.folder, self.house = folder, house

    @cached_property
    def ladders(self) -> Ladders:
        """Every series of titles, and the provider of the platform's own trainings."""
        data = json.loads((self.folder / "titles.json").read_text("utf-8"))
        series = tuple(
            Series(
                s["id"], s["name"], tuple(s["also"]), tuple(s["stages"]),
                tuple(Title(t["id"], t["name"], t["rank"], tuple(t["also"])) for t in s["titles"]),
            )
            for s in data["series"]
        )  # fmt: skip
        return Ladders(series, Provider(**data["provider"]))

    def column_map(self) -> ColumnMap:
        """The columns of the provincial import, read anew each time. Raises SettingError where the file is unusable."""
        own = self.house / COLUMN_MAP if self.house else None
        path = own if own and own.is_file() else self.folder / COLUMN_MAP
        try:
            return _column_map(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, LookupError) as error:
            raise SettingError(f"{path.name} 用不了：{error}") from error


def _column_map(data: Any) -> ColumnMap:
    columns = tuple((str(c["heading"]), str(c["from"])) for c in data["columns"])
    "".encode(data["encoding"])  # an encoding that Python does not know is a LookupError
    return ColumnMap(columns, str(data["encoding"]), str(data["text_mark"]))
