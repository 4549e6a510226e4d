"""How many learners a machine bears: memory of a server and a kernel, and how soon a kernel is there: ``python -m tests.bench.density``."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import uuid

import psutil
import websocket

from tests.bench import hubs

MB = 1_000_000
READY = "import numpy, pandas, plotly.express, ipywidgets"
# What a lesson's first cell does; the same on both sides.
LESSON = """
import numpy as np, pandas as pd, matplotlib.pyplot as plt, plotly.express as px, ipywidgets
frame = pd.DataFrame({"分数": np.arange(48) % 100, "班": ["一", "二"] * 24})
frame.groupby("班").mean()
print("好")
"""


def run(hub: hubs.Hub, login: str, code: str) -> tuple[float, str]:
    """(seconds until a new kernel has run ``code``, the kernel's name)."""
    began = time.perf_counter()
    kernel = hub.ask(login, "api/kernels", "POST", json={}).json()["id"]
    url, host = hub.socket(login, f"api/kernels/{kernel}/channels")
    line = websocket.create_connection(
        url, host=host, timeout=120, header=[f"{key}: {value}" for key, value in hub.headers.items()]
    )
    number = uuid.uuid4().hex
    header = {
        "msg_id": number,
        "msg_type": "execute_request",
        "username": "",
        "session": number,
        "version": "5.4",
    }
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
    line.send(
        json.dumps(
            {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        )
    )
    printed = ""
    while True:
        told = json.loads(line.recv())
        if told["parent_header"].get("msg_id") != number:
            continue
        if told["msg_type"] == "stream":
            printed += told["content"]["text"]
        if told["msg_type"] == "error":
            raise RuntimeError(told["content"])
        if told["msg_type"] == "execute_reply":
            break
    seconds = time.perf_counter() - began
    line.close()
    return seconds, kernel


def own(family: list[psutil.Process]) -> float:
    """Megabytes that nobody else uses, of these processes together."""
    return sum(one.memory_full_info().uss for one in family) / MB


def measure(hub: hubs.Hub, learners: int) -> dict[str, float]:
    """Medians over so many learners, and what the machine has less for each of them."""
    seconds, lessons, servers, kernels, both = [], [], [], [], []
    logins = [f"sits{n:03d}" for n in range(learners)]
    before = psutil.virtual_memory().available
    for login in logins:
        hubs.opened(hub, login)
        _, kernel = run(hub, login, LESSON)
        hub.ask(login, f"api/kernels/{kernel}", "DELETE")  # the first one also warms the server's own pages
        ready, kernel = run(hub, login, READY)
        seconds.append(ready)
        hub.ask(login, f"api/kernels/{kernel}", "DELETE")
        empty = own(hub.family(login))
        lesson, kernel = run(hub, login, LESSON)
        lessons.append(lesson)
        time.sleep(0.5)
        servers.append(empty)
        both.append(own(hub.family(login)))
        kernels.append(both[-1] - empty)
    less = (before - psutil.virtual_memory().available) / learners / MB
    for login in logins:
        hub.api("DELETE", f"/users/{login}/server")
    found = {"kernel_seconds": statistics.median(seconds), "lesson_seconds": statistics.median(lessons)}
    found |= {"server_mb": statistics.median(servers)}
    found |= {"kernel_mb": statistics.median(kernels), "learner_mb": statistics.median(both)}
    return found | {"machine_mb": less}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--learners", type=int, default=10)
    given = words.parse_args()
    found: dict[str, dict[str, float]] = {}
    with hubs.stock() as stock, hubs.ours() as ours:
        hubs.opened(stock, "warmup")
        pair: list[tuple[str, hubs.Stock]] = [("stock", stock), ("ours", ours)]
        for name, hub in pair:
            found[name] = measure(hub, given.learners)
            sys.stdout.write(f"{name}: { ({key: round(value, 3) for key, value in found[name].items()}) }\n")
            sys.stdout.flush()
    a, b = found["stock"]["learner_mb"], found["ours"]["learner_mb"]
    told = {"bench": "density", "stock": round(a, 1), "ours": round(b, 1), "ratio": round(a / b, 1)}
    told |= {"unit": "MB (USS) of a learner's server and one kernel with the lesson's libraries"}
    told |= {"learners": given.learners}
    told |= {
        key: {name: round(one[key], 3) for name, one in found.items()}
        for key in found["ours"]
        if key != "learner_mb"
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
