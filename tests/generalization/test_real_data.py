"""Predictions from a pool: without bias for Gaussians, honest about others, refused if it is too small."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from ontogeny import InputError
from ontogeny.generalization import from_data, spectral_risk
from ontogeny.generalization.pool import groups_of, pool_of
from ontogeny.generalization.real_data import predicted_errors


def gaussian(rows, features, seed, noise=0.5):
    draw = np.random.default_rng(seed)
    values = np.arange(1, features + 1) ** -1.0
    teacher = np.random.default_rng(99).normal(size=features) * values**0.3
    x = draw.normal(size=(rows, features)) * np.sqrt(values)
    return x, x @ teacher + np.sqrt(noise) * draw.normal(size=rows), values, teacher


@pytest.mark.parametrize(("features", "samples"), [(60, 75), (150, 140), (450, 100)])
def test_gaussian_pools_predict_students_of_the_population(features, samples):
    """No bias: the mean over pools is within 4 standard errors and 2/samples of the theory that knows the truth.

    Eigenvalues of the pool taken for the true ones would be 15 to 60% too low late in learning.
    """
    times, found, rows, pools = np.array([0.3, 3, 30, 1e4]), [], 300, 40
    for seed in range(pools):
        x, y, values, teacher = gaussian(rows, features, seed)
        found.append(predicted_errors(pool_of(x, y, intercept=False), samples, times))
    truth = spectral_risk(times, values, teacher, samples=samples, noise_variance=0.5)
    error = np.std(found, axis=0) / np.sqrt(pools)
    off = np.abs(np.mean(found, axis=0) - [truth.train_error, truth.test_error])
    assert np.all(off < 4 * error + 2 / samples * truth.test_error)
    assert np.all(error < 0.05 * truth.test_error)  # so that a bias of 20% would show
    x, y, *_ = gaussian(rows, features, 0)
    naive_values, naive_signal, left = pool_of(x, y, intercept=False).modes
    naive = spectral_risk(
        times, naive_values, np.sqrt(naive_signal / naive_values), samples=samples, noise_variance=left
    )
    assert naive.test_error[3] < 0.87 * truth.test_error[3]


def test_a_constant_costs_one_sample_and_its_own_error():
    """Exact for Gaussians: students that learn a constant, against the same without, each on its own pool."""
    times, rows, n = np.array([1.0, 10.0, 1e4]), 4000, 10
    x, y, *_ = gaussian(rows, 20, 0)
    record = from_data(x + 5, y - 3, samples=n, times=times).lay_training_over(600, seed=1)
    runs = record.runs.test_error[0]
    error = runs.std(axis=0) / np.sqrt(len(runs))
    assert np.all(np.abs(runs.mean(axis=0) - record.test_error[0]) < 4 * error + 0.03 * record.test_error[0])
    without = from_data(x, y, samples=n, times=times, intercept=False)
    assert record.test_error[0, 0] > 1.05 * without.test_error[0, 0]  # a tenth more, for a tenth of a sample more


def test_a_constant_is_one_sample_less_on_a_slower_clock():
    x, y, *_ = gaussian(2000, 20, 0)
    times, n = np.array([1.0, 10.0, 1e4]), 10
    centered = pool_of(x - x.mean(axis=0), y - y.mean(), intercept=False)
    train, test = predicted_errors(centered, n - 1, times * (1 - 1 / n))
    found = predicted_errors(pool_of(x, y), n, times)
    np.testing.assert_allclose(
        found, [train * (1 - 1 / n), test * (1 + 1 / n)], rtol=2e-3, atol=1e-12
    )  # one row of 2000


@pytest.mark.parametrize(("features", "samples"), [(30, 60), (90, 60)])
def test_the_end_of_learning_is_exact_and_approached(features, samples):
    x, y, *_ = gaussian(200, features, 0)
    late, end = predicted_errors(pool_of(x, y), samples, np.array([1e12, np.inf])).T
    np.testing.assert_allclose(late, end, rtol=1e-6, atol=1e-9)
    assert (end[0] == 0) == (features > samples)


def test_the_prediction_and_real_training_on_the_same_pool():
    """Overlapping training sets share their pool, so 5% of a pool of 600 is what its own noise leaves."""
    x, y, *_ = gaussian(600, 40, 3)
    record = from_data(x, y, samples=[50, 150], simulate=40, seed=2)
    assert record.validity["agrees with real training"].holds
    assert np.abs(record.deviation).max() < 0.08
    np.testing.assert_allclose(record.train_error[:, :90], record.runs.train_error.mean(axis=1)[:, :90], rtol=0.1)
    for stop, course in zip(record.stopping, record.runs.test_error.mean(axis=1), strict=True):
        assert stop.error == pytest.approx(course.min(), rel=0.05)


def test_the_best_time_is_the_lowest_of_the_course():
    x, y, *_ = gaussian(400, 40, 3)
    record = from_data(x, y)
    assert record.samples == (50, 100, 200)
    for stop, course in zip(record.stopping, record.test_error, strict=True):
        assert stop.error <= course.min() and stop.error == pytest.approx(course.min(), rel=1e-3)
        assert stop.start_error == pytest.approx(course[0], rel=1e-12)
        assert stop.final_error == pytest.approx(course[-1], rel=1e-3)
    assert record.stopping[0].error > record.stopping[1].error > record.stopping[2].error


def test_standard_errors_are_those_of_pools():
    """Measured over pools; a jackknife of eight groups knows its own error to a quarter or so."""
    stated, found = [], []
    for seed in range(24):
        x, y, *_ = gaussian(300, 30, seed)
        record = from_data(x, y, samples=60)
        stated.append(record.standard_error[0])
        found.append(record.stopping[0].error)
    assert np.sqrt(np.mean(np.square(stated))) == pytest.approx(np.std(found), rel=0.5)


def test_the_standard_error_is_the_jackknife_of_eight_groups():
    """(g - 1)/g times the sum of squares about the mean, each group of rows left out in turn."""
    x, y, *_ = gaussian(200, 10, 4)
    record = from_data(x, y, samples=[30, 60])
    group = groups_of(0, 200)
    assert np.all(np.sort(group.reshape(-1, 8), axis=1) == np.arange(8))  # one of every eight rows
    for number, (n, stop) in enumerate(zip(record.samples, record.stopping, strict=True)):
        left = [np.flatnonzero(group != one) for one in range(8)]
        lowest = np.array([from_data(x[k], y[k], samples=n, times=[stop.time]).test_error[0, 0] for k in left])
        assert record.standard_error[number] ** 2 == pytest.approx(
            7 / 8 * np.sum((lowest - lowest.mean()) ** 2), rel=1e-6
        )


def test_more_features_than_rows_and_repeated_ones():
    x, y, *_ = gaussian(120, 300, 0)
    record = from_data(x, y, samples=[20, 60])
    assert np.all(np.isfinite(record.test_error)) and record.test_error.min() > 0
    twice = from_data(np.column_stack([x, x]), y, samples=[20, 60], times=record.time / 2)
    np.testing.assert_allclose(twice.test_error, record.test_error, rtol=1e-6)


def test_what_is_said_beside_the_curves():
    x, y, *_ = gaussian(300, 20, 1)
    record = from_data(x, y, samples=40)
    assert [a.name for a in record.validity.assumptions] == [
        *("enough rows", "Gaussian features", "fresh samples", "the answer is not among the columns")
    ]
    assert record.validity["Gaussian features"].measured == pytest.approx(1, abs=0.3)
    wide = np.random.default_rng(0).normal(size=(60, 200))  # the pool's own spread is four times that of the norms
    few = from_data(wide, wide[:, 0], samples=20)
    assert few.validity["Gaussian features"].measured == pytest.approx(1, abs=0.5)
    heavy = from_data(x * np.random.default_rng(0).standard_t(3, size=(300, 1)), y, samples=40)
    assert not heavy.validity["Gaussian features"].holds
    assert "only a rough guide" in heavy.validity["Gaussian features"].meaning
    noisy = from_data(x[:32], y[:32], samples=16)
    assert not noisy.validity["enough rows"].holds and "bring more rows" in noisy.validity["enough rows"].meaning
    assert "13% of the pool overlap" in record.validity["fresh samples"].meaning
    with pytest.raises(InputError, match="nothing has been trained to compare this prediction with"):
        _ = record.deviation
    trained = record.lay_training_over(2)
    assert "theory and real training differ" in trained.summary() and "; training runs: 2" in repr(trained)
    assert "40 samples: lowest test error" in record.summary()


def test_a_column_that_gives_the_answer_away_gets_a_sentence():
    x, y, *_ = gaussian(300, 5, 1)
    name = "the answer is not among the columns"
    table = pd.DataFrame(x, columns=list("abcde"))
    assert from_data(table, y).validity[name].holds
    leak = from_data(table.assign(f=3 * y + 1e-3 * x[:, 0]), y).validity[name]
    assert not leak.holds and "column 'f' correlates with the answers by 1: leave it out if" in leak.meaning
    made = from_data(table, 2 * x[:, 0] - x[:, 1] + 1).validity[name]
    assert not made.holds and "the columns together give the answers without any error" in made.meaning
    wide = np.random.default_rng(0).normal(size=(60, 200))  # more columns than rows explain any answers
    assert from_data(wide, np.random.default_rng(1).normal(size=60), samples=20).validity[name].holds


def test_a_tidy_table_of_theory_and_training():
    x, y, *_ = gaussian(200, 5, 1)
    table = from_data(x, y, samples=[20, 50], times=[0, 1.0, np.inf], simulate=2).to_dataframe()
    assert table.columns.tolist() == ["samples", "time", "source", "run", "train_error", "test_error"]
    assert len(table) == 2 * 3 * 3 and set(table.source) == {"theory", "training"}
    assert np.all(np.isfinite(table.test_error))


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        (20, {}, "the data have 20 rows, too few to estimate"),
        (100, {"samples": 51}, "samples goes up to 51, but the pool has 100 rows"),
        (100, {"samples": 100}, "write 50 or less"),
        (100, {"samples": 1}, "samples is 1, but that is too few to learn from"),
        (100, {"samples": []}, "samples is empty"),
        (100, {"samples": 10.5}, "whole number"),
        (100, {"times": [-1.0]}, "times goes down to -1, but learning starts at 0"),
    ],
)
def test_pools_that_are_too_small(rows, options, said):
    x, y, *_ = gaussian(rows, 5, 0)
    with pytest.raises(InputError, match=said):
        from_data(x, y, **options)


def test_a_table_with_its_target_by_name():
    x, y, *_ = gaussian(200, 3, 0)
    frame = pd.DataFrame(x, columns=["a", "b", "c"]).assign(answer=y)
    np.testing.assert_array_equal(from_data(frame, "answer").test_error, from_data(x, y).test_error)


# Handwritten digits ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits():
    datasets = pytest.importorskip("sklearn.datasets")
    images, digit = datasets.load_digits(return_X_y=True)
    return images / 16, digit


def test_parity_of_handwritten_digits(digits):
    """Raw pixels: best errors within 5% and mean deviations within 10% (the largest at as many samples as pixels)."""
    images, digit = digits
    record = from_data(images, digit % 2, classes=True, samples=[30, 60, 200], simulate=30)
    best = [course.min() for course in record.runs.test_error.mean(axis=1)]
    np.testing.assert_allclose([stop.error for stop in record.stopping], best, rtol=0.07)
    assert np.abs(record.deviation).mean() < 0.1
    assert [stop.error for stop in record.stopping] == pytest.approx([0.535, 0.448, 0.365], abs=2e-3)


def test_random_features_of_handwritten_digits(digits):
    """The covariance of the pool alone is 11 to 19% too low for these; with the pool's size accounted for, it is 5%."""
    images, digit = digits
    features = np.maximum(images @ np.random.default_rng(0).normal(size=(64, 400)) / 8, 0)
    record = from_data(features, digit % 2, classes=True, samples=[100, 400], simulate=4)
    best = [course.min() for course in record.runs.test_error.mean(axis=1)]
    np.testing.assert_allclose([stop.error for stop in record.stopping], best, rtol=0.09)
    assert not record.validity["Gaussian features"].holds


def unlike(factor, rows=240, columns=20):
    draw = np.random.default_rng(3)
    x = draw.normal(size=(rows, columns)) @ draw.normal(size=(columns, columns))
    y = x @ draw.normal(size=columns) + 4 * draw.normal(size=rows)
    return np.column_stack([factor * x[:, 0], x[:, 1:]]), y


@pytest.mark.parametrize("factor", [1e-6, 1e4, 1e7])
def test_the_unit_of_a_column_does_not_change_where_learning_ends(factor):
    usual = from_data(*unlike(1.0), samples=[60, 120])
    other = from_data(*unlike(factor), samples=[60, 120])
    for one, same in zip(usual.stopping, other.stopping, strict=True):
        assert same.final_error == pytest.approx(one.final_error, rel=1e-6)
    note = other.pool.notes[-1]
    assert (note.kind, note.columns) == ("scales", ("feature 1",)) and usual.pool.notes == ()
    assert "standardize=True gives all columns the same weight" in str(note)


def test_best_times_are_among_the_times_looked_at():
    for factor in (1.0, 1e3):
        found = from_data(*unlike(factor), samples=[30, 60], simulate=2)
        for index, stop in enumerate(found.stopping):
            if 0 < stop.time < np.inf:
                here = int(np.argmin(np.abs(found.time - stop.time)))
                assert found.time[here] == stop.time
                assert found.test_error[index, here] == pytest.approx(stop.error, rel=1e-6)


def test_answers_without_noise_are_no_alarm():
    draw = np.random.default_rng(0)
    x = draw.normal(size=(300, 20))
    found = from_data(x, x @ np.ones(20), samples=[100], simulate=3)
    assert found.validity["enough rows"].holds
    assert found.validity["agrees with real training"].measured < 0.3  # three students of an error that vanishes


def test_training_far_off_late_is_no_agreement_and_one_time_before_the_best_is_none():
    found = from_data(*unlike(1.0), samples=[30], simulate=2)
    mean = found.runs.test_error.mean(axis=1)
    late = dataclasses.replace(found, test_error=np.where(found.time > found.stopping[0].time, 9.0, 1.0) * mean)
    assert dataclasses.replace(found, test_error=mean).validity["agrees with real training"].holds
    assert (
        late.validity["agrees with real training"].measured == 0
        and not late.validity["agrees with real training"].holds
    )
    assert "late in learning the theory fails here" in late.validity["agrees with real training"].meaning
    after = from_data(*unlike(1.0), samples=[30], times=[1e6, 1e7], simulate=2)
    assert "the best time to stop is before training" in after.validity["agrees with real training"].meaning
    assert not after.validity["agrees with real training"].holds


def test_times_go_on_beyond_the_best_one_also_where_columns_differ_much():
    found = from_data(*unlike(1e5), samples=[60, 120])
    assert found.time[-1] > 10 * max(stop.time for stop in found.stopping if stop.time < np.inf)
