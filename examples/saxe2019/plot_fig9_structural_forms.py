"""
Fig. 9: structural forms and the modes they have
================================================

After Saxe et al. (2019): items may form clusters, a tree, a line, a ring, a grid or an order, or be crossed by two
categories. Each form is a graph, and features that vary smoothly over the graph make a
world. What a network learns of such a world is determined by its modes.

**Every form has modes of its own, known exactly: blocks for clusters, level after level for a tree, cosines for a
chain, sines and cosines for a ring, products of both for a grid and a cylinder.** Dots are the strengths of modes in a
world of 3000 features, lines the closed spectra. The size of the fields and the number of features are our own choice.

One correction to the paper: the cosines of a chain (the discrete cosine transform, DCT-II) are exact at every size,
although its covariance is not a Toeplitz matrix.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny import environments as forms
from ontogeny.plot.style import styled

FEATURES, SIGMA = 3000, 3.0
KAPPA = 1 / SIGMA**2


def line(n):
    """Eigenvalues of a line of items, as edges make them."""
    return 2 - 2 * np.cos(np.pi * np.arange(n) / n)


def circle(n):
    """Eigenvalues of a ring of items."""
    return 2 - 2 * np.cos(2 * np.pi * np.arange(n) / n)


# %%
# Six fields on graphs, each with its spectrum as a formula. The formula of the tree is that of its levels, which needs
# only how alike two items are that part at each level.

tree_graph = forms.tree_graph([2, 2, 4])
alike = forms.field_covariance(tree_graph, sigma=SIGMA)[0, [8, 4, 1, 0]]
levels = forms.tree_spectrum([2, 2, 4], alike)
fields = {
    "clusters": (forms.clusters(4, 4), np.repeat([(4 + KAPPA) / (KAPPA * (5 + KAPPA)), 1 / (1 + KAPPA)], [4, 12])),
    "tree": (tree_graph, np.repeat(levels.eigenvalues, levels.degeneracies)),
    "chain": (forms.chain(16), 1 / (KAPPA + line(16))),
    "ring": (forms.ring(16), 1 / (KAPPA + circle(16))),
    "grid": (forms.grid(4, 4), 1 / (KAPPA + line(4)[:, None] + line(4))),
    "cylinder": (forms.cylinder(4, 4), 1 / (KAPPA + line(4)[:, None] + circle(4))),
}
worlds = {name: forms.field(graph, sigma=SIGMA, features=FEATURES) for name, (graph, _) in fields.items()}
exact = {name: np.sqrt(FEATURES * np.sort(np.ravel(closed))[::-1]) for name, (_, closed) in fields.items()}
spectra = {name: forms.field_spectrum(graph, sigma=SIGMA) for name, (graph, _) in fields.items()}

# %%
# And two that are tables: a staircase, and features that go by the row or by the column.

worlds["order"] = forms.ordering(16)
spectra["order"] = forms.ordering_spectrum(16)
exact["order"] = 1 / (2 * np.sin((2 * np.arange(1, 17) - 1) * np.pi / 66))
counts = {"row_features": 1500, "column_features": 1000, "idiosyncratic_features": 500}
worlds["crossed"] = forms.cross_cutting(4, 4, **counts)
spectra["crossed"] = forms.cross_cutting_spectrum(4, 4, **counts)
n1, n2, n3 = counts.values()
exact["crossed"] = np.sqrt(np.repeat([4 * n1 + 4 * n2 + n3, 4 * n1 + n3, 4 * n2 + n3, n3], [1, 3, 3, 9]))

# %%
# For each form: the graph, the similarity of its items, its first modes, and the strengths of all modes. If modes are
# tied, any rotation of them is as good, so those shown are one choice among many.

with styled():
    figure, grid = plt.subplots(len(worlds), 4, figsize=(10, 17), layout="constrained", width_ratios=(1.1, 1, 1.5, 1.5))
    for (name, world), (where, alike, shapes, strengths) in zip(worlds.items(), grid, strict=True):
        if name in fields:
            on.plot.structure(fields[name][0], ax=where, names=False, markersize=4)
        else:
            where.imshow(world.targets[:, :: max(1, len(world.features) // 40)], cmap="Greys", aspect="auto")
            where.set(xticks=[], yticks=[], xlabel="features", ylabel="items")
        where.set_title(name)
        covariance = world.targets @ world.targets.T / len(world.features)
        alike.imshow(covariance, vmin=-np.abs(covariance).max(), vmax=np.abs(covariance).max())
        alike.set(xticks=[], yticks=[])
        modes = spectra[name].modes[:, :4]
        for number, mode in enumerate((modes * np.sign(modes[0] + 1e-9)).T):
            shapes.plot(np.arange(1, 17), mode - 1.2 * number, ".-", linewidth=1, markersize=4, color=f"C{number}")
        shapes.set(yticks=-1.2 * np.arange(4), yticklabels=[f"{number}" for number in range(1, 5)], ylabel="mode")
        strengths.plot(np.arange(1, 17), exact[name], color="C1", linewidth=2, label="closed form")
        found = world.spectrum().singular_values
        strengths.plot(np.arange(1, found.size + 1), found, ".", color="C0", markersize=6, label="world")
        strengths.set(ylim=(0, None), ylabel="strength")
    for ax, title in zip(grid[0, 1:], ("likeness of items", "first modes", "strengths of modes"), strict=True):
        ax.set_title(title)
    for ax in grid[-1, 2:]:
        ax.set_xlabel("item" if ax is grid[-1, 2] else "mode")
    grid[0, 3].legend()

# %%
# The claims. Closed spectra are those of the whole matrices.

for name, spectrum in spectra.items():
    of_matrix = np.repeat(spectrum.singular_values(len(worlds[name].features)), spectrum.degeneracies)
    np.testing.assert_allclose(of_matrix, exact[name], rtol=1e-12)

# Sampled worlds have them up to chance: a few percent, more where few features make many tied modes.
for name, world in worlds.items():
    off = np.abs(world.spectrum().singular_values / exact[name] - 1).max()
    assert off < {"order": 1e-12, "crossed": 0.2}.get(name, 0.1)

# Clusters: the modes that separate them are constant within each. A tree: its modes are those of its levels.
blocks = np.kron(np.eye(4), np.full((4, 4), 1 / 4))
np.testing.assert_allclose(spectra["clusters"].projector(1), blocks, atol=1e-12)
for level, value in enumerate(levels.eigenvalues):
    group = int(np.argmin(np.abs(spectra["tree"].eigenvalues - value))) + 1
    np.testing.assert_allclose(spectra["tree"].projector(group), levels.projector(level), atol=1e-10)
assert levels.is_coarse_to_fine

# Ring: Fourier. Chain: DCT-II, and not a Toeplitz matrix. Grid and cylinder: products of them.
item = np.arange(16)
wave = np.cos(2 * np.pi * (item - item[:, None]) / 16) / 8
np.testing.assert_allclose(spectra["ring"].projector(2), wave, atol=1e-12)


def cosines(n):
    shapes = np.cos(np.pi * np.outer(np.arange(n) + 0.5, np.arange(n)) / n)
    return shapes / np.linalg.norm(shapes, axis=0)


def rotated(name, shapes):
    return shapes.conj().T @ forms.field_covariance(fields[name][0], sigma=SIGMA) @ shapes


fourier = np.exp(2j * np.pi * np.outer(np.arange(4), np.arange(4)) / 4) / 2
bases = {
    "chain": cosines(16),
    "grid": np.kron(cosines(4), cosines(4)),
    "cylinder": np.kron(cosines(4), fourier),
}
for name, shapes in bases.items():
    diagonal = rotated(name, shapes)
    assert np.abs(diagonal - np.diag(np.diagonal(diagonal))).max() < 1e-12
diagonal = np.diagonal(forms.field_covariance(fields["chain"][0], sigma=SIGMA))
assert diagonal[0] > 1.3 * diagonal[8]

# Order: cosines too, of odd multiples. Crossed: contrasts between rows, contrasts between columns.
turned = np.cos((2 * np.arange(1, 17) - 1) * (2 * np.arange(1, 17)[:, None] - 1) * np.pi / 66)[::-1]
turned /= np.linalg.norm(turned, axis=0)
np.testing.assert_allclose(np.abs(np.sum(turned * spectra["order"].modes, axis=0)), 1, atol=1e-12)
same_row = np.kron(np.eye(4) - 1 / 4, np.full((4, 4), 1 / 4))
np.testing.assert_allclose(spectra["crossed"].projector(2), same_row, atol=1e-12)
