"""Learning time and learning rate against depth: the laws, their limit, and networks that take the steps."""

import math

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad

from derivatives import by_differences, by_jax
from ontogeny import Environment, InputError
from ontogeny.networks.initialization import decoupled
from ontogeny.networks.landscape import hessian_eigenvalues
from ontogeny.networks.speed import delay_of_infinite_depth, learning_time, optimal_learning_rate
from ontogeny.networks.stability import stability_limit
from worlds import aligned

SOLVED = 1e-9  # two quadratures of the same integral
PRINTED = {2: 9.19, 5: 30.9, 19: 75.8, 99: 100.9, 499: 106.7, math.inf: 108.18}  # steps from 0.01 to 0.99 of s = 1


@pytest.mark.parametrize(("depth", "steps"), PRINTED.items())
def test_the_approach_to_the_limit_is_slow_and_from_below(depth, steps):
    digits = 1 if steps > 20 and depth != math.inf else 2
    assert round(float(learning_time(depth=depth, initial_strength=0.01).steps[0]), digits) == steps


def test_learning_time_has_the_papers_limit():
    u0, u = 0.01, 0.99
    assert delay_of_infinite_depth(u, 1.0, u0) == 98.98989898989899
    assert delay_of_infinite_depth(u, 1.0, u0, relative_learning_rate=0.5) == 2 * 98.98989898989899
    found = learning_time(depth=[2, math.inf], initial_strength=u0)
    assert found.steps[1] - found.steps[0] == pytest.approx(98.98989898989899, rel=1e-14)
    printed = np.log(u * (u0 - 1) / (u0 * (u - 1))) + 1 / u0 - 1 / u  # (17), with s = 1 and N_l learning rates as tau
    assert found.steps[1] == pytest.approx(printed, rel=1e-13)
    far = learning_time(depth=[10**k for k in (3, 4, 5, 6)], initial_strength=u0).steps
    gaps = found.steps[1] - far
    assert np.all(gaps > 0)
    np.testing.assert_allclose(gaps[1:] / gaps[:-1], 0.1, rtol=0.05)  # closes like 1/depth


@pytest.mark.parametrize("s", [0.3, 1.0, 40.0])
@pytest.mark.parametrize("depth", [2, 2.5, 3, 10])
def test_steps_are_the_flow_divided_by_the_rate(s, depth):
    found = learning_time(s, 0.002 * s, depth=depth, share=0.9, relative_learning_rate=0.3)
    flow = quad(lambda y: 1 / (depth * math.exp(y) ** (1 - 2 / depth) * (s - math.exp(y))),
                math.log(0.002 * s), math.log(0.9 * s), epsrel=1e-12)[0]  # fmt: skip
    assert found.flow_time[0] == pytest.approx(flow, rel=SOLVED)
    assert found.learning_rate[0] == pytest.approx(0.3 * optimal_learning_rate(s, depth=depth), rel=1e-14)
    assert found.steps[0] == pytest.approx(flow / found.learning_rate[0], rel=SOLVED)


def test_the_delay_is_inversely_proportional_to_the_start():
    starts = [1e-1, 1e-2, 1e-3, 1e-4]
    delays = [np.diff(learning_time(depth=[2, math.inf], initial_strength=u0).steps)[0] for u0 in starts]
    np.testing.assert_allclose(np.array(delays) * starts, 1, rtol=0.11)
    np.testing.assert_allclose(
        np.diff(learning_time(depth=[2, math.inf], relative_learning_rate=0.5).steps), 2 * delays[2], rtol=1e-12
    )


def test_without_the_suitable_rate_infinite_depth_would_take_no_time():
    clock = learning_time(depth=[2, 10, 100, math.inf], initial_strength=0.5).flow_time
    assert np.all(np.diff(clock) < 0) and clock[-1] == 0


@pytest.mark.parametrize("depth", [1, 2, 3, 7])
def test_optimal_rate_is_the_inverse_of_the_largest_curvature(depth):
    valley = hessian_eigenvalues([2.3, 0.7], depth=depth, inputs=3, outputs=2, hidden_units=2)
    assert optimal_learning_rate(2.3, depth=depth) == pytest.approx(1 / valley.eigenvalues[0], rel=1e-13)
    world, s, d = aligned()
    limits = optimal_learning_rate(s, depth=depth, input_variance=d)
    if depth > 1:
        assert stability_limit(world, depth=depth) == pytest.approx(2 * limits.min(), rel=1e-13)


@pytest.mark.parametrize("depth", [2, 4])
def test_curvature_is_largest_at_the_end(depth):
    """Along one balanced mode of layer strength a, second derivatives of (s - a^L)^2 / 2 over all layers."""
    s = 1.7

    def top(a):
        cross = -(s - a**depth) * a ** (depth - 2) + a ** (2 * depth - 2)
        return max(np.linalg.eigvalsh(cross * (1 - np.eye(depth)) + a ** (2 * depth - 2) * np.eye(depth)))

    along = [top(a) for a in np.linspace(0, s ** (1 / depth), 200)]
    assert along[-1] == pytest.approx(1 / optimal_learning_rate(s, depth=depth), rel=1e-12)
    assert max(along) <= along[-1] * (1 + 1e-12)


@pytest.mark.parametrize("depth", [2, 5])
def test_one_step_at_the_optimal_rate_closes_the_last_gap(depth):
    s, gap = 1.3, 1e-4
    a = (s - gap) ** (1 / depth)
    after = (a + optimal_learning_rate(s, depth=depth) * a ** (depth - 1) * (s - a**depth)) ** depth
    assert abs(s - after) < 10 * depth * gap**2


@pytest.mark.parametrize(("depth", "rate"), [(2, 0.05), (10, 0.05), (40, 0.05), (40, 0.5)])
def test_networks_that_take_the_steps_need_as_many(depth, rate):
    world = Environment.from_correlations(np.diag([1.5, 0.2]))
    modes = world.spectrum()
    weights = decoupled(modes, [0.05, 0.05], depth=depth)
    found = learning_time(1.5, 0.05, depth=depth, share=0.9, relative_learning_rate=rate)
    layer, steps = [float(np.abs(w[0, 0])) for w in weights], 0
    while np.prod(layer) < 0.9 * 1.5:
        whole = np.prod(layer)
        layer = [a + found.learning_rate[0] * whole / a * (1.5 - whole) for a in layer]
        steps += 1
    assert steps == pytest.approx(found.steps[0], rel=0.02 if rate < 0.1 else 0.15)


def test_rates_are_differentiable(jax):
    point = (1.7, 3.0)

    def law(s, depth):
        return 1 / (depth * s ** (2 - 2 / depth))

    expected = by_differences(law, point)
    for found in by_jax(jax, lambda s, depth: optimal_learning_rate(s, depth=depth), point):
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    expected = by_differences(lambda u, s, u0: s * (1 / u0 - 1 / u), (1.0, 1.7, 0.1))
    for found in by_jax(jax, delay_of_infinite_depth, (1.0, 1.7, 0.1)):
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert mpmath.almosteq(law(*point), optimal_learning_rate(point[0], depth=point[1]), 1e-15)


def test_learning_times_are_a_table():
    table = learning_time(depth=[2, math.inf]).to_dataframe()
    assert table.columns.tolist() == ["depth", "steps", "learning_rate", "flow_time", "source"]
    assert table.depth.tolist() == [2, math.inf] and set(table.source) == {"theory"}
    assert table.learning_rate.tolist() == [0.5, 0.0]
    said = repr(learning_time(depth=[2, 5, math.inf], initial_strength=0.01))
    assert said == "<LearningTime: 3 depths, theory: 9.19 steps at depth 2, 108 steps at depth inf>"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"depth": 1}, "depth is 1, but learning times are compared between networks with hidden layers"),
        ({"depth": []}, "write numbers of 2 or more"),
        ({"depth": [2, math.nan]}, "write numbers of 2 or more"),
        ({"singular_value": 0}, "singular_value is 0, but a mode that is not in the world is never learned"),
        ({"initial_strength": 0}, "initial_strength is 0, but a mode that starts at 0 is never learned"),
        ({"initial_strength": 0.995}, "initial_strength is 0.995, but at 0.99 the mode already counts as learned"),
        ({"share": 1}, "share is 1, but a mode never quite reaches its final strength; write a number below 1"),
        ({"relative_learning_rate": -1}, "relative_learning_rate is -1, but a learning rate must be positive"),
    ],
)
def test_what_cannot_be_is_refused(options, sentence):
    with pytest.raises(InputError, match=sentence):
        learning_time(**{"depth": 2, **options})
