"""Twins of decompositions and of structured worlds."""

import networkx as nx
import numpy as np

from kernel_twins.registry import log, twin
from ontogeny import environments
from ontogeny._core import ties
from ontogeny.environments.spectrum import _tied_groups, mode_name, spectrum_of


def matrix(draw, most=9):
    return draw.standard_normal((int(draw.integers(2, most)), int(draw.integers(2, most))))


def columns(found):
    """Vectors as columns, with the sign of the largest entry."""
    found = np.asarray(found)
    return found * np.sign(np.take_along_axis(found, np.abs(found).argmax(axis=0)[None], axis=0))


SIGNED = """(m) => [...m[0]].map((_, k) => { const c = m.map((row) => row[k]);
 const far = c.reduce((top, x) => Math.abs(x) > Math.abs(top) + 1e-12 ? x : top, 0);
 return c.map((x) => x * Math.sign(far)) })"""


@twin("linearAlgebra.zeros", "ontogeny.linearAlgebra.zeros(...a).map((row) => [...row])")
def _zeros(draw):
    shape = [int(draw.integers(1, 5)), int(draw.integers(1, 5))]
    return shape, np.zeros(shape)


@twin("linearAlgebra.transpose", "ontogeny.linearAlgebra.transpose(a[0]).map((row) => [...row])")
def _transpose(draw):
    a = matrix(draw)
    return [a.tolist()], a.T


@twin("linearAlgebra.multiply", "ontogeny.linearAlgebra.multiply(...a).map((row) => [...row])")
def _multiply(draw):
    a = matrix(draw)
    b = draw.standard_normal((a.shape[1], 3))
    return [a.tolist(), b.tolist()], a @ b


@twin("linearAlgebra.dot", "ontogeny.linearAlgebra.dot(...a)")
def _dot(draw):
    a, b = draw.standard_normal((2, 5))
    return [a.tolist(), b.tolist()], a @ b


@twin(
    "linearAlgebra.svd",
    f"(({{s, u, v}}) => [s, ({SIGNED})(u), ({SIGNED})(v)].flat(2))(ontogeny.linearAlgebra.svd(a[0]))",
)
def _svd(draw):
    a = matrix(draw)
    u, s, v = np.linalg.svd(a, full_matrices=False)
    return [a.tolist()], np.concatenate([s, columns(u).T.ravel(), columns(v.T).T.ravel()])


@twin(
    "linearAlgebra.eigh",
    f"(({{values, vectors}}) => [values, ({SIGNED})(vectors)].flat(2))(ontogeny.linearAlgebra.eigh(a[0]))",
)
def _eigh(draw):
    a = matrix(draw, 12)
    a = a @ a.T if a.shape[0] <= a.shape[1] else a.T @ a
    values, vectors = np.linalg.eigh(a)
    return [a.tolist()], np.concatenate([values[::-1], columns(vectors[:, ::-1]).T.ravel()])


def random_table(draw, ties=True):
    """A table of 0 and 1, in which ties are common, or of numbers."""
    shape = (int(draw.integers(2, 7)), int(draw.integers(1, 7)))
    values = draw.integers(0, 2, shape).astype(float) if ties and draw.random() < 0.5 else draw.standard_normal(shape)
    values[0, 0] = 1.0
    return values


def names_of(draw, count):
    return [f"{draw.choice(list('abcdé'))} {n}" for n in draw.permutation(count)]


@twin("spectrum.spectrumOf", "((m) => [m.singularValues, ...m.inputModes.map((x) => [...x]),"
      "...m.outputModes.map((x) => [...x]),"
      "m.groups].flat())(ontogeny.spectrum.spectrumOf(...a))")  # fmt: skip
def _spectrum(draw):
    table = random_table(draw)
    features = names_of(draw, table.shape[1])
    found = spectrum_of(table.T, 1.0, features)
    parts = (found.singular_values, found.input_modes.T.ravel(), found.output_modes.T.ravel(), found.groups)
    return [table.tolist(), features], np.concatenate(parts)


@twin("spectrum.modeName", "ontogeny.spectrum.modeName(...a)")
def _mode_name(draw):
    loadings = draw.integers(-3, 4, 6) / 3
    loadings[0] = 1.0
    names = names_of(draw, 6)
    return [loadings.tolist(), names], mode_name(loadings, names)


@twin("spectrum.tiedGroups", "ontogeny.spectrum.tiedGroups(a[0])")
def _groups(draw):
    values = np.sort(draw.integers(1, 4, 6) + 1e-9 * draw.random(6))[::-1]
    return [values.tolist()], _tied_groups(values)


@twin("spectrum.turned", "ontogeny.spectrum.turned(a[0]).flat()")
def _turned(draw):
    points = draw.standard_normal((5, 2))
    return [points.tolist()], ties.turned(points).T.ravel()


@twin("spectrum.nameOrder", "ontogeny.spectrum.nameOrder(a[0])")
def _name_order(draw):
    names = ["".join(draw.choice(list("aAz\u00e9\U0001f600\uffee"), 3)) for _ in range(5)]
    return [names], np.argsort(np.asarray(names), kind="stable")


def graph_numbers(graph):
    """Items and the matrix of edges among all nodes, items first."""
    items = [name for name, latent in graph.nodes(data="latent") if not latent]
    nodes = [*items, *(name for name in graph if graph.nodes[name]["latent"])]
    return np.append(nx.to_numpy_array(graph, nodelist=nodes).ravel(), len(items))


ADJACENCY = """((g) => { const n = g.items.length + g.latent.length,
 m = Array.from({length: n}, () => Array(n).fill(0));
 for (const [i, j] of g.edges) m[i][j] = m[j][i] = 1; return [...m.flat(), g.items.length]; })"""


def _register_form(name, make, sizes):
    @twin(f"forms.{name}", f"{ADJACENCY}(ontogeny.forms.{name}(...a))")
    def _form(draw):
        given = sizes(draw)
        return given, graph_numbers(make(*given))


def _two(draw):
    return [int(n) for n in draw.integers(2, 6, 2)]


_register_form("ring", environments.ring, lambda draw: [int(draw.integers(3, 20))])
_register_form("chain", environments.chain, lambda draw: [int(draw.integers(2, 20))])
_register_form("grid", environments.grid, _two)
_register_form("clusters", environments.clusters, _two)
_register_form("tree", lambda levels, branches: environments.tree_graph([branches] * levels),
               lambda draw: [int(draw.integers(1, 4)), int(draw.integers(2, 4))])  # fmt: skip


@twin(
    "forms.fieldCovariance", "ontogeny.forms.fieldCovariance(ontogeny.forms.tree(a[0], a[1]), a[2]).map((r) => [...r])"
)
def _covariance(draw):
    levels, branches, sigma = int(draw.integers(1, 4)), int(draw.integers(2, 4)), log(draw, 0.3, 10)
    return [levels, branches, sigma], environments.field_covariance(
        environments.tree_graph([branches] * levels), sigma=sigma
    )


@twin(
    "forms.rootOf",
    "ontogeny.forms.rootOf(ontogeny.forms.fieldCovariance(ontogeny.forms.grid(a[0], a[1]), a[2])).map((r) => [...r])",
)
def _root(draw):
    a, b, sigma = *_two(draw), log(draw, 0.3, 10)
    values, axes = np.linalg.eigh(environments.field_covariance(environments.grid(a, b), sigma=sigma))
    return [a, b, sigma], axes * np.sqrt(values) @ axes.T


@twin("forms.staircase", "ontogeny.forms.staircase(...a)")
def _staircase(draw):
    n = int(draw.integers(2, 12))
    return [n], environments.ordering(n).targets
