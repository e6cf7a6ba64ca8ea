"""
Fig. 6: what a product of random matrices does to its inputs
============================================================

Weights of variance one over the number of inputs keep the length of what goes through, on average. **But a product of
many such matrices keeps it in a few directions only**: most singular values crowd at 0, a few are large. Products of
orthogonal matrices have all of theirs at 1.

The paper finds this in samples (Figs. 6B and 6C, products of 1, 5 and 100 matrices). Both laws are known for large
matrices: squared singular values follow that of Fuss and Catalan, and eigenvalues crowd at 0 the more, the more factors
there are.
"""

import os

import matplotlib.pyplot as plt
import numpy as np

from ontogeny.plot.style import styled
from ontogeny.random_matrices import (
    product_eigenvalue_radius_cdf,
    product_singular_value_cdf,
    product_singular_value_density,
)

SHORT = os.environ.get("ONTOGENY_FIGURES") == "small"
SIZE, DRAWS = (200, 4) if SHORT else (500, 4)
FACTORS = (1, 5, 100)
BIN = 0.1  # width of the paper's bins


def products(factors, seed):
    """A product of random matrices."""
    rng = np.random.default_rng(seed)
    product = np.eye(SIZE)
    for _ in range(factors):
        product = rng.standard_normal((SIZE, SIZE)) @ product / np.sqrt(SIZE)
    return product


drawn = {factors: [products(factors, 100 * factors + seed) for seed in range(DRAWS)] for factors in FACTORS}
singular_values = {
    factors: np.concatenate([np.linalg.svd(each, compute_uv=False) for each in drawn[factors]]) for factors in FACTORS
}
eigenvalues = {factors: np.concatenate([np.linalg.eigvals(each) for each in drawn[factors]]) for factors in FACTORS}


def share_in_the_middle(factors):
    """Of the eigenvalues in the bin around 0, a square: the law of the radius, averaged over the directions."""
    angle = np.linspace(0, np.pi / 4, 1001)
    share = product_eigenvalue_radius_cdf(BIN / 2 / np.cos(angle), factors)
    return float(np.mean((share[1:] + share[:-1]) / 2))


# %%
# Histograms are samples, lines the laws.

with styled():
    dark, orange, *_ = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    figure, axes = plt.subplots(2, 3, figsize=(9.5, 5.6), layout="constrained")
    for (upper, lower), factors in zip(axes.T, FACTORS, strict=True):
        s = singular_values[factors]
        bins = np.arange(0, 4 + BIN, BIN)
        upper.hist(s, bins=bins, weights=np.full(s.size, 1 / s.size / BIN), color=dark, alpha=0.5)
        line = np.linspace(0.01, 4, 400)
        upper.plot(line, product_singular_value_density(line, factors), color=orange)
        upper.set(title=f"{factors} factor" + "s" * (factors > 1), ylim=(0, 1.5), xlabel="singular value")
        z = eigenvalues[factors]
        lower.hist2d(z.real, z.imag, bins=np.arange(-1.25, 1.3, BIN), cmap="Blues", vmax=z.size / 50)
        turn = np.linspace(0, 2 * np.pi, 200)
        lower.plot(np.cos(turn), np.sin(turn), color=orange, linewidth=1)
        lower.set(aspect="equal", xlabel="real part of the eigenvalue")
        lower.set_title(f"{share_in_the_middle(factors):.0%} in the middle bin", fontsize=9)
    axes[0, 0].set(ylabel="density")
    axes[1, 0].set(ylabel="imaginary part")

# %%
# The claims. The laws are those of the samples; with 100 factors nearly everything is lost.

for factors in (1, 5):
    s = np.sort(singular_values[factors])
    off = product_singular_value_cdf(s, factors) - (np.arange(s.size) + 0.5) / s.size
    assert np.abs(off).max() < 8 / SIZE

# The paper's shares of eigenvalues in the bin around 0: 32 and 94 percent.
assert round(share_in_the_middle(5), 2) == 0.32 and round(share_in_the_middle(100), 2) == 0.94
for factors in (5, 100):
    z = eigenvalues[factors]
    inside = np.mean((np.abs(z.real) < BIN / 2) & (np.abs(z.imag) < BIN / 2))
    assert abs(inside - share_in_the_middle(factors)) < 0.03

# Orthogonal factors lose nothing.
rng = np.random.default_rng(0)
orthogonal = np.linalg.multi_dot([np.linalg.qr(rng.standard_normal((100, 100)))[0] for _ in range(100)])
assert np.abs(np.linalg.svd(orthogonal, compute_uv=False) - 1).max() < 1e-12
