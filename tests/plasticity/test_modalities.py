"""Two senses: the times at which they are learned, against networks of two late-fused pathways."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ontogeny import InputError
from ontogeny.plasticity import unimodal_phase


def simulated(start, correlations, variances, between):
    """Times at which the layers of both pathways have left their start, from the whole flow."""
    (a, b), (va, vb) = correlations, variances

    def velocity(_, p):
        first, second = p[0] * p[1], p[2] * p[3]
        error = a - first * va - second * between, b - second * vb - first * between
        return [error[0] * p[1], error[0] * p[0], error[1] * p[3], error[1] * p[2]]

    times = np.linspace(0, 12 * np.log(1 / start), 200001)
    p = solve_ivp(velocity, (0, times[-1]), [start] * 4, t_eval=times, method="LSODA", rtol=1e-10, atol=1e-16).y
    ends = np.linalg.solve([[va, between], [between, vb]], [a, b])
    return [times[np.argmax(p[2 * k] * p[2 * k + 1] > 0.5 * ends[k])] for k in (0, 1)]


@pytest.mark.parametrize("start", [1e-2, 1e-4, 1e-8])
def test_the_ratio_is_that_of_whole_networks(start):
    """Correlated senses of unlike variance: the printed limit is 2.099, reached slowly as starts get smaller."""
    variances, between = (1.0, 0.5), 0.3 * np.sqrt(0.5)
    correlations = (1.0 + between, 0.5 + between)
    law = unimodal_phase(correlations, variances, between, initial_weight=start)
    first, second = simulated(start, correlations, variances, between)
    assert law.ratio == pytest.approx(2.099, abs=6e-4)
    assert second / first == pytest.approx(law.ratio, rel=0.1 if start > 1e-3 else 0.05)
    assert law.first == pytest.approx(np.log(1 / start) / correlations[0])


def test_senses_come_in_any_order_and_of_any_size():
    one = unimodal_phase((1.0, 0.25), (1.0, 1.0), initial_weight=1e-3)
    other = unimodal_phase(([0.25], [1.0]), (1.0, 1.0), initial_weight=1e-3)
    assert one[:3] == other[:3] and (one.learned_first, other.learned_first) == (0, 1)
    assert one.ratio == pytest.approx(4.0)
    wide = unimodal_phase(([[1.0, 0.0]], [[0.5, 0.0, 0.0]]), (np.eye(2), np.eye(3)), initial_weight=1e-3)
    assert wide.ratio == pytest.approx(2.0)
    explained = unimodal_phase((1.0, 0.5), (1.0, 1.0), 0.5, initial_weight=1e-3)
    assert explained.second == np.inf  # all that the second could say the first has said


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (dict(initial_weight=0.0), "initial_weight is 0"),
        (dict(initial_weight=1.0), "but the law is about small starts"),
        (dict(correlations=(1.0, 0.0)), "correlations are 0 for a sense"),
        (dict(cross_correlation=[1.0, 2.0]), "correlations have the shapes"),
        (dict(input_correlations=(np.eye(2), 1.0)), "correlations have the shapes"),
    ],
)
def test_refusals(given, match):
    options = dict(correlations=(1.0, 0.5), input_correlations=(1.0, 1.0), initial_weight=1e-3) | given
    with pytest.raises(InputError, match=match):
        unimodal_phase(options.pop("correlations"), options.pop("input_correlations"), **options)
