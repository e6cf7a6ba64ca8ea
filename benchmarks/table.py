"""One table of everything that is to be fast: beside what one would otherwise write, above what nobody gets below.

``python benchmarks/table.py`` prints it in Markdown: each work at three sizes, a rival that does the same (NumPy,
SciPy, JAX, diffrax, PyTorch: whichever is installed), and a floor (one pass of an exponential, the bare matrix
products). Ratios within the run are to be trusted, single times are not. BLAS runs on one thread. Where JAX finds an
accelerator, the rows of JAX run on it. Names of parts narrow it down: ``python benchmarks/table.py laws networks``.
"""

from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import datetime as dt  # noqa: E402
import importlib  # noqa: E402
import importlib.metadata  # noqa: E402
import platform  # noqa: E402
import sys  # noqa: E402
import warnings  # noqa: E402

PARTS = ("laws", "networks", "generalization", "propagation", "representations", "sweeping", "streamed")
PACKAGES = ("numpy", "scipy", "jax", "diffrax", "torch", "rsatoolbox", "scikit-rmt", "xarray", "zarr")


def machine() -> str:
    """What it ran on: the day, the processor, the accelerator if JAX has one, versions of what is installed."""
    versions = []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"no {name}")
    try:
        import jax

        device = str(jax.devices()[0])
    except ImportError:
        device = "no JAX"
    where = f"{platform.machine()}, Python {platform.python_version()}, JAX on {device}"
    return f"{dt.date.today()}, {where}; {', '.join(versions)}."


def main(parts: list[str]) -> int:
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        print(f"{unknown[0]!r} is no part of the table; write some of {', '.join(PARTS)}", file=sys.stderr)
        return 2
    print(machine())
    print("\n| work | ms | beside | its ms | times as fast | floor | its ms | of the floor |")
    print("|---|---|---|---|---|---|---|---|")
    for part in parts or PARTS:
        try:
            rows = importlib.import_module(part).rows()
        except ImportError as error:
            print(f"| {part} | left out: {error} | | | | | | |")
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of bare formulas that overflow
            for work, ours, rival, its, floor, least in rows:
                beside = f"{rival} | {1e3 * its:.3g} | {its / ours:.2f}" if rival else " | |"
                above = f"{floor} | {1e3 * least:.3g} | {ours / least:.1f}" if floor else " | |"
                print(f"| {work} | {1e3 * ours:.3g} | {beside} | {above} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
