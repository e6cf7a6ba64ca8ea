"""How long the command line takes from the outside: whole processes, interpreter start and imports included.

Not a test and not run by CI: times depend on the machine. One BLAS thread, the first run of each command thrown away
(it fills the disk cache and writes bytecode), then the median, the fastest and the slowest of the rest.

Usage: python benchmarks/whole_process.py [--runs 7] [--output table.md]
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "python -c 'import numpy'": [sys.executable, "-c", "import numpy"],
    "python -c 'import ontogeny'": [sys.executable, "-c", "import ontogeny"],
    "ontogeny --version": ["ontogeny", "--version"],
    "ontogeny learn zoo": ["ontogeny", "learn", "zoo"],
}
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def seconds(command, folder):
    """Wall-clock seconds of one run in an empty folder; a command that fails ends the benchmark with its words."""
    start = time.perf_counter()
    result = subprocess.run(
        command, cwd=folder, env=os.environ | ONE_THREAD, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    elapsed = time.perf_counter() - start
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)} failed with exit code {result.returncode}:\n{result.stdout}{result.stderr}")
    return elapsed


def measure(command, runs):
    """Times of `runs` runs, each in a folder of its own, after one that does not count."""
    times = []
    for _ in range(runs + 1):
        with tempfile.TemporaryDirectory() as folder:
            times.append(seconds(command, folder))
    return times[1:]


def resolve(command):
    """The command with its program's full path: the one installed beside this interpreter first, else from PATH."""
    beside = Path(sys.executable).parent / command[0]
    program = str(beside) if beside.exists() else shutil.which(command[0])
    if program is None:
        sys.exit(f"{command[0]} is not installed beside {sys.executable}, nor on PATH")
    return [program, *command[1:]]


def table(measured):
    """The times as a Markdown table, in seconds."""
    width = max(len(name) for name in measured) + 2
    lines = [
        f"| {'command':{width}} | median [s] | min [s] | max [s] | runs |",
        f"| {'-' * width} | ---------: | ------: | ------: | ---: |",
    ]
    for name, times in measured.items():
        quoted = f"`{name}`"
        lines.append(
            f"| {quoted:{width}} | {statistics.median(times):10.3f} | {min(times):7.3f} | {max(times):7.3f}"
            f" | {len(times):4d} |"
        )
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7, help="runs that count, per command (default 7)")
    parser.add_argument("--output", type=Path, help="also write the table to this file")
    arguments = parser.parse_args()
    measured = {name: measure(resolve(command), arguments.runs) for name, command in COMMANDS.items()}
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    text = f"{machine}, one BLAS thread\n\n{table(measured)}\n"
    print(text)
    if arguments.output:
        arguments.output.write_text(text)


if __name__ == "__main__":
    main()
