"""Every public record says which papers it rests on: needs every extra, since it looks through every face."""

import dataclasses
from importlib import import_module

import make_api
import pytest

import ontogeny
from ontogeny import where
from ontogeny._core.bibliography import papers, software
from ontogeny._core.papers import cite
from ontogeny.networks.evolution import Evolution
from ontogeny.semantics.worlds import WorldComparison
from ontogeny.trajectory import Trajectory
from ontogeny.workflows.predictions import Predictions

# What no paper prints.
OURS = {"Acquisition", "PeopleComparison", "OrientationTask", "PerceptualLearning", "RdmMovie", "Recording"}

OF_WORLDS = {"Environment", "Taxonomy", "Layer", "Study", "Specification", "Sweep"}


def public_records():
    """Every record that a face promises or a function of it returns, and that rests on a paper."""
    names = {*make_api.doors(), *(name for room in make_api.rooms() for name in make_api.returned(room))}
    things = (getattr(import_module(name.rpartition(".")[0]), name.rpartition(".")[2], None) for name in names)
    return sorted(
        (each for each in things if dataclasses.is_dataclass(each) and each.__name__ not in OURS),
        key=lambda each: each.__name__,
    )


@pytest.mark.parametrize("record", public_records(), ids=lambda record: record.__name__)
def test_every_record_can_be_cited(record):
    """All but worlds, taxonomies, sweeps and what is made of them alone rest on a paper."""
    cited = cite(RECORDS[record]() if record in RECORDS else object.__new__(record))
    assert cited.endswith(software())
    assert (cited != software()) == (record.__name__ not in OF_WORLDS)


RECORDS = {
    Trajectory: lambda: ontogeny.predict(ontogeny.datasets.load("rumelhart"), until=1.0),
    Predictions: lambda: ontogeny.predict([ontogeny.datasets.load("rumelhart")] * 2, until=1.0),
    WorldComparison: lambda: ontogeny.semantics.compare_worlds(*[RECORDS[Trajectory]()] * 2),
    Evolution: lambda: ontogeny.networks.evolve([[[0.1, 0.2]], [[0.3]]], [[1.0, 2.0]], times=[0.0, 1.0]),
}


def test_what_is_printed_can_be_typed():
    """A public name after `import ontogeny`, or an import."""
    shown = [location for key in papers() for location in where(key) if not location.is_figure]
    assert len(shown) > 150
    for location in shown:
        if location.typed.startswith("from "):
            exec(location.typed, {})
        else:
            found = eval(location.typed, {"ontogeny": ontogeny})
            assert f"{found.__module__}.{found.__qualname__}" == location.name


def test_letters_of_figures_may_be_large():
    assert where("saxe2014", "Fig. 6A") == where("saxe2014", "fig. 6a") != ()
