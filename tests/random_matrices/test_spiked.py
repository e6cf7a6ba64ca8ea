"""A signal in noise: sampled tables, the two sides of a table, the threshold."""

import itertools

import numpy as np
import pytest

from ontogeny.random_matrices import spiked

ROWS, COLUMNS = 400, 800
FINITE = 3 / np.sqrt(ROWS)  # fluctuations of one overlap near the threshold, three standard deviations


def sampled(signal, rows, columns, seed):
    """Largest singular value of one sampled table, and its squared overlaps with the signal's two sides."""
    draw = np.random.default_rng(seed)
    a, b = (side / np.linalg.norm(side) for side in (draw.standard_normal(rows), draw.standard_normal(columns)))
    table = signal * np.outer(a, b) + draw.standard_normal((rows, columns)) / np.sqrt(columns)
    u, s, vt = np.linalg.svd(table, full_matrices=False)
    return s[0], (u[:, 0] @ a) ** 2, (vt[0] @ b) ** 2


@pytest.mark.parametrize("shape", [(ROWS, COLUMNS), (COLUMNS, ROWS), (ROWS, ROWS)], ids=["wide", "tall", "square"])
@pytest.mark.parametrize("beyond", [1.4, 2.0, 3.0])
def test_sampled_tables_agree(shape, beyond):
    c = shape[0] / shape[1]
    signal = beyond * spiked.threshold(c)
    measured = np.mean([sampled(signal, *shape, seed) for seed in range(2)], axis=0)
    law = [of(signal, c) for of in (spiked.top_singular_value, spiked.row_overlap, spiked.column_overlap)]
    np.testing.assert_allclose(measured, law, atol=FINITE / beyond)


def test_below_the_threshold_nothing_is_seen():
    for c, share in itertools.product((0.25, 1.0, 4.0), (0.5, 0.95)):
        weak = share * spiked.threshold(c)
        assert spiked.row_overlap(weak, c) == spiked.column_overlap(weak, c) == 0
        assert spiked.top_singular_value(weak, c) == pytest.approx(1 + np.sqrt(c))
    edge, row, column = sampled(0.5 * spiked.threshold(0.5), ROWS, COLUMNS, 0)
    assert edge == pytest.approx(1 + np.sqrt(0.5), abs=0.05) and max(row, column) < FINITE


def test_turning_the_table_swaps_its_sides():
    """In units of the noise of the turned table, whose columns are the rows, the signal is larger by 1/sqrt(c)."""
    c, signal = np.array([0.3, 0.8, 2.5]), np.array([1.2, 1.5, 2.0])
    np.testing.assert_allclose(spiked.row_overlap(signal, c), spiked.column_overlap(signal / np.sqrt(c), 1 / c))
    turned = spiked.top_singular_value(signal / np.sqrt(c), 1 / c) * np.sqrt(c)
    np.testing.assert_allclose(spiked.top_singular_value(signal, c), turned)


def test_everything_is_continuous_at_the_threshold():
    c = 0.4
    for of, below in ((spiked.row_overlap, 0.0), (spiked.column_overlap, 0.0), (spiked.top_singular_value, 1 + c**0.5)):
        just = spiked.threshold(c) * (1 + 1e-7)
        assert of(just, c) == pytest.approx(below, abs=1e-5)
    assert spiked.row_overlap(np.inf, c) == 1 and spiked.row_overlap(0.0, c) == 0


def test_derivatives_are_those_of_finite_differences(jax):
    with jax.enable_x64(True):
        for of in (spiked.row_overlap, spiked.column_overlap, spiked.top_singular_value):
            for signal in (0.0, 0.3, 1.5):
                slope = float(jax.grad(of)(signal, 0.5))
                steps = [float(of(signal + h, 0.5)) for h in (-1e-6, 1e-6)]
                assert slope == pytest.approx((steps[1] - steps[0]) / 2e-6, abs=1e-6)
