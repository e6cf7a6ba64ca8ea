import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.generalization import ReluTeacher


def test_answers_are_of_size_one_and_noise_is_added():
    """Mean square of the answers: 1 on average over teachers, with a spread of about the root of 5/units."""
    squares = []
    for seed in range(30):
        teacher = ReluTeacher.drawn(units=60, noise_variance=0.0, seed=seed)
        x, y = teacher.sampled(500, np.random.default_rng(seed))
        squares.append(np.mean(y**2))
        assert np.allclose(y, np.maximum(x @ teacher.first_layer.T, 0) @ teacher.second_layer)
    assert np.mean(squares) == pytest.approx(1, abs=0.25)
    quiet = ReluTeacher.drawn(noise_variance=0.0, seed=1)
    noisy = ReluTeacher(quiet.first_layer, quiet.second_layer, 0.5)
    clean, loud = (teacher.sampled(20000, np.random.default_rng(3)) for teacher in (quiet, noisy))
    np.testing.assert_array_equal(clean[0], loud[0])
    assert np.var(loud[1] - clean[1]) == pytest.approx(0.5, rel=0.05)


def test_teachers_that_cannot_be():
    for change, said in [({"inputs": 0}, "at least one input"), ({"units": 0}, "one hidden unit")]:
        with pytest.raises(InputError, match=said):
            ReluTeacher.drawn(**change)
    with pytest.raises(InputError, match="a variance is not negative"):
        ReluTeacher.drawn(noise_variance=-1)
