"""Learning curves by half-time: their equation, their short forms, their derivatives."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ontogeny import InputError
from ontogeny.fitting import learning_curve
from ontogeny.fitting.curves import rate, slopes, time_to_share
from ontogeny.modes import deep

DEPTHS = [1, 1.5, 2, 3, 6]
FLOW = 1e-8  # absolute; the integrator's tolerance


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_curve_solves_its_equation(depth):
    half, r = 7.0, 0.03
    times = np.array([0.0, 2.0, 7.0, 15.0])
    kappa = rate(half, r, depth)

    def velocity(_, q):
        return kappa * q ** (2 - 2 / depth) * (1 - q)

    solved = solve_ivp(velocity, (0, 15), [r], t_eval=times, rtol=1e-11, atol=1e-13).y[0]
    found = learning_curve(times, half_time=half, initial_fraction=r, depth=depth)
    np.testing.assert_allclose(found, solved, atol=FLOW)
    assert found[2] == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("depth", [1, 2])
def test_short_forms_are_those_of_the_law(depth):
    t, r = np.linspace(0, 30, 31), 0.01
    kappa = rate(5.0, r, depth)
    np.testing.assert_allclose(
        learning_curve(t, half_time=5.0, initial_fraction=r, depth=depth),
        deep.mode_strength(t, 1.0, r, depth=depth, tau=depth / kappa), rtol=1e-10,
    )  # fmt: skip
    assert kappa == pytest.approx(float(deep.time_to_strength(0.5, 1.0, r, depth=depth, tau=depth)) / 5, rel=1e-10)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize(("half", "logit"), [(7.0, -3.0), (2.0, -0.3), (30.0, -8.0)])
def test_derivatives_are_those_of_finite_differences(depth, half, logit):
    t, step = np.array([0.0, 1.0, 5.0, 20.0]), 1e-5

    def curve(log_half, logit):
        return learning_curve(t, half_time=np.exp(log_half), initial_fraction=1 / (1 + np.exp(-logit)), depth=depth)

    q = curve(np.log(half), logit)
    exact = slopes(t, q, half, 1 / (1 + np.exp(-logit)), depth)
    differences = [
        (curve(np.log(half) + step, logit) - curve(np.log(half) - step, logit)) / (2 * step),
        (curve(np.log(half), logit + step) - curve(np.log(half), logit - step)) / (2 * step),
    ]
    np.testing.assert_allclose(exact, differences, atol=2e-7)


@pytest.mark.parametrize("depth", DEPTHS)
def test_times_of_shares_invert_the_curve(depth):
    for share in (0.1, 0.5, 0.9):
        time = time_to_share(share, 7.0, 0.03, depth)
        found = learning_curve([time], half_time=7.0, initial_fraction=0.03, depth=depth)
        assert found[0] == pytest.approx(share, abs=1e-8)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (dict(time=[-1.0]), "time holds a number that is negative"),
        (dict(half_time=0.0), "half_time is 0.0, but half is learned after"),
        (dict(initial_fraction=0.5), "initial_fraction is 0.5, but it lies between"),
        (dict(depth=0.5), "depth is 0.5, but a network has a layer"),
    ],
)
def test_refusals(change, match):
    with pytest.raises(InputError, match=match):
        learning_curve(**({"time": [1.0], "half_time": 3.0, "initial_fraction": 0.1, "depth": 2} | change))
