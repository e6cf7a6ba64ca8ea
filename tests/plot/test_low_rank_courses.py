"""Pictures of teachers of few modes carry the records' numbers, in any order of times."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import ontogeny as on

SIZES = {"inputs": 100, "outputs": 50, "initial_strength": 1e-3}
TIMES = np.linspace(0, 6, 61)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_low_rank_teachers():
    risk = on.generalization.low_rank_teacher(TIMES, [3.0, 0.3], **SIZES)
    ax = on.plot.low_rank_risk(risk, label="two modes")
    drawn = [line.get_ydata() for line in ax.get_lines()]
    for values in (risk.test_error, risk.train_error):
        assert any(np.array_equal(line, values) for line in drawn)
    assert any(list(line.get_xdata()) == [risk.best[0]] for line in ax.get_lines())
    marks = [line.get_xdata() for line in ax.get_lines() if list(line.get_ydata()) == [0, 0.04]]
    assert len(marks) == 1  # the weak mode does not stand out
    half = TIMES[np.argmax(risk.learned[:, 0] > 0.5 * risk.learned[:, 0].max())]
    assert marks[0][0] == half
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["test error, two modes", "train error, two modes", "optimal shrinkage, two modes"]
    assert ax.get_ylim() == pytest.approx((0, 1.6 * risk.test_error[0]))


def test_times_in_any_order():
    mixed = np.random.default_rng(0).permutation(TIMES)
    for draw, record in (
        (on.plot.low_rank_risk, lambda t: on.generalization.low_rank_teacher(t, [3.0], **SIZES)),
        (on.plot.transfer, lambda t: on.generalization.transfer(t, 1.5, 3.0, 0.5, other_outputs=50, **SIZES)),
    ):
        first, second = (draw(record(times)).get_lines()[0] for times in (TIMES, mixed))
        np.testing.assert_allclose(first.get_xydata(), second.get_xydata(), rtol=1e-12)


@pytest.mark.parametrize(("alignment", "word"), [(1.0, "helps"), (0.0, "harms")])
def test_transfer(alignment, word):
    pair = on.generalization.transfer(TIMES, 1.5, 3.0, alignment, other_outputs=50, **SIZES)
    ax = on.plot.transfer(pair)
    assert word in ax.get_title() and f"{abs(pair.benefit):.2g}" in ax.get_title()
    drawn = [line.get_ydata() for line in ax.get_lines()]
    assert any(np.array_equal(line, pair.together) for line in drawn)
    assert any(list(line) == [pair.alone.min()] for line in drawn)
    assert on.plot.transfer(pair, ax=ax) is ax


@pytest.mark.parametrize("name", ["low_rank_risk", "transfer"])
def test_other_records_are_refused(name):
    with pytest.raises(on.InputError, match="record is of type list"):
        getattr(on.plot, name)([])
