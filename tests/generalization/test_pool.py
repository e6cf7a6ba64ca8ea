"""Tables become numbers or one sentence, and their variances are those of the population."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import InputError
from ontogeny.generalization import ReluTeacher, from_data
from ontogeny.generalization.pool import pool_of
from ontogeny.generalization.runs import training_runs


def table(rows=60):
    draw = np.random.default_rng(0)
    return pd.DataFrame(
        {"size": draw.normal(size=rows), "tame": draw.random(rows) < 0.5, "legs": draw.integers(0, 5, rows)}
    )


ANSWERS = np.random.default_rng(1).normal(size=60)


def test_a_table_keeps_its_names_and_counts_booleans():
    pool = pool_of(table(), ANSWERS)
    assert pool.names == ("size", "tame", "legs") and pool.features.shape == (60, 3)
    assert set(pool.features[:, 1]) == {0, 1} and pool.answers.shape == (60, 1)
    named = pool_of(table().assign(age=ANSWERS), "age")
    np.testing.assert_array_equal(named.features, pool.features)
    np.testing.assert_array_equal(named.answers, pool.answers)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("shape", [(200, 12), (30, 70)])
def test_modes_are_those_of_least_squares(shape, intercept):
    draw = np.random.default_rng(2)
    x, y = draw.normal(size=shape) + 1, draw.normal(size=(shape[0], 2))
    values, signal, left = pool_of(x, y, intercept=intercept).modes
    if intercept:
        x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    n = shape[0] - intercept
    fitted = x @ np.linalg.lstsq(x, y, rcond=None)[0]
    np.testing.assert_allclose(values[::-1], np.linalg.svd(x)[1][: values.size] ** 2 / n, rtol=1e-10)
    assert signal.sum() == pytest.approx(np.sum(fitted**2) / n, rel=1e-10)
    assert left == pytest.approx(np.sum((y - fitted) ** 2) / n, abs=1e-12)
    assert values.size == min(shape[0] - intercept, shape[1])


def test_columns_without_variance_are_left_out_unless_they_are_the_constant():
    x = np.column_stack([np.full(60, 3.0), table()["size"]])
    pool = pool_of(x, ANSWERS)
    assert pool.names == ("feature 2",) and pool.notes[0].kind == "constant_features"
    assert pool.notes[0].columns == ("feature 1",) and "left out ('feature 1')" in str(pool.notes[0])
    assert pool_of(x, ANSWERS, intercept=False).features.shape == (60, 2)


def test_repeated_columns_are_said_and_change_only_the_speed():
    x = table()[["size", "legs"]].to_numpy(float)
    pool = pool_of(np.column_stack([x, x[:, 0]]), ANSWERS)
    assert "1 column is a copy of another ('feature 3')" in str(pool.notes[-1])
    assert (pool.notes[-1].kind, pool.notes[-1].columns) == ("equal_features", ("feature 3",))
    values, signal, left = pool.modes
    plain = pool_of(x, ANSWERS).modes
    assert values.size == 2 and left == pytest.approx(plain[2]) and signal.sum() == pytest.approx(plain[1].sum())


def test_standardized_columns_have_variance_one():
    pool = pool_of(table(), ANSWERS, standardize=True)
    np.testing.assert_allclose(pool.features.std(axis=0), 1)
    assert pool.notes[0].kind == "standardized" and "its standard deviation" in str(pool.notes[0])


def test_missing_cells_are_refused_or_left_out():
    holes = table()
    holes.loc[[3, 7], "size"] = np.nan
    answers = ANSWERS.copy()
    answers[5] = np.nan
    with pytest.raises(
        InputError, match=r"X has missing cells: 3 of 60 rows are incomplete \(in 'size'\).*drop_missing=True"
    ):
        pool_of(holes, answers)
    pool = pool_of(holes, answers, drop_missing=True)
    assert pool.features.shape == (57, 3) and "3 rows with missing cells were left out" in str(pool.notes[0])
    assert (pool.notes[0].kind, pool.notes[0].columns) == ("left_out_missing", ("size",))
    with pytest.raises(InputError, match=r"y has missing cells: 1 of 60 rows .*in the answers"):
        pool_of(table(), answers)
    names = np.where(ANSWERS > 0, "up", "down").astype(object)
    names[2] = None
    assert len(pool_of(table(), names, drop_missing=True).answers) == 59


def test_classes():
    words = np.where(ANSWERS > 0, "up", "down")
    two = pool_of(table(), words)
    assert set(two.answers[:, 0]) == {-1, 1} and [note.kind for note in two.notes] == ["classes"]
    assert "Two classes were read as answers of -1 (down) and 1 (up)" in str(two.notes[0])
    numbers = np.digitize(ANSWERS, [-0.5, 0.5])
    three = pool_of(table(), numbers, classes=True)
    assert three.answers.shape == (60, 3) and np.all(three.answers.sum(axis=1) == 1)
    np.testing.assert_array_equal(three.answers.argmax(axis=1), numbers)
    assert pool_of(table(), numbers, classes=False).answers.shape == (60, 1)
    for codes in (numbers, numbers + 1, (ANSWERS > 0).astype(float)):  # amounts, or codes of classes?
        with pytest.raises(InputError, match=r"y holds only whole numbers from . to ., .* write classes=True or"):
            pool_of(table(), codes)
    assert pool_of(table(), numbers + 3).answers.max() == 5  # not counted from 0 or 1: amounts
    category = pd.Series(words, dtype="category")
    np.testing.assert_array_equal(pool_of(table(), category).answers, two.answers)
    np.testing.assert_array_equal(pool_of(table(), ANSWERS > 0).answers, two.answers)
    assert pool_of(table(), ANSWERS > 0, classes=False).answers.min() == 0


@pytest.mark.parametrize(
    ("x", "y", "options", "said"),
    [
        (table().assign(habitat="sea"), ANSWERS, {}, r"column 'habitat' holds .*get_dummies"),
        (table(), "age", {}, r"y is 'age', which is no column of X \('size', 'tame', 'legs'\)"),
        (table().to_numpy(float), "age", {}, "y is 'age', which is no column of X;"),
        (np.zeros(60), ANSWERS, {}, "table of numbers, one row for each sample"),
        (np.full((60, 2), "a"), ANSWERS, {}, "table of numbers"),
        (table(), ANSWERS[:50], {}, r"y has shape \(50,\), but X has 60 rows"),
        (table(), np.ones(60), {}, "y has the same answer in each of its 60 rows"),
        (np.ones((60, 2)), ANSWERS, {}, "X has only columns that are the same in every row"),
        (table().replace({4: np.inf}).assign(legs=np.inf), ANSWERS, {}, "X holds infinite values"),
        (table(), np.full(60, np.inf), {}, "y holds infinite values"),
        (table(), ANSWERS, {"classes": True}, "60 different labels .* no classes; pass classes=False"),
        (
            table(),
            np.where(ANSWERS > 0, "up", "down"),
            {"classes": False},
            "which are no numbers; pass numbers, or classes=True",
        ),
        (table(), np.zeros((60, 2)), {"classes": True}, "one label for each row"),
        (table(), ANSWERS, {"classes": "yes"}, "write True for classes"),
        (table(), [f"a{k}" for k in range(60)], {}, "60 different labels .*; merge rare classes"),
    ],
)
def test_what_cannot_be_read_is_said(x, y, options, said):
    with pytest.raises(InputError, match=said):
        pool_of(x, y, **options)


@pytest.mark.parametrize("size", [1e-150, 1e150])
def test_units_beyond_double_precision_are_refused_and_others_change_nothing(size):
    x = np.random.default_rng(2).normal(size=(60, 3))
    with pytest.raises(InputError, match=r"X has values as large as .* leave the range of double precision"):
        pool_of(size * x, ANSWERS)
    with pytest.raises(InputError, match=r"y has values as large as .* divided by 1e"):
        pool_of(x, size * ANSWERS)
    pool_of(size * x, ANSWERS, standardize=True)
    found = from_data(1e-70 * x, ANSWERS, samples=20, times=[1e140])
    np.testing.assert_allclose(found.test_error, from_data(x, ANSWERS, samples=20, times=[1.0]).test_error, rtol=1e-9)


def test_records_introduce_themselves_in_one_line():
    pool = pool_of(table(), ANSWERS)
    assert repr(pool) == "<Pool: 60 rows, 3 features, outputs: 1, with intercept>"
    assert repr(pool.population(20)).startswith("<Population: 3 directions, total variance ")
    assert repr(pool.population(20)).endswith(", 19 samples, measured on 59>")
    runs = training_runs(pool, (10, 20), np.array([0.0, 1.0, 9.0]), runs=2, seed=0)
    assert repr(runs).startswith(
        "<TrainingRuns: training set sizes: 2, runs: 2, times: 3, stable steps, lowest mean test"
    )
    fixed = training_runs(pool, (10,), np.array([0.0]), runs=1, seed=0, learning_rate=1e-3)
    assert "learning rate 0.001" in repr(fixed)
    teacher = ReluTeacher.drawn(inputs=3, units=4)
    assert repr(teacher) == "<ReluTeacher: 3 inputs, 4 hidden units, noise variance 0.2>"
