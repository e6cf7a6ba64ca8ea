"""One order of arguments in all public laws, and scalars out where scalars went in."""

import inspect
from dataclasses import is_dataclass
from importlib import import_module

import make_api
import numpy as np
import pytest

# Time, or what stands in its place; then the world; then the start and what follows from it.
RANKS = (
    {"time", "scaled_time", "step", "steps", "strength", "strengths", "ridge", "residual", "eigenvalue", "order"},
    {"environment", "world", "spectrum", "singular_value", "singular_values", "load", "eigenvalues", "signal"},
    {"initial_strength", "initial_strengths", "first_layer", "second_layer", "coefficients", "aspect_ratio"},
)
KEYWORDS = {
    "depth", "tau", "input_variance", "weight_decay", "signal_variance", "noise_variance", "initial_variance",
    "relative_learning_rate", "rtol", "times",
}  # fmt: skip
SCALARS = {
    "time": 1.1, "scaled_time": 1.1, "step": 3, "strength": 0.9, "margin": 0.01, "singular_value": 1.3, "load": 0.6,
    "initial_strength": 0.2, "initial_strengths": [0.3, 0.4], "first_layer": 0.3, "second_layer": 0.4, "depth": 3,
    "learning_rate": 0.1, "eigenvalue": 0.7, "ridge": 0.3, "cutoff": 0.4, "weight_norm": 1.2,
    "input_norm": 1.5, "samples": 20, "signal": 1.4, "aspect_ratio": 0.5, "order": 2, "weight_decay": 0.1, "share": 0.5,
}  # fmt: skip


def public_functions():
    """Names and functions at the doors of the rooms of laws."""
    for room in ("modes", "networks", "generalization", "random_matrices"):
        modules, functions, _ = make_api.promised(room)
        face = import_module(f"ontogeny.{room}")
        yield from ((f"{room}.{name}", getattr(face, name)) for name in functions)
        for name in modules:
            if name in ("milestones", "quadrature"):  # of curves, and of grids that other laws need
                continue
            module = getattr(face, name)
            things = ((each, getattr(module, each)) for each in make_api.public_names(module))
            yield from ((f"{room}.{name}.{each}", thing) for each, thing in things if inspect.isfunction(thing))


FUNCTIONS = dict(public_functions())


def positional(law):
    return [one.name for one in inspect.signature(law).parameters.values() if one.kind == one.POSITIONAL_OR_KEYWORD]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_time_comes_first_then_the_world_then_the_start_and_the_rest_by_keyword(name):
    names = positional(FUNCTIONS[name])
    ranks = [rank for each in names for rank, group in enumerate(RANKS) if each in group]
    assert ranks == sorted(ranks), names
    if not name.endswith(("laws.law", "gaussian_norms")):
        assert not KEYWORDS & set(names), names
    assert "rate" not in inspect.signature(FUNCTIONS[name]).parameters


def needed(law):
    return [one.name for one in inspect.signature(law).parameters.values() if one.default is one.empty]


LAWS = [name for name, law in FUNCTIONS.items() if needed(law) and set(needed(law)) <= set(SCALARS)]


@pytest.mark.parametrize("name", LAWS)
def test_scalars_give_scalars(name):
    law = FUNCTIONS[name]
    found = law(**{argument: SCALARS[argument] for argument in needed(law)})
    if "layer_strengths" in name and isinstance(found, np.ndarray):  # one number for each of the layers
        assert found.shape == (2,)
        return
    parts = found.values() if isinstance(found, dict) else found if isinstance(found, tuple) else [found]
    if is_dataclass(found):  # records hold arrays too
        parts = vars(found).values()
        assert not any(isinstance(part, np.ndarray) and part.ndim == 0 for part in parts)
    else:
        assert all(isinstance(part, float | np.floating | str) for part in parts), found


def test_enough_laws_are_tried():
    assert len(FUNCTIONS) > 60 and len(LAWS) > 40
