"""Predictions beside people: which columns are which, and what the correlations are."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import ontogeny as on
from ontogeny import InputError
from ontogeny.semantics import acquisition, compare_with_people, typicality
from ontogeny.semantics.ratings import read_ratings

ZOO = on.datasets.load("zoo")
THEORY = on.predict(ZOO, until=6.0)
KNOWN = acquisition(THEORY).to_dataframe().set_index("item")
DRAW = np.random.default_rng(0)
AGES = pd.Series(20 + 10 * KNOWN["quarter_error"] + DRAW.normal(size=101), name="AoA")


def of(found, measure, group=""):
    return next(one for one in found.correlations if (one.measure, one.group) == (measure, group))


def test_the_correlation_is_that_of_scipy_and_its_interval_encloses_it():
    found = compare_with_people(THEORY, AGES)
    one = of(found, "quarter_error")
    expected = stats.spearmanr(KNOWN["quarter_error"].round(9), AGES).statistic
    assert one.spearman == pytest.approx(expected, abs=1e-9) and one.n == 101
    assert one.low < one.spearman < one.high and one.high - one.low < 0.2
    drawn = stats.bootstrap(
        (KNOWN["quarter_error"].round(9), AGES), lambda x, y: stats.spearmanr(x, y).statistic, paired=True,
        vectorized=False, n_resamples=400, method="percentile", random_state=np.random.default_rng(1),
    )  # fmt: skip
    ends = drawn.confidence_interval
    np.testing.assert_allclose([one.low, one.high], [ends.low, ends.high], atol=0.03)  # two draws of 400 and 2000
    assert of(found, "number_of_features").role == "baseline" and one.role == "prediction"


def test_names_are_matched_by_name_whatever_their_order_and_capitals():
    expected = compare_with_people(THEORY, AGES).to_dataframe()
    shuffled = AGES.sample(frac=1, random_state=0)
    loud = shuffled.rename(index=lambda name: f" {name.upper().replace('_', ' ')} ")
    for ages in (shuffled, loud, shuffled.to_dict(), shuffled.reset_index(), shuffled.reset_index().set_index("item")):
        kind = "age_of_acquisition" if isinstance(ages, dict) else None
        found = compare_with_people(THEORY, ages, kind=kind)
        pd.testing.assert_frame_equal(found.to_dataframe()[["spearman", "n"]], expected[["spearman", "n"]])


def test_who_has_no_partner_is_listed():
    few = pd.concat([AGES.iloc[:40], pd.Series({"unicorn": 50.0, "snark": 51.0})])
    found = compare_with_people(THEORY, few, kind="age_of_acquisition")
    assert found.ratings.unmatched == ("unicorn", "snark") and len(found.unrated) == 61
    assert of(found, "all_features").n == 40


def test_typicality_is_compared_within_categories():
    score = typicality(ZOO).to_dataframe().set_index("item")["score"]
    found = compare_with_people(THEORY, score.rename("typicality_rating"))
    for name in sorted(set(ZOO.category)):
        assert of(found, "score", name).spearman == pytest.approx(1.0) or of(found, "score", name).n < 4
    assert {one.measure for one in found.correlations if one.role == "baseline"} == {
        "family_resemblance",
        "number_of_features",
    }


def test_pairs_are_compared_with_hidden_similarity():
    pairs = pd.DataFrame(
        [(ZOO.items[i], ZOO.items[j]) for i in range(20) for j in range(i)], columns=["word 1", "word 2"]
    )
    hidden = on.representation.gram(THEORY, 1).isel(time=-1).values
    size = np.sqrt(np.diagonal(hidden))
    place = {name: i for i, name in enumerate(ZOO.items)}
    cosine = [hidden[place[a], place[b]] / (size[place[a]] * size[place[b]]) for a, b in pairs.itertuples(index=False)]
    found = compare_with_people(THEORY, pairs.assign(similarity=cosine))
    assert found.ratings.kind == "similarity" and of(found, "hidden_similarity").n == 190
    np.testing.assert_allclose(found.values()["hidden_similarity"], cosine, atol=1e-9)
    assert of(found, "hidden_similarity").spearman == pytest.approx(1.0)


def test_proportions_by_month_become_ages():
    months = pd.DataFrame({"word": ["worm", "lion", "seal", "toad"], "category": "animals", "16": [0.1, 0.6, 0.0, 0.2],
                           "18": [0.3, 0.7, 0.1, 0.6], "20": [0.7, 0.9, 0.2, np.nan]})  # fmt: skip
    found = read_ratings(months, ZOO.items)
    assert found.kind == "age_of_acquisition" and found.items == ("worm", "lion", "seal", "toad")
    assert repr(found).startswith("<Ratings: age of acquisition of 4 items")
    np.testing.assert_allclose(found.values, [19.0, 16.0, np.inf, 17.5])
    assert any(note.kind == "months" for note in found.notes)


def test_columns_are_recognized_and_that_is_said():
    table = pd.DataFrame({"id": range(101), "Concept": ZOO.items, "Rating.Mean": AGES.values, "SUBTLEX": 1.0,
                          "comment": "x"})  # fmt: skip
    with pytest.raises(InputError, match=r"ratings have 2 possible columns \('id', "):
        compare_with_people(THEORY, table.rename(columns={"Rating.Mean": "value"}))
    found = compare_with_people(THEORY, table)
    assert found.ratings.kind == "rating"
    assert [str(note) for note in found.notes] == [
        "Items are in column 'Concept'.",
        "Column 'Rating.Mean' holds the ratings (rating).",
        "Column 'SUBTLEX' holds the frequency of each item.",
    ]
    assert "kind='age_of_acquisition'" in found.meaning
    assert compare_with_people(THEORY, table, column="SUBTLEX").ratings.kind == "frequency"
    assert np.isnan(of(found, "frequency").spearman)  # all alike


def test_frequencies_of_the_world_are_a_baseline():
    table = pd.DataFrame(ZOO.targets, index=ZOO.items, columns=ZOO.features)
    often = on.Environment.from_dataframe(table, frequency=np.arange(1, 102))
    found = compare_with_people(on.predict(often, until=400.0), AGES)
    assert of(found, "frequency_in_the_world").role == "baseline"


def test_what_cannot_be_compared_is_refused():
    for ratings, sentence in (
        ([1.0, 2.0], "ratings are of type list without names, but they go by the names of the items"),
        ({"snark": 1.0}, "ratings name no item of the world in any column"),
        (pd.DataFrame({"word": ["worm", "worm"], "aoa": [1.0, 2.0]}), "ratings name 'worm' more than once"),
        (pd.DataFrame({"word": ["worm", "lion"]}), "ratings have no numbers, but one column of ratings is needed"),
        (pd.DataFrame({"aoa": [1.0, 2.0]}), r"name no item .* \(there is no column of text\)"),
    ):
        with pytest.raises(InputError, match=sentence):
            compare_with_people(THEORY, ratings)
    with pytest.raises(InputError, match=r"kind is 'aoa', but it must be one of"):
        compare_with_people(THEORY, AGES, kind="aoa")


def test_the_picture_names_what_it_shows():
    ax = on.plot.people(compare_with_people(THEORY, AGES), "quarter_error")
    assert ax.get_title().startswith("ρ = 0.9") and ax.get_xlabel() == "error at a quarter (time)"
