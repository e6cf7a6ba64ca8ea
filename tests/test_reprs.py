"""Every public record introduces itself in a few lines, never as a dump of arrays."""

import dataclasses
from importlib import import_module

import make_api
import numpy as np
import pytest

import ontogeny as on

WORLD = on.datasets.load("rumelhart")
THEORY = on.predict(WORLD, until=4.0)
EXAMPLES = {
    "CriticalPoints": lambda: on.networks.critical_points(WORLD, 4),
    "Curvature": lambda: on.networks.hessian_eigenvalues([2.0, 1.0], depth=2, inputs=3, outputs=3, hidden_units=2),
    "Alignment": lambda: on.networks.alignment(THEORY),
    "KernelCourse": lambda: on.networks.tangent_kernel_over_time(THEORY),
    "LearningTime": lambda: on.networks.learning_time(depth=[2, 5, 99]),
    "ReluTeacher": lambda: import_module("ontogeny.generalization.relu_teacher").ReluTeacher.drawn(),
    "Recording": lambda: on.representation.Recording(WORLD, [0.0], {"IT": np.eye(8)}),
    "Repeats": lambda: on.representation.Repeats(np.eye(4), ["a", "b"] * 2, run=[1, 1, 2, 2]),
    "NoiseCeiling": lambda: on.representation.noise_ceiling(np.stack([np.ones((4, 4)) - np.eye(4)] * 2), "cosine"),
    "SimilarityBootstrap": lambda: on.representation.bootstrap_similarity(
        *[on.representation.rdm(THEORY, layer, times=[4.0]) for layer in (1, "output")], samples=5
    ),
    "Layer": lambda: import_module("ontogeny.representation.layers").Layer(THEORY, 1),
}


def records():
    names = {*make_api.doors(), *(name for room in make_api.rooms() for name in make_api.returned(room))}
    things = (getattr(import_module(name.rpartition(".")[0]), name.rpartition(".")[2], None) for name in sorted(names))
    return [each for each in things if dataclasses.is_dataclass(each)]


@pytest.mark.parametrize("record", records(), ids=lambda record: record.__name__)
def test_every_record_writes_its_own_introduction(record):
    assert record.__repr__.__qualname__.startswith(record.__name__), f"{record.__name__} shows its arrays"


@pytest.mark.parametrize("name", EXAMPLES)
def test_introductions_are_short(name):
    shown = repr(EXAMPLES[name]())
    assert shown.startswith(f"<{name}: ") and len(shown) < 300 and "array(" not in shown


def test_what_rests_on_nothing_does_not_say_so():
    given = on.Trajectory.from_weights(WORLD, [0.0, 1.0], [np.zeros((2, 4, 8)), np.zeros((2, 36, 4))])
    assert "rests on" not in repr(given) and "rests on saxe2014 (12)" in repr(THEORY)
