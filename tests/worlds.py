"""Small worlds whose modes are known by hand."""

import numpy as np
import pandas as pd

from ontogeny import Environment
from ontogeny.environments.samples import Samples

TOY = pd.DataFrame(
    [[1, 1, 0, 1, 0, 0, 0], [1, 1, 0, 0, 1, 0, 0], [1, 0, 1, 0, 0, 1, 0], [1, 0, 1, 0, 0, 0, 1]],
    index=["canary", "salmon", "oak", "rose"],
    columns=["grow", "move", "roots", "fly", "swim", "leaves", "petals"],
)
TOY_SQUARES = [7, 3, 1, 1]  # squares of its singular values


def tree(levels=3):
    """Items of a binary tree with one property for each node; for three levels the squares are 15, 7, 3, 3, 1 x 4."""
    items = np.arange(2**levels)
    columns = [(items >> (levels - level)) == node for level in range(levels + 1) for node in range(2**level)]
    return Environment.from_dataframe(pd.DataFrame(np.array(columns, dtype=float).T))


def correlated(seed=0, items=12, inputs=4, features=3):
    """Inputs that are correlated across the modes of what is to be learned."""
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((items, inputs)) * [1.5, 1.0, 0.7, 0.5]
    return Environment.from_arrays(x, x @ draw.standard_normal((inputs, features)))


def aligned(seed=0, inputs=4, features=5):
    """Inputs with a variance of their own along each mode, and how much; the modes are random."""
    draw = np.random.default_rng(seed)
    v = np.linalg.qr(draw.standard_normal((inputs, inputs)))[0]
    u = np.linalg.qr(draw.standard_normal((features, inputs)))[0]
    s, d = np.array([3.0, 2.0, 1.2, 0.5]), np.array([1.5, 0.5, 1.0, 2.0])
    return Environment.from_correlations((u * s) @ v.T, (v * d) @ v.T), s, d


def gapped(**options):
    """The toy table, two of whose cells were not observed: whether oaks move, whether canaries fly."""
    table = TOY.astype(float)
    table.loc["oak", "move"] = table.loc["canary", "fly"] = np.nan
    return Environment.from_dataframe(table, missing="mask", **options)


def gapped_inputs(seed=0):
    """Correlated inputs, a fifth of whose targets was not observed."""
    world = correlated(seed)
    observed = np.random.default_rng([seed, 1]).random(world.targets.shape) > 0.2
    targets = np.where(observed, world.targets, np.nan)
    samples = Samples(world.inputs, targets, np.linspace(0.05, 0.15, len(targets)), observed)
    return Environment(*samples.correlations(), world.names, "mean", samples)


def branching(flip=0.1, levels=3, features=64, scale=1.0):
    """Leaves of a binary tree whose features change sign with some probability at each branch: exact similarities.

    The similarity of two items is (1 - 2 flip) to twice the number of levels to their last common ancestor, with no
    sampling error; `scale` multiplies the targets.
    """
    count = 2**levels
    level = np.array([[levels - (i ^ j).bit_length() for j in range(count)] for i in range(count)])
    values, axes = np.linalg.eigh(features * (1 - 2 * flip) ** (2.0 * (levels - level)))
    return Environment.from_arrays(np.eye(count), scale * (axes * np.sqrt(values)) @ axes.T, normalization="sum")
