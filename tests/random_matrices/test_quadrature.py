"""One rule for every load: against many digits, through load 1, late and early, on every array library."""

import mpmath
import numpy as np
import pytest
from array_api_compat import array_namespace

from ontogeny.random_matrices.quadrature import (
    EQUAL,
    GRADED,
    averages,
    finite_size,
    nodes_needed,
    relaxation,
    rule,
)
from spectra import exact_averages

LOADS = [0.1, 0.5, 0.9, 0.99, 1 - 1e-12, 1.0, 1 + 1e-12, 1.01, 2.0, 10.0]
EXACT = 1e-12  # relative; the specification
LATER = 1e-10  # relative, from 1e4 to 1e5: rounding of the exponent
NODES = [*EQUAL, *(nodes for nodes, _ in GRADED)]


def found(load, time):
    return averages(np, relaxation, np.asarray(load, float), np.asarray(time, float))


@pytest.mark.parametrize("time", [1e-3, 0.3, 30.0, 1e4, 1e5])
@pytest.mark.parametrize("load", LOADS)
def test_averages_against_many_digits(load, time):
    expected = exact_averages(load, time)
    for name, value in expected.items():
        np.testing.assert_allclose(
            getattr(found(load, time), name), value, rtol=EXACT if time <= 1e4 else LATER, atol=1e-290, err_msg=name
        )


@pytest.mark.parametrize("time", [1e-3, 0.03, 1.0, 20.0, 300.0, 1e4, 1e6, 1e9, 1e14, 1e20])
def test_at_load_1_everything_is_a_bessel_function(time):
    """The mean decay and the noise, in closed form, from early to times at which the edge is one part in 1e10."""
    with mpmath.workdps(60):
        t = mpmath.mpf(time)
        decay = lambda s: mpmath.exp(-2 * s) * (mpmath.besseli(0, 2 * s) + mpmath.besseli(1, 2 * s))  # noqa: E731
        summed = lambda s: 2 * s * decay(s) + (mpmath.exp(-2 * s) * mpmath.besseli(0, 2 * s) - 1) / 2  # noqa: E731
        kept, amplified = float(decay(2 * t)), float(2 * summed(t) - summed(2 * t))
    np.testing.assert_allclose(found(1.0, time).amplified, amplified, rtol=EXACT)
    np.testing.assert_allclose(found(1.0, time).kept, kept, rtol=EXACT, atol=1e-15)  # 1 minus what was learned


@pytest.mark.parametrize("nodes", NODES)
def test_the_weights_add_up_and_every_rule_agrees(nodes):
    eigenvalues, weights = rule([0.3, 1.0, 4.0], nodes)
    assert eigenvalues.shape == (3, nodes) and np.all(eigenvalues > 0)
    np.testing.assert_allclose(weights.sum(axis=-1), [0.3, 1.0, 4.0], rtol=1e-14)
    cube = (weights * eigenvalues**2).sum(axis=-1)  # the third moment, a polynomial
    np.testing.assert_allclose(cube, [0.3 + 3 * 0.09 + 0.027, 5.0, 4 + 48 + 64], rtol=1e-13)


@pytest.mark.parametrize("time", [1e4, 1e6, 1e12])
def test_late_the_noise_is_what_inverting_the_law_gives(time):
    """At every load with a gap that has closed by then: nothing is left to resolve but the pole."""
    gaps = np.concatenate([-np.geomspace(0.9, 0.3 / time**0.25, 60), np.geomspace(0.3 / time**0.25, 5, 60)])
    loads = (1 + gaps) ** 2
    loads = loads[2 * (1 - np.sqrt(loads)) ** 2 * time > 80]
    np.testing.assert_allclose(found(loads, time).amplified, np.minimum(loads, 1) / np.abs(loads - 1), rtol=EXACT)


def test_more_nodes_where_more_are_needed():
    needed = nodes_needed(np.array([0.1, 0.5, 1.0, 2.0, 10.0]), 1e3)
    assert needed[2] == 320 and needed[0] <= 64 and needed[4] <= 64
    assert nodes_needed(1.0, [1e-3, 1.0, 10.0, 100.0, 600.0, 1e4, 1e7]).tolist() == [32, 64, 64, 128, 256, 320, 1024]


def test_one_call_for_a_table_is_many_calls():
    loads, times = np.array([0.3, 1.0, 1.7])[:, None], np.array([0.0, 1e-2, 5.0, 800.0, 1e6])
    table = found(loads, times)
    for i, load in enumerate(loads[:, 0]):
        for j, time in enumerate(times):
            alone = found(load, time)
            assert [part[i, j] for part in table] == [float(part) for part in alone]


def test_blocks_do_not_change_a_large_table(monkeypatch):
    times = np.geomspace(1e-3, 1e6, 300)
    whole = found(0.99, times)
    monkeypatch.setattr("ontogeny.random_matrices.quadrature.AT_ONCE", 1000)
    np.testing.assert_array_equal(np.array(whole), np.array(found(0.99, times)))


@pytest.mark.parametrize("time", [0.5, 300.0])
@pytest.mark.parametrize("load", [0.4, 1 - 1e-12, 1.0, 1.3])
def test_derivatives_along_load_and_time(load, time, jax):
    """Smooth through a load of 1; against differences of the NumPy values, which are good to 1e-9 here."""
    for name in ("kept", "learned", "learned_squared", "amplified", "loss"):

        def value(a, t, name=name):
            return getattr(averages(jax.numpy, relaxation, a, t), name)

        with jax.enable_x64(True):
            slopes = jax.grad(value, (0, 1))(jax.numpy.asarray(load), jax.numpy.asarray(time))
        for slope, (da, dt) in zip(slopes, [(1e-4, 0.0), (0.0, 1e-3 * time)], strict=True):
            at = [float(getattr(found(load + k * da, time + k * dt), name)) for k in (-2, -1, 0, 1, 2)]
            step = da or dt
            difference = (8 * (at[3] - at[1]) - (at[4] - at[0])) / (12 * step)
            scale = abs(difference) + abs(at[2]) * 1e-3
            np.testing.assert_allclose(slope, difference, rtol=0, atol=3e-6 * scale, err_msg=name)


def test_every_array_library_and_a_compiler_agree(jax, torch):
    loads, times = np.array([0.5, 1.0, 3.0])[:, None], np.array([1e-3, 2.0, 500.0])
    expected = np.array(found(loads, times))
    with jax.enable_x64(True):
        a, t = jax.numpy.asarray(loads), jax.numpy.asarray(times)
        direct = averages(jax.numpy, relaxation, a, t)
        compiled = jax.jit(lambda a, t: averages(jax.numpy, relaxation, a, t))(a, t)
        results = [np.array(direct), np.array(compiled)]
    a, t = torch.tensor(loads), torch.tensor(times)
    results.append(np.array([part.numpy() for part in averages(array_namespace(a), relaxation, a, t)]))
    for result in results:
        np.testing.assert_allclose(result, expected, rtol=1e-11, atol=1e-13)


def test_the_first_order_of_a_finite_size_is_that_of_wishart_matrices():
    """Sums over the eigenvalues of many sampled matrices, minus the limit; the next order is one over the inputs."""
    inputs, samples, draws, time = 24, 48, 3000, 1.0
    x = np.random.default_rng(0).standard_normal((draws, inputs, samples)) / np.sqrt(inputs)
    eigenvalues = np.linalg.eigvalsh(x @ x.swapaxes(1, 2))
    r = np.exp(-eigenvalues * time)
    a, t = np.asarray(samples / inputs), np.asarray(time)
    limit, more = averages(np, relaxation, a, t), finite_size(np, relaxation, a, t)
    for name, f in {"kept": r**2, "learned": 1 - r, "amplified": (1 - r) ** 2 / eigenvalues}.items():
        sums = f.sum(axis=1) - inputs * float(getattr(limit, name))
        error = sums.std() / np.sqrt(draws)
        assert abs(sums.mean() - float(getattr(more, name))) < 3 * error + 0.5 / inputs * abs(float(f.mean())) + 0.01
        assert abs(sums.mean()) > 5 * error  # there is something to explain
