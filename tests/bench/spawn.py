"""How long a room takes to open, one after the other and forty at once: ``python -m tests.bench.spawn [--rounds 5] [--class 40]``."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from tests.bench import hubs

_PATIENCE = 240


def a_class(hub: hubs.Hub, size: int, prefix: str) -> tuple[float, int]:
    """(seconds until the last of so many rooms answers, how many of them do)."""
    logins = [f"{prefix}{n:03d}" for n in range(size)]
    for login in logins:
        hub.know(login)
    began = time.perf_counter()

    def open_one(login: str) -> bool:
        hub.request(login)
        while not hubs.usable(hub, login):
            if time.perf_counter() - began > _PATIENCE:
                return False
            time.sleep(0.1)
        return True

    with ThreadPoolExecutor(size) as pool:
        came = sum(pool.map(open_one, logins))
    return time.perf_counter() - began, came


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--class", type=int, default=40, dest="size")
    words.add_argument("--class-of-stock", type=int, default=0, help="as many as ours unless told otherwise")
    given = words.parse_args()
    numbers = count()
    found: dict[str, list[float]] = {"stock": [], "ours": []}
    at_once: dict[str, tuple[float, int]] = {}
    with hubs.stock() as stock, hubs.ours() as ours:
        pair: list[tuple[str, hubs.Stock]] = [("stock", stock), ("ours", ours)]
        hubs.opened(stock, "warmup")
        for _ in range(given.rounds):
            for name, hub in pair:
                login = f"one{next(numbers):03d}"
                found[name].append(hubs.opened(hub, login))
                hub.api("DELETE", f"/users/{login}/server")
                time.sleep(1)
            sys.stdout.write(f"stock {found['stock'][-1]:.2f} s, ours {found['ours'][-1]:.3f} s\n")
            sys.stdout.flush()
        sizes = {"stock": given.class_of_stock or given.size, "ours": given.size}
        for name, hub in reversed(pair):
            if not sizes[name]:
                continue
            at_once[name] = a_class(hub, sizes[name], "all")
            sys.stdout.write(
                f"{name}: {at_once[name][1]} of {sizes[name]} at once in {at_once[name][0]:.1f} s\n"
            )
            sys.stdout.flush()
            for n in range(sizes[name]):
                hub.api("DELETE", f"/users/all{n:03d}/server")
    a, b = statistics.median(found["stock"]), statistics.median(found["ours"])
    told: dict[str, object] = {
        "bench": "spawn",
        "stock": round(a, 3),
        "ours": round(b, 3),
        "ratio": round(a / b, 1),
    }
    told |= {"unit": "s from the request to a room that answers behind the proxy", "rounds": given.rounds}
    told |= {
        f"{name}_{key}": [round(v, 3) for v in (min(all_), max(all_))]
        for name, all_ in found.items()
        for key in ["range"]
    }
    told |= {
        f"{name}_class": {"seconds": round(s, 1), "usable": n, "of": sizes[name]}
        for name, (s, n) in at_once.items()
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
