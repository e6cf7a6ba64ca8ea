"""Pictures of representations hold the records' numbers."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import ontogeny as on
from ontogeny import InputError, plot
from ontogeny.representation import Recording, activity, compare_with_theory, rdm, rdm_movie


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def child():
    return on.simulate(on.datasets.load("rumelhart"), until=8.0, seed=[0, 1])


def test_distances_and_their_agreement(child):
    hidden, output = (rdm(child, layer, times=[8.0])[0, 0] for layer in (1, "output"))
    ax = plot.distances(hidden)
    np.testing.assert_array_equal(ax.get_images()[0].get_array(), hidden.values)
    assert [text.get_text() for text in ax.get_xticklabels()][:2] == ["pine", "oak"]
    plt.close("all")
    (points,) = plot.compared_distances(
        hidden, output.isel(item=slice(None, None, -1), item_2=slice(None, None, -1))
    ).get_lines()
    pairs = np.triu_indices(8, 1)
    np.testing.assert_allclose(points.get_xdata(), hidden.values[pairs])
    np.testing.assert_allclose(points.get_ydata(), output.values[pairs])
    with pytest.raises(InputError, match="select one time"):
        plot.distances(rdm(child, 1))
    with pytest.raises(InputError, match="several times or networks"):
        plot.compared_distances(rdm(child, 1), rdm(child, 1))


def test_movies(child):
    movie = rdm_movie(rdm(child, 1), child.environment)
    lines = plot.rdm_movie(movie, linestyle=":").get_lines()
    np.testing.assert_allclose(lines[2].get_ydata(), movie.strength.mean("seed")[:, 2])
    with pytest.raises(InputError, match="record has no times"):
        plot.rdm_movie(rdm_movie(rdm(child, 1)[0, -1], child.environment))


def test_networks_beside_the_theory(child):
    found = compare_with_theory(child)
    lines = plot.compared_courses(found).get_lines()
    assert len(lines) == 8 * 3 + 2  # of every mode the theory and two networks, and a legend
    np.testing.assert_allclose(lines[1].get_ydata(), found.course["measured"][0, :, 0])
    plt.close("all")
    _, points = plot.compared_half_times(found).get_lines()
    reached = np.isfinite(found.half_times["measured"]) & np.isfinite(found.half_times["predicted"])
    assert len(points.get_xdata()) == int(reached.sum())
    plt.close("all")
    hidden, _ = plot.compared_similarities_over_time(found).get_lines()
    np.testing.assert_allclose(hidden.get_ydata(), found.similarity[0].mean("seed"))
    plt.close("all")
    (drift,) = plot.conserved_quantities(found).get_lines()
    np.testing.assert_allclose(drift.get_ydata(), found.drift[0].mean("seed"))
    recording = Recording(child.environment, child.snapshot_time, {"IT": activity(child, 1)})
    with pytest.raises(InputError, match="knows no weights of two layers"):
        plot.conserved_quantities(compare_with_theory(recording))
