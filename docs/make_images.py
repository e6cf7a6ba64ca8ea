"""Draw the pictures of the README and of the first page from real runs: ``docs/images/``.

Usage: python docs/make_images.py
"""

import sys
from pathlib import Path

import numpy as np

import ontogeny as on
from ontogeny.plot.style import figure

IMAGES = Path(__file__).resolve().parent / "images"
BELIEFS = [("worm", "backbone"), ("seal", "tail"), ("lion", "milk")]
NETWORKS = 4
UNTIL = 2.5


def stages_and_beliefs(folder=IMAGES):
    """What a network learns of 101 animals, stage by stage, and what it believes on the way."""
    zoo = on.datasets.load("zoo")
    theory = on.predict(zoo, until=UNTIL)
    trained = on.simulate(zoo, until=UNTIL, seed=range(NETWORKS))
    peak = theory.features_of("worm")["backbone"]
    with figure(9.6, 3.9, 1, 2) as (fig, (left, right)):
        for record in (theory, trained):
            on.plot.mode_strengths(record, ax=left, labels=False)
            on.plot.answers(record, BELIEFS, ax=right)
        left.set(title="Distinctions are learned one after the other", ylabel="how much of it is known")
        for mode, words, place in [
            (1, "what most animals share", (0.55, 18.6)),
            (2, "milk and hair, or eggs and water", (0.72, 10.3)),
            (3, "in the air, or in the water", (0.9, 6.3)),
        ]:
            left.text(*place, words, color=f"C{mode - 1}", fontsize=9)
        right.set(title="On the way, false things are believed", xlabel=left.get_xlabel(), ylim=(-0.2, 1.25))
        right.annotate(
            f"“worms have backbones”: {peak.max():.2f}",
            (float(peak.idxmax()), peak.max()),
            (0.72, -0.13),
            fontsize=9,
            arrowprops={"arrowstyle": "-", "color": "0.4", "linewidth": 0.8},
        )
        fig.savefig(folder / "stages_and_beliefs.png", dpi=180)
    assert np.isclose(peak.max(), 0.29, atol=0.005)  # the README says so


if __name__ == "__main__":
    stages_and_beliefs()
    print(f"pictures in {IMAGES}", file=sys.stderr)
