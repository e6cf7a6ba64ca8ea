"""What is said of levels in distances over time: half-times, one network for all, and what is not known."""

import json

import numpy as np
import pandas as pd
import pytest

import ontogeny as on
from ontogeny import plot
from ontogeny._core.notes import Note
from ontogeny.fitting import fit_rdm_movie
from ontogeny.report.rdm_fit_summary import CANNOT, FittedMovie, as_json, findings, show, write
from ontogeny.report.terminal import Terminal
from ontogeny.representation import rdm


@pytest.fixture(scope="module")
def world():
    return on.datasets.load("rumelhart")


@pytest.fixture(scope="module")
def found(world):
    theory = on.predict(world, initial_strength=0.01, times=np.linspace(0, 4, 20))
    return FittedMovie(fit_rdm_movie(rdm(theory, 1), world), (Note("times", "Counted from 0."),))


def test_a_theory_is_one_network(found):
    told = findings(found)
    assert told[0] == "8 of 8 levels show learning (layer 1 of 2, squared euclidean distances)."
    assert told[1].startswith("First, half of “") and "is learned at 0.479 [0.479, 0.479]; last, half of “" in told[1]
    assert told[2].startswith("Times are those of one network with the singular values of the world (F(14, ")
    assert "half-times differ by less than 0.1% (median; up to less than 0.1%), widths by less than 0.1%." in told[2]
    assert told[3] == "Levels are learned in its order. It explains 100% of their strengths over time."
    assert told[4].startswith("It has a time constant of 1 [1, 1] and an initial strength of 0.01 [0.01, 0.01]")
    assert told[-1] == CANNOT and repr(found).startswith("<FittedMovie: <RdmMovieFit: 8 of 8")


def test_other_times_are_told_from_those_of_a_network(world):
    """Stretched for the levels below the first: by a little, by much; and what was not learned is named."""
    theory = on.predict(world, initial_strength=0.01, times=np.linspace(0, 4, 40))
    movie = on.representation.rdm_movie(rdm(theory, 1), world)

    def said(factor, learned=8):
        t = movie.strength["time"].values
        k = np.array([
            np.interp(t / (factor if place else 1.0), t, movie.strength.values[:, place]) * (place < learned)
            for place in range(8)
        ])  # fmt: skip
        rng = np.random.default_rng(0)
        distances = np.einsum("gt,gij->tij", k, movie.patterns.values)
        upper = np.triu(1e-3 * rng.standard_normal(distances.shape), 1)
        fit = fit_rdm_movie(distances + upper + np.swapaxes(upper, 1, 2), world, times=t, floor=0.0)
        return findings(FittedMovie(fit, ()))

    assert any("by more than noise explains (F(" in each and "but by little" in each for each in said(1.05))
    assert any(each.startswith("Times are not those of one network") and "p = less" in each for each in said(3.0))
    few = said(1.0, learned=1)
    assert few[0].startswith("1 of 8 levels show learning") and few[1].startswith("No sign of learning, and so no half")
    assert "Whether one network would learn them so takes two levels that are learned." in few
    assert any(each.startswith("Half of “") for each in few)


def test_it_is_written_drawn_and_told_to_machines(found, tmp_path):
    write(found, tmp_path / "levels.csv", tmp_path / "levels.svg")
    table = pd.read_csv(tmp_path / "levels.csv")
    assert len(table) == 8 and table["half_time"].is_monotonic_increasing
    assert "<svg" in (tmp_path / "levels.svg").read_text()
    document = json.loads(as_json(found), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert {"levels", "shared", "findings", "notes"} <= set(document)
    assert {"half_time", "half_time_low", "half_time_high", "width", "depth"} <= set(document["levels"][0])
    assert document["notes"][0] == "Counted from 0." and document["shared"]["tau"] == pytest.approx(1.0)


def test_it_is_shown_in_a_terminal(found, capsys):
    show(found, Terminal(width=120), (None,))
    shown = capsys.readouterr().out
    assert "- Counted from 0." in shown and "one network" in shown and "8 of 8 levels show learning" in shown


def test_courses_are_drawn_over_strengths(found):
    import matplotlib.pyplot as plt

    ax = plot.rdm_movie_fit(found.fit)
    dots = [line for line in ax.get_lines() if line.get_marker() == "o"]
    dashed = [line for line in ax.get_lines() if line.get_linestyle() == "--" and len(line.get_xdata()) > 1]
    assert len(dots) == len(dashed) == 8
    np.testing.assert_allclose(dots[-1].get_ydata(), found.fit.measured[:, 0])
    clock = dashed[-1].get_xdata()
    np.testing.assert_allclose(dashed[-1].get_ydata(), found.fit.strength(clock, shared=True)[:, 0])
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels[0].startswith("1  ") and "half at 0.479" in labels[0] and labels[-1] == "one network for all levels"
    plt.close("all")
