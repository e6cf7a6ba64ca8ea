"""Numbers in sentences: what lies halfway is written in one way, whatever its last digits."""

import pytest

from ontogeny._core.digits import cents, short, steady


@pytest.mark.parametrize("value", [0.0625, 0.1875, 0.125, 2.5, 0.00125, 1e-20 / 8, 12.5e30, 0.045])
def test_numbers_halfway_are_written_in_one_way(value):
    for off in (-1e-13, 0.0, 1e-13):
        near = value * (1 + off)
        assert steady(near) == pytest.approx(value, rel=1e-9)
        for write_it in (short, cents, lambda number: short(number, 2), lambda number: f"{steady(number):.2g}"):
            assert write_it(near) == write_it(value)


def test_what_is_no_number_is_said():
    assert (short(float("nan")), short(float("inf")), short(0.0), short(-1e-13)) == ("nan", "inf", "0", "0")
