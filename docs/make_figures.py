"""Run every figure of the gallery and keep what it draws.

Each ``examples/<paper>/plot_*.py`` draws one figure of one paper and ends by asserting what the figure claims, so a
figure that comes out is a claim that holds. Pictures go to ``docs/_build/figures/<paper>/``.

Usage: python docs/make_figures.py [part of a name ...]
"""

import os
import runpy
import sys
import time
import traceback
from pathlib import Path

os.environ["MPLBACKEND"] = "Agg"

import matplotlib.pyplot as plt

DOCS = Path(__file__).resolve().parent
EXAMPLES = DOCS.parent / "examples"
HEADER = "GALLERY_HEADER.rst"
PICTURES = DOCS / "_build" / "figures"


def draw(script):
    """Run one script in a clean namespace and save the figures it leaves open; the paths of the pictures."""
    plt.close("all")
    with plt.rc_context():
        runpy.run_path(str(script), run_name="__main__")
        numbers = plt.get_fignums()
        folder = PICTURES / script.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        pictures = []
        for number in numbers:
            part = f"_{number}" if len(numbers) > 1 else ""
            pictures.append(folder / f"{script.stem.removeprefix('plot_')}{part}.png")
            plt.figure(number).savefig(pictures[-1], dpi=150, bbox_inches="tight")
    plt.close("all")
    return pictures


def main(wanted):
    scripts = sorted(EXAMPLES.glob("*/plot_*.py"))
    if wanted:
        scripts = [script for script in scripts if any(part in str(script.relative_to(EXAMPLES)) for part in wanted)]
    drawn = 0
    failed = sorted({script.parent for script in scripts if not (script.parent / HEADER).exists()})
    for folder in failed:
        print(f"FAILED  {folder.relative_to(EXAMPLES)}: without a {HEADER} the gallery leaves this folder out")
    for script in scripts:
        name = script.relative_to(EXAMPLES)
        start = time.perf_counter()
        try:
            pictures = draw(script)
        except Exception:
            failed.append(name)
            print(f"FAILED  {name}")
            traceback.print_exc()
            continue
        if not pictures:
            failed.append(name)
            print(f"FAILED  {name}: it drew no figure")
            continue
        drawn += 1
        print(f"drawn   {name}  ({time.perf_counter() - start:.1f} s)")
        for picture in pictures:
            print(f"        {picture}")
    print(f"{drawn} of {len(scripts)} figures drawn, their claims checked")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
