"""The page on backends: what it says of laws and doors is what they do."""

import re
from pathlib import Path

import numpy as np
import pytest

import ontogeny as on

PAGE = (Path(__file__).parents[2] / "docs" / "backends.md").read_text(encoding="utf-8")
modes, theory, spectra = on.modes, on.generalization, on.random_matrices
# The laws that the page names, each with one argument left open.
LAWS = {
    "modes.shallow": lambda x: modes.shallow.mode_strength(x, 2.0, 0.1),
    "modes.balanced": lambda x: modes.balanced.mode_strength(x, 2.0, 0.1),
    "modes.unbalanced": lambda x: modes.unbalanced.mode_strength(x, 2.0, 0.1, 0.3),
    "modes.deep": lambda x: modes.deep.mode_strength(x, 2.0, 0.1, depth=3),
    "modes.infinite": lambda x: modes.infinite.mode_strength(x, 2.0, 0.1),
    "modes.discrete": lambda x: modes.discrete.mode_strength(3, x, 0.1, learning_rate=0.01),
    "modes.chain": lambda x: modes.chain.layer_strengths(x, 2.0, [0.1, 0.2]),
    "generalization.test_error": lambda x: theory.test_error(x, 0.5),
    "train_error": lambda x: theory.train_error(x, 0.5),
    "weight_norm": lambda x: theory.weight_norm(x, 0.5),
    "ridge_error": lambda x: theory.ridge_error(x),
    "bayes_error": lambda x: theory.bayes_error(x),
    "weight_decay_error": lambda x: theory.weight_decay_error(x, 0.5, weight_decay=0.1),
    "gradient_descent_error": lambda x: theory.gradient_descent_error(3, x, learning_rate=0.01),
    "optimal_stopping": lambda x: theory.optimal_stopping(x).time,
    "deep_error": lambda x: theory.deep_error(x, 0.5, depth=2, initial_variance=0.1),
    "spectral_risk": lambda x: (
        theory.spectral_risk(x, [1.0, 0.5], [1.0, 1.0], samples=9, noise_variance=0.1).test_error
    ),
    "propagation.variance_map": lambda x: on.propagation.variance_map(x, "tanh", 1.5),
    "correlation_map": lambda x: on.propagation.correlation_map(x / 9, "tanh", 1.5, variance=0.5),
    "critical_weight_variance": lambda x: on.propagation.critical_weight_variance("tanh", bias_variance=x / 99),
    "networks.optimal_learning_rate": lambda x: on.networks.optimal_learning_rate(x, depth=2),
    "networks.matrix_solution": lambda x: on.networks.matrix_solution(x, TASK, START, START, steps=4).network_map,
    "random_matrices": lambda x: spectra.product_singular_value_cdf(x, 2),
    "plasticity.autoencoder_strength": lambda x: on.plasticity.autoencoder_strength(x, 1.0, 0.1),
    "fitting.learning_curve": lambda x: on.fitting.learning_curve(x, half_time=2.0, initial_fraction=0.01, depth=2),
}
TASK, START = np.diag([2.0, 1.0]), 0.1 * np.eye(2)
VALUES = [0.5, 1.5]
SAME = 1e-7  # relative: special functions of the libraries differ by their own series
OF_EVERY_LIBRARY, OF_NUMPY = re.split(r"\n\n", PAGE.split("## Laws")[1].split("## Doors")[0].strip())[1:3]


def named(text):
    """Names in backticks, without calls."""
    return re.findall(r"`([a-z_]+(?:\.[a-z_]+)*)`", text)


def test_every_law_of_the_page_is_tried():
    assert sorted([*named(OF_EVERY_LIBRARY), *named(OF_NUMPY)]) == sorted(LAWS)


@pytest.mark.parametrize("name", named(OF_EVERY_LIBRARY))
def test_laws_of_every_library_give_its_arrays_and_gradients(name, jax, torch):
    law = LAWS[name]
    expected = law(np.array(VALUES))
    assert type(expected) is np.ndarray and expected.dtype == float
    x = torch.tensor(VALUES, dtype=torch.float64, requires_grad=True)
    found = law(x)
    np.testing.assert_allclose(found.detach().numpy(), expected, rtol=SAME)
    (slopes,) = torch.autograd.grad(found.sum(), x)
    assert slopes.isfinite().all() and slopes.any()
    # Traced for compilation, with its derivative; tests of each law compare the numbers, which takes compiling.
    traced = jax.make_jaxpr(jax.value_and_grad(lambda x: jax.numpy.sum(law(x))))(jax.numpy.asarray(VALUES))
    assert len(traced.out_avals) == 2


@pytest.mark.parametrize("name", named(OF_NUMPY))
def test_laws_of_numpy_give_its_arrays_whatever_comes(name, jax, torch):
    for values in (np.array(VALUES), jax.numpy.asarray(VALUES), torch.tensor(VALUES)):
        found = LAWS[name](values)
        assert type(found) is np.ndarray and found.dtype == float


def test_doors_do_what_the_page_says(jax, torch):
    world = on.datasets.load("rumelhart")
    assert '`simulate` | yes | `backend="jax"` | no |' in PAGE
    on.simulate(world, until=0.1, backend="jax")
    with pytest.raises(on.InputError, match="backend is 'torch'"):
        on.simulate(world, until=0.1, backend="torch")
    assert "`networks.evolve` | yes | weights in, NumPy out | weights in, NumPy out |" in PAGE
    start = [0.1 * np.eye(3), 0.1 * np.eye(3)]
    for convert in (jax.numpy.asarray, torch.tensor):
        found = on.networks.evolve([convert(w) for w in start], np.diag([3.0, 2.0, 1.0]), times=[0.0, 1.0])
        assert type(found.network_map) is np.ndarray
