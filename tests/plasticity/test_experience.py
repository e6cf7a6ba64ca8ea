"""Deficits with an onset and an end become segments; what cannot be is refused."""

import pytest

from ontogeny import InputError
from ontogeny.plasticity import Deficit, Segment, schedule


def test_the_time_between_deficits_is_open():
    found = schedule([Deficit(5.0, 6.0, (0.0, 1.0)), Deficit(1.0, 3.0)], 10.0)
    assert found == [
        Segment(1.0), Segment(2.0, (1.0, 0.0)), Segment(2.0), Segment(1.0, (0.0, 1.0)), Segment(4.0),
    ]  # fmt: skip


def test_deficits_may_follow_each_other_and_last_from_the_first_moment_to_the_end():
    found = schedule([(0.0, 2.0, (1.0, 0.0)), (2.0, 5.0, (0.0, 1.0), 0.5)], 5.0)
    assert found == [Segment(2.0, (1.0, 0.0)), Segment(3.0, (0.0, 1.0), 0.5)]
    assert schedule([], 5.0) == [Segment(5.0)]


@pytest.mark.parametrize(
    ("deficits", "match"),
    [
        ([(0.0, 3.0), (2.0, 4.0)], "overlap: one begins at 2, before the one before it ends at 3"),
        ([(3.0, 3.0)], "hold one from 3 to 3, which lasts no time"),
        ([(-1.0, 3.0)], "deficits is -1"),
        ([(1.0, float("inf"))], "deficits is inf"),
        ([(1.0, 12.0)], "ends at 12, but the experience ends at 10"),
        ([5.0], "hold 5.0, which is no deficit"),
        ([(1.0, 2.0, (1.0, 2.0))], "open"),
        ([(1.0, 2.0, (1.0, 0.0), -1.0)], "deficits is -1"),
    ],
)
def test_refusals(deficits, match):
    with pytest.raises(InputError, match=match):
        schedule(deficits, 10.0)
