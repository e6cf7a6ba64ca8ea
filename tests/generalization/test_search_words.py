"""The field's words stand in the docstrings of what they are about, so that a search finds it."""

import importlib

import pytest

from ontogeny import generalization as g

WORDS = {
    "double descent": [
        "test_error",
        "ridge_error",
        "ridge_risk",
        "random_features",
        "weight_norm",
        "spectral_stopping",
    ],
    "early stopping": ["test_error", "optimal_stopping", "spectral_stopping", "learning_curves", "filter_error"],
    "overfit": ["test_error", "optimal_stopping", "spectral_risk", "from_data", "low_rank_teacher"],
    "bias and variance": ["spectral_risk", "ridge_risk", "filter_error"],
    "bias-variance": ["SpectralRisk"],
    "noise ceiling": ["test_error", "bayes_error", "SpectralRisk"],
    "irreducible error": ["test_error", "bayes_error", "SpectralRisk", "filter_error"],
    "Tikhonov": ["ridge_error", "ridge_risk", "RidgeRisk"],
    "SGD": ["online_error"],
    "random features": ["random_features"],
    "degrees of freedom": ["ridge_risk", "RidgeRisk"],
    "multi-task": ["Transfer"],
    "Rademacher": ["norm_bound"],
    "held out": ["from_data.lay_training_over"],
}
MODULES = {
    "stopping": "early stopping",
    "spectral": "bias-variance",
    "spectral_limits": "ridge (Tikhonov)",
    "regularization": "ridge (Tikhonov)",
    "width_sweeps": "Double descent",
    "two_tasks": "multi-task",
}


@pytest.mark.parametrize(("word", "name"), [(word, name) for word, names in WORDS.items() for name in names])
def test_functions_and_records_are_found_by_the_words_of_the_field(word, name):
    thing = g.DataPrediction.lay_training_over if "." in name else getattr(g, name)
    assert word.lower() in " ".join(thing.__doc__.lower().split())


@pytest.mark.parametrize(("module", "word"), MODULES.items())
def test_modules_are_found_by_the_words_of_the_field(module, word):
    found = importlib.import_module(f"ontogeny.generalization.{module}")
    assert word.lower() in " ".join(found.__doc__.lower().split())
