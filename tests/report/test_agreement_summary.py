"""What is said of two representations: numbers of the measures, intervals, ceilings, and items in both."""

import json

import numpy as np
import pytest

import ontogeny as on
from ontogeny import InputError
from ontogeny.report.agreement_summary import agreement_of, as_json, findings, write
from ontogeny.representation import Recording, bootstrap_similarity, noise_ceiling, rdm, similarity


@pytest.fixture(scope="module")
def recording():
    world = on.datasets.load("rumelhart")
    children = on.simulate(world, initial_scale=0.3, until=6.0, seed=[0, 1, 2])
    return Recording(
        world, children.snapshot_time[[5, -1]], {"IT": on.representation.activity(children, 1, looks=[5, -1])},
        subjects=["a", "b", "c"],
    )  # fmt: skip


def compared(first, second, methods=("spearman", "cosine_cov"), samples=50):
    return agreement_of(first, second, ("one.csv", "other.csv"), methods, samples=samples, seed=0)


def test_the_numbers_are_those_of_the_measures(recording):
    first, second = (rdm(recording)[subject, -1] for subject in (0, 1))
    found = compared(first, second)
    row = found.table.iloc[0]
    assert row["spearman"] == float(similarity(first, second, "spearman"))
    low, high = bootstrap_similarity(first, second, "cosine_cov", samples=50).interval()
    assert (row["cosine_cov_low"], row["cosine_cov_high"]) == (float(low), float(high))
    told = findings(found)
    assert told[0] == "8 items are in both." and told[-1] == "With fewer than 20 items such intervals are too narrow."
    assert "an interval of 95% over items" in told[1] and not found.ceilings


def test_over_time_and_subjects(recording):
    found = compared(rdm(recording)[0, -1], rdm(recording))
    assert len(found.table) == 6 and list(found.table) == ["subject", "time", "spearman", "cosine_cov"]
    direct = similarity(rdm(recording)[0, -1], rdm(recording), "spearman")
    np.testing.assert_allclose(found.table["spearman"], direct.values.ravel())
    ceiling = noise_ceiling(rdm(recording), "spearman")
    assert float(found.ceilings["spearman"].upper.mean()) == float(ceiling.upper.mean())
    assert any(
        text.startswith("spearman: subjects of 'other.csv' agree with each other from") for text in findings(found)
    )


def test_items_that_only_one_has_are_left_out(recording):
    whole = rdm(recording)[0, -1]
    part = whole.isel(item=[6, 2, 0, 4], item_2=[6, 2, 0, 4])
    found = compared(whole, part, samples=0)
    assert "spearman_low" not in compared(whole, part.isel(item=[0, 1, 2], item_2=[0, 1, 2])).table  # all samples alike
    assert found.items == 4 and found.table["spearman"][0] == pytest.approx(1.0)
    assert findings(found)[0] == "4 items are in both; 4 that only one of them has are left out."
    with pytest.raises(InputError, match=r"'one.csv' and 'other.csv' share 2 items, but it takes three to compare"):
        compared(whole, whole.isel(item=[0, 1], item_2=[0, 1]))


def test_it_is_written_drawn_and_told_to_machines(recording, tmp_path):
    for number, second in enumerate((rdm(recording)[1, -1], rdm(recording))):
        found = compared(rdm(recording)[0, -1], second)
        csv, figure = tmp_path / f"{number}.csv", tmp_path / f"{number}.svg"
        write(found, csv, figure)
        assert len(csv.read_text().splitlines()) == 1 + len(found.table) and "<svg" in figure.read_text()
        document = json.loads(as_json(found), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
        assert document["agreement"][0]["spearman"] == found.table["spearman"][0] and len(document["items"]) == 8
        assert bool(document["noise_ceilings"]) is bool(number)
    assert repr(found) == "<Agreement of 'one.csv' and 'other.csv': 8 items>"


def test_subjects_of_other_names_and_other_times(recording):
    others = rdm(recording).assign_coords(subject=["x", "y", "z"])
    found = compared(rdm(recording)[:, -1], others[:, -1])
    mean = rdm(recording)[:, -1].mean("subject")
    np.testing.assert_allclose(found.table["spearman"], similarity(mean, others[:, -1], "spearman"))
    assert "'one.csv' is averaged over its subjects, since 'other.csv' has others." in findings(found)
    shuffled = compared(rdm(recording)[:, -1], rdm(recording)[[2, 0, 1], -1])
    np.testing.assert_allclose(shuffled.table["spearman"], 1.0)
    later = rdm(recording).assign_coords(time=rdm(recording)["time"] + 3.0)
    with pytest.raises(
        InputError, match=r"'one.csv' and 'other.csv' have different times; keep the same times in both"
    ):
        compared(rdm(recording), later)
