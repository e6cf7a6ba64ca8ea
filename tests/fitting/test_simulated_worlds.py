"""Simulated data follow the theory, scatter as asked, and say that they are simulated."""

import numpy as np
import pytest

import ontogeny as on
from ontogeny import InputError
from ontogeny.fitting import simulate_accuracy, simulate_mastery

WORLD = on.datasets.load("rumelhart")
TRUE = {"tau": 10.0, "initial_strength": 1e-3}


def test_ages_scatter_around_the_theory():
    exact = simulate_mastery(WORLD, **TRUE, noise=0.0)
    drawn = [simulate_mastery(WORLD, **TRUE, noise=0.1, seed=seed) for seed in range(60)]
    logs = np.log([each.to_numpy() for each in drawn]) - np.log(exact.to_numpy())
    assert np.std(logs) == pytest.approx(0.1, rel=0.15) and abs(np.mean(logs)) < 0.02  # 480 draws
    same = simulate_mastery(WORLD, **TRUE, noise=0.5, errors="absolute", seed=3) - exact
    assert 0.2 < np.std(same) < 0.8
    assert exact.attrs["simulated"] is True and "simulated" in exact.name
    late = simulate_mastery(WORLD, **TRUE, noise=0.0, onset=5.0, until=17.0)
    np.testing.assert_allclose(late[np.isfinite(late)], 5 + exact[np.isfinite(late)])
    assert np.all(exact[np.isinf(late)] > 12)


def test_answers_scatter_around_the_theory():
    times = np.array([0.0, 10.0, 40.0])
    exact = simulate_accuracy(WORLD, times, **TRUE, noise=0.0)
    theory = on.predict(WORLD, initial_strength=1e-3, times=times / 10)
    answers = theory.answers()[0].transpose(0, 2, 1).ravel()
    np.testing.assert_allclose(exact["value"], answers, atol=1e-12)
    drawn = simulate_accuracy(WORLD, times, **TRUE, noise=0.3)
    assert np.std(drawn["value"] - exact["value"]) == pytest.approx(0.3, rel=0.1) and drawn.attrs["simulated"] is True
    shares = simulate_accuracy(WORLD, times, **TRUE, trials=400)
    assert np.max(np.abs(shares["value"] - np.clip(answers, 0, 1))) < 5 * 0.5 / 20 and set(shares["trials"]) == {400}


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"tau": 0}, "tau is 0, but it must be positive"),
        ({"initial_strength": 0}, "a mode that starts at 0 is never learned"),
        ({"noise": -1}, "noise is -1, but a standard deviation is not negative"),
        ({"depth": 1}, "without a hidden layer"),
    ],
)
def test_what_cannot_be_simulated_is_refused(options, match):
    with pytest.raises(InputError, match=match):
        simulate_mastery(WORLD, **{**TRUE, **options})
    with pytest.raises(InputError, match=match):
        simulate_accuracy(WORLD, [0.0, 1.0], **{**TRUE, **options})
