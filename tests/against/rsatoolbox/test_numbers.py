"""What rsatoolbox computed (numbers.json) and, where it is installed, computes: the same as here, matched by name."""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from against.rsatoolbox.make_numbers import CEILINGS, ITEMS, METHODS, inputs, numbers
from ontogeny.representation import (
    Repeats,
    crossnobis,
    noise_ceiling,
    noise_covariance,
    procrustes_distance,
    rdm,
    similarity,
)

SAME = 1e-12  # what the two may differ by: sums of a few dozen numbers of order 1, in another order
ROOT = 1e-7  # it takes roots of eigenvalues that are 0 but for rounding, 1e-16
HERE = {"corr": "pearson", "tau-a": "tau_a", "tau-b": "tau_b", "rho-a": "rho_a"}
GIVEN = inputs()
WHOLE = Repeats(GIVEN["activity"], GIVEN["item"], run=GIVEN["run"], times=range(4))
TRIALS = Repeats(GIVEN["activity"][0], GIVEN["item"], run=GIVEN["run"])
COVARIANCE = np.linalg.inv(GIVEN["precision"])
UPPER = np.triu_indices(len(ITEMS), 1)

DISTANCES = {
    "euclidean": lambda: rdm(TRIALS, per_unit=True),
    "correlation": lambda: rdm(TRIALS, metric="correlation"),
    "mahalanobis": lambda: rdm(TRIALS, metric="squared_mahalanobis", noise=COVARIANCE, per_unit=True),
    "crossnobis": lambda: crossnobis(TRIALS, per_unit=True),
    "crossnobis_precision": lambda: crossnobis(TRIALS, noise=COVARIANCE, per_unit=True),
    "movie": lambda: rdm(WHOLE, per_unit=True),
}


@pytest.fixture(scope="module", params=["stored", "live"])
def theirs(request):
    if request.param == "live":
        pytest.importorskip("rsatoolbox")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own code
            return numbers()
    return json.loads((Path(__file__).parent / "numbers.json").read_text(encoding="utf-8"))


def by_name(found, names):
    """Pairs above the diagonal with the items in the order of some names."""
    order = [found.item_name.values.tolist().index(name) for name in names]
    return found.values[..., order, :][..., order][..., UPPER[0], UPPER[1]]


@pytest.mark.parametrize("name", DISTANCES)
def test_distances(theirs, name):
    found = DISTANCES[name]()
    assert found.item_name.values.tolist() == ITEMS and theirs["items"] == sorted(ITEMS)  # it sorts, we keep
    expected = np.array(theirs["distances"][name])
    np.testing.assert_allclose(by_name(found, theirs["items"]).reshape(expected.shape), expected, rtol=0, atol=SAME)


def as_table(vectors):
    tables = np.zeros((len(vectors), len(ITEMS), len(ITEMS)))
    tables[:, UPPER[0], UPPER[1]] = tables[:, UPPER[1], UPPER[0]] = vectors
    return tables


@pytest.mark.parametrize("name", METHODS)
def test_comparisons(theirs, name):
    people = as_table(GIVEN["subjects"])
    found = similarity(people[:, None], people[None], HERE.get(name, name))
    np.testing.assert_allclose(found, theirs["compare"][name], rtol=0, atol=SAME)


def test_squared_procrustes_distance_is_its_bures_metric(theirs):
    middle = np.eye(len(ITEMS)) - 1 / len(ITEMS)
    grams = middle @ (-rdm(WHOLE, per_unit=True).values / 2) @ middle
    found = procrustes_distance(grams[:, None], grams[None], scaled=False)
    np.testing.assert_allclose(found**2, theirs["bures_metric"], rtol=0, atol=ROOT)


@pytest.mark.parametrize("name", CEILINGS)
def test_noise_ceilings(theirs, name):
    people = xr.DataArray(as_table(GIVEN["subjects"]), dims=("subject", "item", "item_2"))
    found = noise_ceiling(people, HERE.get(name, name))
    np.testing.assert_allclose([found.lower, found.upper], theirs["ceilings"][name], rtol=0, atol=SAME)


@pytest.mark.parametrize(
    ("estimate", "name"), [("diagonal", "diag"), ("full", "full"), ("ledoit_wolf", "shrinkage_eye")]
)
def test_covariance_of_noise(theirs, estimate, name):
    found = noise_covariance(TRIALS, estimate).values
    found = np.diag(found) if found.ndim == 1 else found
    np.testing.assert_allclose(found, theirs["covariance"][name], rtol=0, atol=SAME)
