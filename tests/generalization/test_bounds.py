"""The bound holds for sampled signs, and its weights are those of sampled students."""

import numpy as np

from ontogeny.generalization import norm_bound, spectral_risk

VALUES = np.arange(1, 61) ** -0.7


def test_no_student_of_that_size_fits_signs_better():
    """The complexity itself: the best student of norm B has correlation B |X' s| / P with signs s."""
    draw = np.random.default_rng(0)
    x = draw.normal(size=(80, 60)) * np.sqrt(VALUES)
    signs = draw.choice([-1.0, 1.0], size=(4000, 80))
    fitted = 1.5 * np.linalg.norm(signs @ x, axis=1).mean() / 80
    bound = float(norm_bound(1.5**2, np.mean(np.sum(x**2, axis=1)), 80))
    assert 0.9 * bound < fitted < bound


def test_weights_of_sampled_students():
    """Within four standard errors and 3/n."""
    e, times, draw, found = np.linspace(1, 0.2, 60), np.array([0.5, 20.0, 1e5]), np.random.default_rng(1), []
    for n in (30, 150):
        found = []
        for _ in range(200):
            x = draw.normal(size=(n, 60)) * np.sqrt(VALUES)
            y = x @ e + np.sqrt(0.3) * draw.normal(size=n)
            left, roots, right = np.linalg.svd(x / np.sqrt(n), full_matrices=False)
            weights = -np.expm1(-np.outer(times, roots**2)) * (left.T @ y / np.sqrt(n)) / roots
            found.append(np.sum((weights @ right) ** 2, axis=1))
        risk = spectral_risk(times, VALUES, e, samples=n, noise_variance=0.3)
        error = np.std(found, axis=0) / np.sqrt(200)
        assert np.all(np.abs(np.mean(found, axis=0) - risk.weight_norm) < 4 * error + 3 / n * risk.weight_norm)


def test_weights_at_the_start_the_end_and_early():
    for n in (20, 60, 200):
        risk = spectral_risk([0, 1e-9, 1e12, np.inf], VALUES, np.ones(60), samples=n, noise_variance=0.3)
        assert risk.weight_norm[0] == 0
        early = 1e-18 * (np.sum(VALUES**2) + np.sum(VALUES) * (np.sum(VALUES) + 0.3) / n)
        np.testing.assert_allclose(risk.weight_norm[1], early, rtol=1e-7)  # |X'y|^2 t^2 / n^2 for Gaussian samples
        if n == 60:
            assert risk.weight_norm[3] == np.inf and risk.weight_norm[2] > 1e3
        else:
            np.testing.assert_allclose(risk.weight_norm[2], risk.weight_norm[3], rtol=1e-7)
    quiet = spectral_risk(np.inf, VALUES, np.ones(60), samples=60, noise_variance=0)
    assert quiet.weight_norm == 60


def test_weights_and_their_bound_are_largest_at_as_many_samples_as_directions():
    norms = [
        float(spectral_risk(1e4, VALUES, np.ones(60), samples=n, noise_variance=1.0).weight_norm)
        for n in (10, 30, 60, 120, 600)
    ]
    bounds = norm_bound(norms, VALUES.sum(), [10, 30, 60, 120, 600])
    assert np.argmax(norms) == np.argmax(bounds) == 2
