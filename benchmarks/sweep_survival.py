"""Sweeps that are killed at random moments, and how fast ten thousand closed-form runs are kept.

Not a test and not run by CI. A real ``ontogeny sweep`` is killed by SIGKILL twenty times, with one and with two
processes, and goes on each time; in the end its store has to be, bit for bit, that of a sweep which nothing disturbed,
and its log one line for each run. Then 10,200 runs of `predict` (depths 1 to 3) are timed as whole processes, the store
included.

Usage: python benchmarks/sweep_survival.py [--kills 20] [--seed 0]
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from ontogeny import sweeps

SPEC = """command = "predict"

[fixed]
environment = "{environment}"
looks = {looks}

[grid]
depth = [1, 2, 3]
initial_strength = {{ from = 1e-6, to = 1e-2, count = {starts}, spacing = "log" }}
tau = {{ from = 1.0, to = 2.0, count = {taus} }}
"""
SHORTEST, LONGEST = 0.2, 1.2  # of the time of an undisturbed sweep: when a sweep is killed


def sweep(spec, store, *options):
    """A sweep as a process of its own."""
    words = [sys.executable, "-m", "ontogeny", "sweep", str(spec), "--out", str(store), "--quiet", *options]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def equal(one, other):
    """Whether two stores hold the same, bit for bit."""
    first, second = (sweeps.open(each).load() for each in (one, other))
    numbers = [name for name in first.variables if first[name].dtype.kind in "fiu"]
    return first.identical(second) and all(
        first[name].values.tobytes() == second[name].values.tobytes() for name in numbers
    )


def killed_again_and_again(folder, kills, seed, *options):
    """Kill sweeps of one store until it is done, then a new store, and so on; how often there was something to lose."""
    draw = np.random.default_rng(seed)
    spec = folder / "spec.toml"
    spec.write_text(SPEC.format(environment="rumelhart", looks=401, starts=60, taus=20), encoding="utf-8")
    whole, store = folder / "whole.zarr", folder / "killed.zarr"
    start = time.perf_counter()
    sweep(spec, whole, *options).wait()
    undisturbed = time.perf_counter() - start
    on_the_way = stores = 0
    for kill in range(kills):
        process = sweep(spec, store, *options)
        time.sleep(undisturbed * draw.uniform(SHORTEST, LONGEST))
        was_running = process.poll() is None
        process.kill()
        process.wait()
        counts = sweeps.status(store).counts if store.exists() else {"done": 0, "missing": 1}
        on_the_way += was_running and counts["done"] > 0 and counts["missing"] > 0
        if kill == kills - 1 or counts["missing"] == 0:
            sweep(spec, store, *options).wait()
            lines = store.with_name("killed.zarr.log").read_text(encoding="utf-8").splitlines()
            runs = sorted(json.loads(line)["run"] for line in lines)
            if not equal(store, whole) or runs != list(range(sweeps.status(store).runs)):
                sys.exit(f"after kill {kill + 1} the store is not that of an undisturbed sweep")
            stores += 1
            subprocess.run(["rm", "-rf", str(store), f"{store}.log"], check=True)
    print(f"killed {kills} times{' ' * bool(options)}{' '.join(options)}: {on_the_way} times with runs recorded and "
          f"runs missing; {stores} stores finished, each equal to an undisturbed one bit for bit")  # fmt: skip


def timed(folder, *options):
    """Seconds of wall and CPU time of 10,200 closed-form runs."""
    spec, store = folder / "many.toml", folder / f"many{''.join(options)}.zarr"
    spec.write_text(SPEC.format(environment="zoo", looks=101, starts=100, taus=34), encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    sweep(spec, store, *options).wait()
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = sweeps.status(store)
    print(f"{found.runs} closed-form runs{' ' * bool(options)}{' '.join(options)}: {wall:.1f} s, {cpu:.1f} s of CPU, "
          f"{found.counts['done']} done")  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        timed(Path(name))
        timed(Path(name), "--workers", "2")
        killed_again_and_again(Path(name), asked.kills, asked.seed)
    with tempfile.TemporaryDirectory() as name:
        killed_again_and_again(Path(name), asked.kills, asked.seed + 1, "--workers", "2")


if __name__ == "__main__":
    main()
