"""Run every figure of the gallery and keep what it draws, as `ontogeny reproduce` does.

Pictures go to ``docs/_build/figures/<paper>/``. Under ``CI=true`` figures are small, with the same claims.

Usage: python docs/make_figures.py [part of a name ...]
"""

import os
import sys
from pathlib import Path

from ontogeny.report.gallery import GALLERY, HEADER, reproduce, scripts

PICTURES = Path(__file__).resolve().parent / "_build" / "figures"


def main(wanted):
    failed = sorted(
        {script.parent for script in GALLERY.glob("*/plot_*.py")} - {h.parent for h in GALLERY.glob(f"*/{HEADER}")}
    )
    for folder in failed:
        print(f"FAILED  {folder.name}: without a {HEADER} the gallery leaves this folder out")
    chosen = [
        each for each in scripts() if not wanted or any(part in f"{each.chapter}/{each.path.name}" for part in wanted)
    ]
    full = os.environ.get("CI") != "true"
    for script in chosen:
        (figure,) = reproduce([script], PICTURES, full=full)
        print(
            f"{'FAILED' if figure.failure else 'drawn':<8}{script.chapter}/{script.path.name}  ({figure.seconds:.1f} s)"
        )
        for said in [figure.failure] if figure.failure else figure.pictures:
            print(f"        {said}", flush=True)
        failed += [script] * bool(figure.failure)
    print(f"{len(chosen) - len(failed)} of {len(chosen)} figures drawn, their claims checked")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
