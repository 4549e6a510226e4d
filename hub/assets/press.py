"""Press one file as small as it goes: ``python -m hub.assets.press FILE PLACE`` writes PLACE.gz and PLACE.br."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import brotli
import zopfli.gzip

_ROUNDS = 5  # of zopfli; more bring less than a thousandth


def main(source: Path, place: Path) -> None:
    """Each appears whole or not at all."""
    os.nice(19)
    data = source.read_bytes()
    for ending, made in (
        (".gz", zopfli.gzip.compress(data, numiterations=_ROUNDS)),
        (".br", brotli.compress(data)),
    ):
        aside = place.with_suffix(f".new{ending}")
        aside.write_bytes(made)
        aside.replace(place.with_suffix(ending))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
