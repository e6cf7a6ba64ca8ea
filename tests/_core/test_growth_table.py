"""The tabulated curve of each depth against its closed form, and that against many digits."""

import mpmath
import numpy as np
import pytest

from ontogeny._core.growth_table import VERY_DEEP, _read, lag_and_slope, universal_curve

TABLE = 4e-14  # of the logit, at the powers that are worst; elsewhere a few units of rounding
POWERS = [-1.0, 2e-6 - 1, -0.98, -0.8, -0.71, -0.7, -0.5, -1 / 3, -0.2, -1e-9, 1e-6, 1 / 3, 0.98, 4 / 3, 2.0]


def clock_in_digits(x, power):
    """Time of x' = x^(1 - a) (1 - x), for which all depths take the same constant: (x^a - 1)/a + B(x; a + 1, 0)."""
    a, x = mpmath.mpf(power), mpmath.mpf(x)
    return (x**a - 1) / a + x ** (a + 1) * mpmath.hyp2f1(1, a + 1, a + 2, x) / (a + 1)


@pytest.mark.parametrize("depth", [1.01, 1.5, 2.5, 3, 10, 100])
def test_the_phase_is_the_early_power_law_and_the_late_clock(depth):
    power = 2 / depth - 1
    with mpmath.workdps(40):
        for logit in (-40.0, -7.0, -1.0, 0.2, 3.0, 15.0):
            x = 1 / (1 + mpmath.exp(-mpmath.mpf(logit)))
            clock = clock_in_digits(x, power)
            if power < VERY_DEEP:
                clock -= 1 / mpmath.mpf(power + 1)
            phase = clock if clock >= 0 else mpmath.log(1 + power * clock) / power
            lag, slope = lag_and_slope(np.array(logit), power)
            assert float(lag) == pytest.approx(float(logit - phase), rel=1e-12, abs=TABLE)
            ahead = lag_and_slope(np.array([logit - 1e-4, logit + 1e-4]), power)[0]
            assert float(slope) == pytest.approx(1 - (ahead[1] - ahead[0]) / 2e-4, rel=1e-6)


@pytest.mark.parametrize("power", POWERS)
def test_the_table_is_the_lag(power):
    """To rounding, also beyond its ends; late an error of the logit is less of one of the strength."""
    curve = universal_curve(power)
    logit = np.concatenate([np.linspace(-800, 800, 997), np.linspace(-60, 40, 4999), np.linspace(-3, 3, 4999)])
    lag, _ = lag_and_slope(np.clip(logit, -300, 30), power)
    rest = np.minimum(1, 2 / (1 + np.exp(np.minimum(logit, 40))))
    by_phase = _read(np, curve.along_phase, logit - lag)
    by_logit = _read(np, curve.along_logit, logit - curve.joint)
    assert np.max(np.abs(by_phase - lag) * rest) < TABLE
    assert np.max(np.abs(by_logit - lag) * rest) < TABLE
