"""Numbers in, numbers out: every law of generalization and of random matrices answers scalars with a NumPy scalar."""

import numpy as np
import pytest

from ontogeny import generalization as g
from ontogeny.random_matrices import marchenko_pastur as mp
from ontogeny.random_matrices import spiked

KNOWN = {"signal_variance": 3.0, "noise_variance": 1.0}
STUDENT = KNOWN | {"initial_variance": 0.5}
COVARIANCE = {"eigenvalues": [1.0, 0.5], "coefficients": [1.0, 1.0], "samples": 5, "noise_variance": 0.3}
LAWS = {
    "test_error": lambda: g.test_error(1.0, 2.0, **STUDENT),
    "test_error, integers": lambda: g.test_error(1, 2),
    "test_error, end": lambda: g.test_error(np.inf, 0.5, **STUDENT),
    "test_error, inputs": lambda: g.test_error(1.0, 2.0, **STUDENT, inputs=50),
    "train_error": lambda: g.train_error(1.0, 2.0, **STUDENT),
    "weight_norm": lambda: g.weight_norm(1.0, 2.0, **STUDENT),
    "teacher_overlap": lambda: g.teacher_overlap(1.0, 2.0, **STUDENT),
    "deep_error, depth 1": lambda: g.deep_error(1.0, 2.0, **STUDENT, depth=1),
    "deep_error": lambda: g.deep_error(1.0, 2.0, **STUDENT, depth=2),
    "deep_error, nan": lambda: g.deep_error(1.0, np.nan, **STUDENT, depth=2),
    "gradient_descent_error": lambda: g.gradient_descent_error(3, 2.0, **STUDENT, learning_rate=0.1),
    "online_error": lambda: g.online_error(1.0, **STUDENT, learning_rate=0.1),
    "largest_learning_rate": lambda: g.largest_learning_rate(2.0),
    "ridge_error": lambda: g.ridge_error(2.0, **KNOWN, ridge=0.1),
    "ridge_error, best": lambda: g.ridge_error(2.0, **KNOWN),
    "bayes_error": lambda: g.bayes_error(2.0, **KNOWN),
    "weight_decay_error": lambda: g.weight_decay_error(1.0, 2.0, **STUDENT, weight_decay=0.1),
    "spectral_cutoff_error": lambda: g.spectral_cutoff_error(2.0, **KNOWN, cutoff=0.5),
    "filter_error": lambda: g.filter_error(lambda eigenvalue: np.exp(-eigenvalue), 2.0, **STUDENT),
    "norm_bound": lambda: g.norm_bound(4.0, 10.0, 10),
    "edges": lambda: mp.edges(2.0),
    "atom": lambda: mp.atom(0.5),
    "density": lambda: mp.density(1.0, 2.0),
    "moment": lambda: mp.moment(2, 2.0),
    "moment of order 0": lambda: mp.moment(0, 2.0),
    "stieltjes_transform": lambda: mp.stieltjes_transform(1.0, 2.0),
    "stieltjes_derivative": lambda: mp.stieltjes_derivative(1.0, 2.0),
    "relaxation": lambda: mp.relaxation(1.0, 2.0),
    "relaxation_rate": lambda: mp.relaxation_rate(1.0, 2.0),
    "threshold": lambda: spiked.threshold(0.5),
    "row_overlap": lambda: spiked.row_overlap(2.0, 0.5),
    "column_overlap": lambda: spiked.column_overlap(2.0, 0.5),
    "top_singular_value": lambda: spiked.top_singular_value(2.0, 0.5),
    "partial_observation": lambda: g.partial_observation(0.5, **STUDENT).values(),
    "optimal_stopping": lambda: vars(g.optimal_stopping(2.0, **STUDENT)).values(),
    "learning_curves": lambda: vars(g.learning_curves(2.0, **STUDENT, depth=2, times=[1.0]).stopping).values(),
    "spectral_risk": lambda: arrays_of(g.spectral_risk(1.0, **COVARIANCE), "samples", "noise_variance"),
    "spectral_risk, no noise": lambda: arrays_of(
        g.spectral_risk(1.0, **(COVARIANCE | {"noise_variance": 0.0})), "samples", "noise_variance"
    ),
    "ridge_risk": lambda: vars(g.ridge_risk(0.1, **COVARIANCE)).values(),
}  # fmt: skip


def arrays_of(record, *numbers):
    """Fields of a record, except for those that are plain numbers."""
    return [value for name, value in vars(record).items() if name not in numbers]


@pytest.mark.parametrize("law", LAWS)
def test_scalars_in_are_scalars_out(law):
    found = LAWS[law]()
    for value in [found] if np.ndim(found) == 0 and isinstance(found, np.generic | np.ndarray) else found:
        assert type(value) is np.float64


def test_every_public_law_is_among_them():
    actions = {"from_data", "learning_curves", "low_rank_teacher", "transfer", "speed_accuracy", "spectral_stopping",
               "both_layers", "random_features"}  # fmt: skip
    public = {name for name in g.__all__ if name[0].islower()} - actions
    public |= {name for module in (mp, spiked) for name, law in vars(module).items()
               if callable(law) and law.__module__ == module.__name__ and not name.startswith("_")}  # fmt: skip
    assert public <= {name.split(",")[0] for name in LAWS}
