"""The whole report on a large table, as a user would ask for it: seconds, gigabytes, megabytes of page.

Not a test and not run by CI: times depend on the machine. A table of 2,000 items and 500 yes/no features is made of a
taxonomy (10 kinds of 10 families of 20 items; features come with the kind, with the family, and by chance), written as
CSV, and given to ``ontogeny learn``; threads are as the machine has them.

Usage: python benchmarks/large_table.py [--items 2000] [--features 500]
"""

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

PEAK_UNIT = 1e-9 if sys.platform == "darwin" else 1e-6  # gigabytes in one unit of ru_maxrss


def taxonomic_table(items, features, seed=0):
    """Yes/no features that come with an item's kind, its family, and by chance."""
    draw = np.random.default_rng(seed)
    kind, family = np.arange(items) * 10 // items, np.arange(items) * 100 // items
    of_kind, of_family = draw.random((10, features)) < 0.12, draw.random((100, features)) < 0.06
    chance = np.clip(draw.random(features) * 0.1 + 0.7 * of_kind[kind] + 0.7 * of_family[family], 0, 0.92)
    answers = (draw.random((items, features)) < chance).astype(int)
    table = pd.DataFrame(answers, columns=[f"feature {number + 1}" for number in range(features)])
    table.insert(0, "kind", [f"kind {number + 1}" for number in kind])
    table.insert(0, "item", [f"item {number + 1}" for number in range(items)])
    return table


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--features", type=int, default=500)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        taxonomic_table(arguments.items, arguments.features).to_csv(folder / "large.csv", index=False)
        command = [sys.executable, "-m", "ontogeny", "learn", "large.csv", "--category", "kind", "--project", "item 1"]
        start = time.perf_counter()
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        elapsed = time.perf_counter() - start
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} failed with exit code {done.returncode}:\n{done.stderr}")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * PEAK_UNIT
        page = (folder / "ontogeny-large" / "index.html").stat().st_size / 1e6
        whole = sum(path.stat().st_size for path in (folder / "ontogeny-large").rglob("*") if path.is_file()) / 1e6
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print(
        f"ontogeny learn, {arguments.items} items x {arguments.features} features: {elapsed:.1f} s, peak {peak:.2f} GB,"
    )
    print(f"page {page:.1f} MB, report folder {whole:.0f} MB")


if __name__ == "__main__":
    main()
