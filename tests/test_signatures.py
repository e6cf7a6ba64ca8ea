"""One order of arguments: what is looked at, when, the world, the start, the network; all else by keyword."""

import inspect

import pytest

import ontogeny
from ontogeny import modes, networks
from ontogeny.networks import landscape, speed, stability, tangent_kernel

RANKS = [
    {"environment", "world", "spectrum", "trajectory", "simulation", "weights", "network_map", "sizes"},
    {"time", "times", "scaled_time", "step", "steps", "strength"},  # when, or how far
    {"singular_value", "singular_values", "input_output_correlation", "input_correlation"},
    {"direction", "inputs", "inputs_2", "input_gram", "output_gram"},
    {"initial_strength", "initial_strengths", "first_layer", "second_layer", "margin", "scale"},
    {"hidden_units", "norms"},
    {"seed", "limit", "level", "final"},
]
PLACES = {name: place for place, names in enumerate(RANKS) for name in names}
EXCEPT = {  # a single argument, and two that hand over functions
    "ontogeny.modes.laws.law": ["depth"],
    "ontogeny.networks.gradient_flow.gradients_of": ["weights", "error_of_map"],
    "ontogeny.networks.gradient_flow.map_error": ["environment", "xp"],
}


def laws(module):
    """Functions that a module defines for its users; those for arrays of a known namespace are for other laws."""
    for name, thing in vars(module).items():
        if name.startswith("_") or not inspect.isroutine(thing) or thing.__module__ != module.__name__:
            continue
        if "xp" not in list(inspect.signature(thing).parameters)[:1]:
            yield f"{module.__name__}.{name}", thing


def doors(face):
    """Functions that a room promises, and those of the modules that it promises."""
    for name in face.__all__:
        thing = getattr(face, name)
        if inspect.ismodule(thing):
            yield from laws(thing)
        elif inspect.isroutine(thing):
            yield f"{thing.__module__}.{name}", thing


FUNCTIONS = dict(
    pair
    for source in (doors(modes), doors(networks), *map(laws, (speed, stability, landscape, tangent_kernel)))
    for pair in source
    if "Parameters\n" in pair[1].__doc__ or ">>>" in pair[1].__doc__
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_arguments_come_in_one_order(name):
    parameters = inspect.signature(FUNCTIONS[name]).parameters.values()
    by_place = [each.name for each in parameters if each.kind is not each.KEYWORD_ONLY]
    if name in EXCEPT:
        assert by_place == EXCEPT[name]
        return
    unknown = [each for each in by_place if each not in PLACES]
    assert not unknown, f"{unknown} have no rank, so they are keywords"
    assert by_place == sorted(by_place, key=PLACES.__getitem__)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_rates_have_one_name(name):
    """A learning rate is `learning_rate` [1/tau], or `relative_learning_rate` as a multiple of the optimal one."""
    assert not {"rate", "eta", "lr"} & set(inspect.signature(FUNCTIONS[name]).parameters)


def test_the_walk_meets_the_laws():
    assert {"ontogeny.modes.deep.time_to_strength", "ontogeny.networks.methods.evolve"} <= set(FUNCTIONS)
    assert len(FUNCTIONS) > 50 and ontogeny.modes is modes
