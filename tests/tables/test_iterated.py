"""Iterators of batches: matched by name, checked one by one, read once."""

import numpy as np
import pandas as pd
import pytest

from ontogeny import InputError
from ontogeny.tables.batches import batches_of


def frame(rows=50, seed=0):
    return pd.DataFrame(np.random.default_rng(seed).normal(size=(rows, 3)), columns=list("abc"))


def all_rows(batches):
    return np.vstack([block.copy() for block in batches.blocks(16)])


def test_frames_are_matched_by_name():
    parts = [frame(seed=0), frame(seed=1)[["c", "a", "b"]]]
    found = batches_of(iter(parts))
    assert found.names == ("a", "b", "c") and found.rows is None
    np.testing.assert_array_equal(all_rows(found), np.vstack([part[list("abc")] for part in parts]))


def test_pairs_bring_their_targets():
    parts = [(frame(seed=n)[["a", "b"]], frame(seed=n)["c"]) for n in range(3)]
    found = batches_of(iter(parts))
    assert found.names == ("a", "b", "c") and found.targets == ("c",)
    np.testing.assert_array_equal(all_rows(found), np.vstack([frame(seed=n) for n in range(3)]))
    plain = batches_of(iter([(x.to_numpy(), y.to_numpy()) for x, y in parts]))
    assert plain.names == ("feature 1", "feature 2", "target 1")


def test_an_iterator_is_read_once():
    batches = (part for part in [frame().to_numpy()])
    found = batches_of(batches)
    all_rows(found)
    with pytest.raises(InputError, match="the iterator was read before, and can be read once; make a new one"):
        all_rows(found)
    with pytest.raises(InputError, match="the iterator has no batches: it is empty, or was read before"):
        batches_of(batches)
    with pytest.raises(InputError, match="the iterator has no batches"):
        batches_of(iter([]))


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (np.ones((2, 4)), "batch 2 has 4 columns, but batch 1 has 3"),
        (np.array([[1.0, 2.0, 3.0], [1.0, np.nan, 3.0]]), "batch 2 holds a missing value in row 2, column 2, and noth"),
        (np.array([[np.inf, 2.0, 3.0]]), "batch 2 holds an infinite value in row 1, column 1"),
        (frame().rename(columns={"a": "d"}), "batch 2 and batch 1 have different names .*'a' missing from batch 2"),
        ((np.ones((2, 3)), np.ones(2)), "batch 2 has right answers, but batch 1 has none"),
        (np.array([["x", "y", "z"]]), "batch 2 has shape .* and type <U1, but it must be a table of numbers"),
        (frame().assign(a="word"), "column 'a' of batch 2 holds .*, but features must be numbers"),
    ],
)
def test_a_batch_that_does_not_fit_is_named(second, said):
    with pytest.raises(InputError, match=said):
        all_rows(batches_of(iter([frame(), second])))


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ((np.ones((3, 2)), np.ones(2)), "batch 1 has 3 rows of inputs and 2 of answers"),
        ((frame(), frame()[["a"]]), r"batch 1 calls inputs and answers by the same names \('a'\)"),
        (frame().set_axis(["a", "b", "a"], axis=1), "columns of batch 1 have the same name"),
    ],
)
def test_a_first_batch_that_cannot_be_used(first, said):
    with pytest.raises(InputError, match=said):
        batches_of(iter([first]))


def test_later_pairs_have_the_same_parts():
    pair = (np.ones((3, 2)), np.ones(3))
    with pytest.raises(InputError, match="batch 2 has no right answers, but batch 1 has some"):
        all_rows(batches_of(iter([pair, np.ones((3, 2))])))
    with pytest.raises(
        InputError, match=r"batch 2 has 3 rows of inputs and answers of shape \(3, 2\), but batch 1 has 1"
    ):
        all_rows(batches_of(iter([pair, (np.ones((3, 2)), np.ones((3, 2)))])))
