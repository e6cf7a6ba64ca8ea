"""Long lists of pairs: what becomes of counts, of kinds of features, and of pairs that nobody named."""

import numpy as np
import pytest
from norm_makers import CSLB_LIST, CSLB_MATRIX, MCRAE

from ontogeny.environments import read_norms


def test_mcrae_norms_become_concepts_by_features(tmp_path):
    (tmp_path / "a.txt").write_text(MCRAE)
    table = read_norms(tmp_path / "a.txt")
    assert list(table.index) == ["newt", "kayak", "raft"]
    assert list(table.columns) == ["has_gills", "is_an_amphibian", "used_on_water", "has_a_paddle"]
    assert table.to_numpy().tolist() == [[12, 21, 0, 0], [0, 0, 17, 9], [0, 0, 15, 0]]
    assert str(table.attrs["notes"][0]) == "The file lists 5 pairs of a concept and a feature; a pair not listed is 0."
    assert str(table.attrs["notes"][-1]) == "Values are numbers of people who named the feature."


@pytest.mark.parametrize("binary", [False, True])
def test_few_namings_and_kinds_are_left_out_as_asked(binary, tmp_path):
    (tmp_path / "a.txt").write_text(MCRAE)
    table = read_norms(tmp_path / "a.txt", binary=binary, minimum=12, without=["taxonomic"])
    assert list(table.columns) == ["has_gills", "used_on_water"]
    expected = np.array([[12, 0], [0, 17], [0, 15]])
    np.testing.assert_array_equal(table, expected > 0 if binary else expected)
    notes = " ".join(map(str, table.attrs["notes"]))
    assert "Left out: features of kind 'taxonomic'." in notes
    assert "Left out: 2 features that are 0 for every concept." in notes and "of at least 12." in notes


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("minimum", [0, 5])
def test_the_two_files_of_cslb_agree(binary, minimum, tmp_path):
    (tmp_path / "norms.dat").write_text(CSLB_LIST)
    (tmp_path / "feature_matrix.dat").write_text(CSLB_MATRIX)
    turned = zip(*(line.split("\t") for line in CSLB_MATRIX.splitlines()), strict=True)
    (tmp_path / "turned.dat").write_text("\n".join("\t".join(row) for row in turned).replace("Vectors", "property"))
    pairs = read_norms(tmp_path / "norms.dat", binary=binary, minimum=minimum, without=["taxonomic"])
    for file in ("feature_matrix.dat", "turned.dat"):
        matrix = read_norms(tmp_path / file, "cslb", binary=binary, minimum=minimum)
        assert matrix.equals(pairs) and list(matrix.columns) == list(pairs.columns)
        assert ("Left out: 1 feature that is 0 for every concept." in map(str, matrix.attrs["notes"])) is (minimum > 0)


def test_a_list_of_thousands_of_pairs_keeps_their_order(tmp_path):
    """Names with commas and quotes, in another order of columns, among columns that nobody asked for."""
    draw = np.random.default_rng(0)
    counts = draw.integers(0, 3, (60, 80)) * draw.integers(1, 30, (60, 80))
    counts[:, 0] = counts[0] = 1  # names appear in their order
    rows = [
        f'{count}\tx\t"is {feature}, ""so"""\t c{concept} \n'
        for concept, row in enumerate(counts) for feature, count in enumerate(row) if count
    ]  # fmt: skip
    (tmp_path / "a.txt").write_text("PROD FREQ\tKF\tFeature\tConcept\n" + "".join(rows))
    table = read_norms(tmp_path / "a.txt", "mcrae")
    np.testing.assert_array_equal(table, counts)
    assert table.index[3] == "c3" and table.columns[7] == 'is 7, "so"'
