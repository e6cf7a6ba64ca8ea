"""One rule at the edges of every public function: refused in a sentence that names the argument, or NaN for NaN."""

import warnings

import numpy as np
import pytest

from ontogeny import Environment, InputError, Trajectory, predict
from ontogeny.networks import (
    alignment,
    critical_points,
    deviation_from_theory,
    effective_initial_strength,
    hessian_eigenvalues,
    learning_time,
    optimal_learning_rate,
    outcome,
    remaining_initial_strength,
    tangent_kernel_over_time,
)
from ontogeny.networks.initialization import decoupled, gaussian, gaussian_scale, gaussian_strength
from ontogeny.networks.speed import delay_of_infinite_depth
from ontogeny.networks.tangent_kernel import aligned_kernel, tangent_kernel, tangent_kernel_from_grams
from worlds import TOY

WORLD = Environment.from_dataframe(TOY)
MODES = WORLD.spectrum()
RECORD = predict(WORLD, times=[0.0, 1.0, 2.0])
EYE, NAN = np.eye(4), np.full((4, 4), np.nan)
REFUSED = {
    "scale is -1": lambda: gaussian([3, 2], -1, 0),
    "scale is nan": lambda: gaussian([3, 2], np.nan, 0),
    "sizes is 0": lambda: gaussian([3, 0], 0.1, 0),
    r"sizes are \[3\]": lambda: gaussian([3], 0.1, 0),
    "seed is -1": lambda: gaussian([3, 2], 0.1, -1),
    "initial_strength is -1, but": lambda: gaussian_scale(-1, 4, depth=2),
    "initial_strength is nan, but": lambda: gaussian_scale(np.nan, 4, depth=3),
    "hidden_units is 0": lambda: gaussian_scale(0.1, 0, depth=2),
    "depth is 0": lambda: gaussian_strength(0.1, 4, depth=0),
    "scale is -0.1": lambda: gaussian_strength(-0.1, 4, depth=2),
    "scale is inf": lambda: gaussian_strength(np.inf, 4, depth=2),
    "initial_strength is -0.1, but it must be one number or 4": lambda: decoupled(MODES, -0.1, depth=2),
    r"initial_strength is \[0.1, 0.2\], but": lambda: decoupled(MODES, [0.1, 0.2], depth=2),
    r"initial_strength has shape \(\) and holds NaN": lambda: decoupled(MODES, np.nan, depth=2),
    "depth is 1, but a mode has a hidden unit": lambda: decoupled(MODES, 0.1, depth=1),
    r"weights\[0\] has shape .* holds NaN": lambda: effective_initial_strength([NAN, np.ones((7, 4))], MODES),
    r"weights\[1\] has shape .* holds NaN": lambda: remaining_initial_strength([EYE, np.full((7, 4), np.nan)], MODES),
    "they must lead from 4 inputs to 7 features": lambda: remaining_initial_strength([EYE, EYE], MODES),
    r"weights have shapes \[\]": lambda: effective_initial_strength([], MODES),
    "singular_value is -1 somewhere": lambda: optimal_learning_rate([1.0, -1.0], depth=2),
    "singular_value is 0 somewhere": lambda: optimal_learning_rate(0, depth=2),
    "depth is 0.5 somewhere": lambda: optimal_learning_rate(1.0, depth=[0.5, 2]),
    "input_variance is -1 somewhere": lambda: optimal_learning_rate(1.0, depth=2, input_variance=-1),
    "initial_strength is -0.1 somewhere": lambda: delay_of_infinite_depth(0.5, 1.0, -0.1),
    "strength is 0 somewhere": lambda: delay_of_infinite_depth(0, 1.0, 0.1),
    "relative_learning_rate is -1 somewhere": lambda: delay_of_infinite_depth(0.5, 1.0, 0.1, relative_learning_rate=-1),
    "singular_value is nan": lambda: learning_time(np.nan, depth=3),
    "initial_strength is nan": lambda: learning_time(1.0, np.nan, depth=3),
    "share is -0.5": lambda: learning_time(depth=3, share=-0.5),
    "relative_learning_rate is 0, but": lambda: learning_time(depth=3, relative_learning_rate=0),
    "depth is nan": lambda: learning_time(depth=np.nan),
    "hidden_units is nan": lambda: critical_points(WORLD, np.nan),
    "most is 0": lambda: critical_points(WORLD, 2, most=0),
    "world is of type ndarray": lambda: critical_points(EYE, 2),
    "environment is of type ndarray": lambda: outcome(EYE, 2),
    r"singular_values are \[1.0, nan\]": lambda: hessian_eigenvalues(
        [1.0, np.nan], depth=2, inputs=3, outputs=3, hidden_units=3
    ),
    "trajectory is of type ndarray": lambda: alignment(EYE),
    "mode is 0": lambda: alignment(RECORD, mode=0),
    "mode is nan": lambda: alignment(RECORD, mode=np.nan),
    r"times are \[-1.0\], but the record runs from 0 to 2": lambda: tangent_kernel_over_time(RECORD, times=[-1.0]),
    r"times are \[2.1\], but the record": lambda: tangent_kernel_over_time(RECORD, times=[2.1]),
    r"times has shape \(1,\) and holds NaN": lambda: tangent_kernel_over_time(RECORD, times=[np.nan]),
    r"times has shape \(1,\) and holds infinite": lambda: tangent_kernel_over_time(RECORD, times=[np.inf]),
    r"inputs has shape \(4, 4\) and holds NaN": lambda: tangent_kernel_over_time(RECORD, NAN),
    r"weights\[0\] has shape \(4, 4\) and holds NaN": lambda: tangent_kernel([NAN], EYE),
    r"inputs_2 has shape \(4, 4\) and holds NaN": lambda: tangent_kernel([EYE], EYE, NAN),
    r"input_gram has shape \(4, 4\) and holds NaN": lambda: tangent_kernel_from_grams(NAN, EYE, EYE),
    r"output_gram has shape \(4, 4\) and holds NaN": lambda: tangent_kernel_from_grams(EYE, NAN, EYE),
    "strength is -1.0, but": lambda: aligned_kernel(-1.0, [1.0, 0.0], [[1.0, 0.0]], depth=2),
    r"direction has shape \(2,\) and holds NaN": lambda: aligned_kernel(1.0, [1.0, np.nan], [[1.0, 0.0]], depth=2),
    "simulation is of type ndarray": lambda: deviation_from_theory(EYE),
    "most is 0, but at least one mode is compared": lambda: deviation_from_theory(RECORD, most=0),
    "environment is of type ndarray, but": lambda: Trajectory.from_weights(EYE, [0.0], [EYE]),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_cannot_be_is_refused_by_name(sentence):
    with pytest.raises(InputError, match=sentence):
        REFUSED[sentence]()


def test_laws_give_nan_for_nan_at_that_place_alone():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rates = optimal_learning_rate([1.0, np.nan, 2.0], depth=2, input_variance=[1.0, 1.0, np.nan])
        delays = delay_of_infinite_depth(0.9, 1.0, [0.1, np.nan])
        at_infinity = optimal_learning_rate(1.0, depth=np.inf)
    np.testing.assert_array_equal(np.isnan(rates), [False, True, True])
    np.testing.assert_array_equal(np.isnan(delays), [False, True])
    assert at_infinity == 0


def test_numbers_in_numbers_out():
    for found in (
        optimal_learning_rate(1.3, depth=3),
        delay_of_infinite_depth(0.9, 1.3, np.asarray(0.1)),
        gaussian_scale(0.1, 4, depth=2),
        gaussian_strength(0.1, 4, depth=3),
    ):
        assert isinstance(found, float)


def test_traced_laws_are_not_looked_at(jax):
    with jax.enable_x64(True):
        slope = jax.jit(jax.grad(lambda s: optimal_learning_rate(s, depth=2)))(2.0)
    assert float(slope) == pytest.approx(-1 / 8)
