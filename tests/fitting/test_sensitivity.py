"""d' from hits and false alarms, against simulated observers."""

import numpy as np
import pytest
from scipy.stats import norm

from ontogeny import InputError
from ontogeny.fitting import d_prime


def test_simulated_observers():
    """Mean within four standard errors of its bias (about .02 at 100 trials), scatter as the error says, to 6%."""
    rng = np.random.default_rng(0)
    hits, alarms = rng.binomial(100, norm.cdf(0.9), 4000), rng.binomial(100, norm.cdf(-0.6), 4000)
    sensitivity, error = d_prime(hits, 100, alarms, 100)
    assert np.mean(sensitivity) == pytest.approx(1.5, abs=0.02)
    assert np.std(sensitivity) == pytest.approx(np.mean(error), rel=0.06)


def test_all_and_none_are_finite():
    sensitivity, error = d_prime([50], [50], [0], [50])
    assert 4 < sensitivity[0] < 5 and np.isfinite(error[0])
    assert d_prime(25, 50, 25, 50)[0] == 0


def test_refusals():
    with pytest.raises(InputError, match="hits are more than there were trials"):
        d_prime([51], [50], [1], [50])
    with pytest.raises(InputError, match="false_alarms are more than there were trials, or there were none"):
        d_prime([1], [50], [0], [0])
