"""A burst of submissions through real PostgreSQL and a real worker: ``python -m tests.bench.burst [--count 1000]``."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import psutil

from hub.domain.people import Actor
from hub.journey import study
from tests.faults.house import House, Worker, house_in
from tests.faults.paper import NAME, answer
from tests.people import FIRST

PEOPLE = 200
EVERY = 500
_TIMES = """
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM graded_at - received_at)),
       percentile_disc(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM graded_at - received_at)),
       max(extract(epoch FROM graded_at - received_at)),
       extract(epoch FROM max(graded_at) - min(received_at))
FROM submissions WHERE state = 'graded'"""


def memory(worker: Worker) -> dict[str, float]:
    """Megabytes: resident of the worker alone, and of it with all that it started; in the last, shared pages count once."""
    resident = proportional = 0
    own = psutil.Process(worker.pid).memory_info().rss
    for process in (psutil.Process(worker.pid), *worker.family()):
        try:
            told = process.memory_full_info()
        except psutil.NoSuchProcess:
            continue
        resident, proportional = resident + told.rss, proportional + told.pss
    sizes = {"worker_mb": own, "rss_mb": resident, "pss_mb": proportional}
    return {name: round(size / 1e6, 1) for name, size in sizes.items()}


def submit(house: House, count: int) -> float:
    """Everybody hands in, in rounds; seconds that it took."""
    began = time.monotonic()
    actors = [Actor(uid, f"t{n:08d}", "", ()) for n, uid in enumerate(house.people[:PEOPLE])]
    for n in range(count):
        study.submit(house.f, actors[n % len(actors)], house.run, FIRST, {NAME: answer(n)})
    return time.monotonic() - began


def drain(house: House, worker: Worker, count: int, every: int) -> list[dict[str, float]]:
    """Wait until all is graded; the memory at every so many, and at the end."""
    found: list[dict[str, float]] = []
    mark = 0
    while True:
        (done,) = house.ask("SELECT count(*) FROM submissions WHERE state NOT IN ('queued', 'grading')")[0]
        if done >= mark or done >= count:
            found.append({"graded": done} | memory(worker))
            sys.stdout.write(f"{found[-1]}\n")
            sys.stdout.flush()
            mark = done - done % every + every
        if done >= count:
            return found
        if worker.process.poll() is not None:
            raise SystemExit(worker.log.read_text()[-2000:])
        time.sleep(0.2)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--count", type=int, default=1000)
    words.add_argument("--graders", type=int, default=2)
    words.add_argument("--every", type=int, default=EVERY)
    given = words.parse_args()
    extra = {"LUOJIAO_GRADERS": str(given.graders), "LUOJIAO_LEASE_SECONDS": "30"}
    with (
        tempfile.TemporaryDirectory(prefix="luojiao-burst-") as folder,
        house_in(Path(folder), more=PEOPLE - 2, extra=extra) as house,
    ):
        worker = house.worker()
        handing_in = submit(house, given.count)
        sys.stdout.write(f"{given.count} handed in within {handing_in:.1f} s\n")
        marks = drain(house, worker, given.count, given.every)
        house.check()
        (graded,) = house.ask("SELECT count(*) FROM submissions WHERE state = 'graded'")[0]
        (full,) = house.ask("SELECT count(*) FROM grades WHERE NOT superseded AND points = max_points")[0]
        p50, p95, longest, seconds = (float(x) for x in house.ask(_TIMES)[0])
        worker.end()
    first = next((m for m in marks if m["graded"] >= given.every), marks[0])
    told = {
        "bench": "burst", "count": given.count, "people": PEOPLE, "graders": given.graders,
        "lost": given.count - graded, "full_marks": full, "p50": round(p50, 2), "p95": round(p95, 2),
        "max": round(longest, 2), "per_second": round(graded / seconds, 2),
        "submit_ms": round(1000 * handing_in / given.count, 1), "memory": marks,
        "growth": round(marks[-1]["worker_mb"] / first["worker_mb"], 3), "unit": "s",
    }  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n")
    if told["lost"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
