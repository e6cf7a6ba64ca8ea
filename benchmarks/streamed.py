"""Tables larger than memory: rate against bare products of the same blocks, peak memory, and two workers against one.

Not a test and not run by CI: times depend on the machine. A file of random numbers is written, read once by
``environments.from_batches`` and by ``generalization.from_data``, each in a process of its own, and removed. One BLAS
thread; the floor is one product ``block.T @ block`` for every block of 64 MB, on numbers that lie in memory already.
``--gigabytes 20`` takes five times as long as 4, and no more memory.

Usage: python benchmarks/streamed.py [--gigabytes 1] [--columns 1000] [--format npy|zarr|parquet] [--folder DIR]
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PEAK_UNIT = 1e-9 if sys.platform == "darwin" else 1e-6  # gigabytes in one unit of ru_maxrss
LAST = "feature {}"

# What each process does: seconds of the work without imports (on the clock, of the processor), then its peak memory.
WORK = """
import json, pathlib, re, resource, sys, time
import numpy as np
from ontogeny.environments import from_batches
from ontogeny.generalization import from_data
from ontogeny.environments.passes import block_rows

def peak():  # of this program; `ru_maxrss` would count the one that started it
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def main(work, path, target, columns, rows, workers):
    if work == "products":
        size = block_rows(columns)
        block = np.random.default_rng(0).normal(size=(size, columns))
        start = time.perf_counter(), time.process_time()
        for first in range(0, rows, size):
            own = block[:min(size, rows - first)]
            own.T @ own
    else:
        if workers > 1:
            from distributed import Client, LocalCluster
            cluster = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=40)
            client = Client(cluster)
            client.run(lambda: __import__("ontogeny.generalization.moment_pool") and 0)
        start = time.perf_counter(), time.process_time()
        by = client if workers > 1 else 1
        if work == "world":
            from_batches(path, workers=by)
        else:
            from_data(path, target, workers=by)
    print(json.dumps([time.perf_counter() - start[0], time.process_time() - start[1], peak()]))
    if work != "products" and workers > 1:
        client.close(); cluster.close()

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], *map(int, sys.argv[4:]))
"""


def measured(work, path, columns, rows, workers=1):
    """Seconds of one kind of work in a process of its own, those of its processor, and its peak memory in gigabytes."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "work.py"
        script.write_text(WORK, encoding="utf-8")
        command = [sys.executable, str(script), work, str(path), LAST.format(columns), str(columns), str(rows)]
        done = subprocess.run([*command, str(workers)], env=os.environ | ONE_THREAD, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{work} failed with exit code {done.returncode}:\n{done.stderr}")
    seconds, processor, peak = json.loads(done.stdout)
    return seconds, processor, peak * PEAK_UNIT


def random_table(path, rows, columns):
    """A file of random numbers in which the last column depends on the others, written a few rows at a time."""
    draw, size = np.random.default_rng(0), max(1, 4_000_000 // columns)
    teacher = draw.normal(size=columns - 1) / np.sqrt(columns)

    def pieces():
        for first in range(0, rows, size):
            block = draw.normal(size=(min(size, rows - first), columns))
            block[:, -1] += block[:, :-1] @ teacher
            yield first, block

    if path.suffix == ".npy":
        array = np.lib.format.open_memmap(path, "w+", np.float64, (rows, columns))
        for first, block in pieces():
            array[first : first + len(block)] = block
        return
    if path.suffix == ".zarr":
        import zarr

        array = zarr.create_array(
            str(path), shape=(rows, columns), chunks=(size, columns), dtype="f8", compressors=None
        )
        for first, block in pieces():
            array[first : first + len(block)] = block
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [LAST.format(number + 1) for number in range(columns)]
    schema = pa.schema([(name, pa.float64()) for name in names])
    with pq.ParquetWriter(path, schema, compression="none", use_dictionary=False) as file:
        for _, block in pieces():
            file.write_table(pa.table(list(block.T), schema=schema))


def streamed_rows(gigabytes=1.0, columns=1000, kind="npy", folder=None, repeats=3):
    """Rows (work, seconds, rival, its seconds, floor, its seconds), and the peak memory of each, for one file.

    The rival of two workers is one, both on the clock. For one worker, seconds are those of the processor, so that
    waiting for the disk or for other programs does not count; of several runs, the fastest is taken.
    """
    rows = int(gigabytes * 1e9 / (8 * columns))
    room = Path(tempfile.mkdtemp(dir=folder))
    path = room / f"table.{kind}"
    try:
        random_table(path, rows, columns)

        def fastest(work, workers=1):
            runs = [measured(work, path, columns, rows, workers) for _ in range(repeats)]
            clock, processor, peak = np.array(runs).T
            return clock.min(), processor.min(), peak.max()

        floor = fastest("products")
        for work, name in (("world", "environments.from_batches"), ("data", "generalization.from_data")):
            one, two = fastest(work), fastest(work, workers=2)
            size = f"{gigabytes:g} GB, {rows} x {columns}, .{kind}"
            yield (f"{name}, {size}", one[1], "", None, "bare products", floor[1]), one[2]
            yield (f"{name}, two workers, {size}", two[0], "one worker", one[0], "bare products", floor[0]), two[2]
    finally:
        shutil.rmtree(room)


def rows():
    """The same rows for tables of three sizes, without the memory."""
    for gigabytes in (0.1, 0.2, 0.4):
        for row, _ in streamed_rows(gigabytes, repeats=1):
            yield row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--columns", type=int, default=1000)
    parser.add_argument("--format", choices=("npy", "zarr", "parquet"), default="npy")
    parser.add_argument("--folder", help="where the file is written; by default where temporary files are")
    parser.add_argument("--repeats", type=int, default=3)
    asked = vars(parser.parse_args())
    start = time.perf_counter()
    print("| work | s | of one worker | share of the rate of bare products | peak, GB |")
    print("|---|---|---|---|---|")
    kinds = (asked["gigabytes"], asked["columns"], asked["format"], asked["folder"], asked["repeats"])
    for (work, ours, _, one, _, floor), peak in streamed_rows(*kinds):
        against = "" if one is None else f"{one / ours:.2f} times as fast"
        print(f"| `{work}` | {ours:.1f} | {against} | {floor / ours:.2f} | {peak:.2f} |", flush=True)
    print(f"all in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
