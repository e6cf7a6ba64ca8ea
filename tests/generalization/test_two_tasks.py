"""Transfer between two tasks: sampled pairs, the sign of the benefit, symmetries."""

import numpy as np
import pytest

from ontogeny import InputError
from ontogeny.generalization import low_rank_teacher, transfer
from ontogeny.modes import balanced

SIZES = {"inputs": 100, "outputs": 50, "other_outputs": 50, "initial_strength": 1e-3}


def sampled(strength, other, alignment, times, draws, inputs, outputs, other_outputs, initial_strength):
    draw, found = np.random.default_rng(0), []
    for _ in range(draws):
        axes = np.linalg.qr(draw.normal(size=(inputs, 2)))[0]
        second = alignment * axes[:, 0] + np.sqrt(1 - alignment**2) * axes[:, 1]
        sides = [side / np.linalg.norm(side) for side in (draw.normal(size=outputs), draw.normal(size=other_outputs))]
        teacher = np.concatenate([strength * np.outer(sides[0], axes[:, 0]), other * np.outer(sides[1], second)])
        left, values, right = np.linalg.svd(
            teacher + draw.normal(size=teacher.shape) / np.sqrt(inputs), full_matrices=False
        )
        learned = balanced.mode_strength(np.asarray(times)[:, None], values, initial_strength)
        maps = left[:outputs] @ (learned[:, :, None] * right)
        found.append(np.sum((maps - teacher[:outputs]) ** 2, axis=(1, 2)) / strength**2)
    return np.mean(found, axis=0), np.std(found, axis=0) / np.sqrt(draws)


@pytest.mark.parametrize("alignment", [1.0, 0.7, 0.0, -0.7])
@pytest.mark.parametrize("outputs", [(50, 50), (30, 90)])
def test_sampled_pairs_of_tasks(outputs, alignment):
    """Within 3.5 standard errors of 80 draws and 1%, where the published sum is 1 to 6% off."""
    sizes = SIZES | {"outputs": outputs[0], "other_outputs": outputs[1]}
    times = [0.5, 1.0, 2.0, 3.0, 5.0]
    theory = transfer(times, 1.5, 3.0, alignment, **sizes).together
    mean, error = sampled(1.5, 3.0, alignment, times, 80, **sizes)
    assert np.all(np.abs(mean - theory) < 3.5 * error + 0.01 * theory)


def test_aligned_tasks_help_and_others_harm():
    times = np.linspace(0, 6, 300)
    benefits = [transfer(times, 1.5, 3.0, q, **SIZES).benefit for q in (1.0, 0.7, 0.0)]
    assert benefits[0] > 0.4 and 0.05 < benefits[1] < benefits[0] and benefits[2] < -0.2
    assert transfer(times, 1.5, 3.0, -0.7, **SIZES).benefit == pytest.approx(benefits[1], rel=1e-9)


def test_alone_is_the_student_of_one_teacher():
    times = np.linspace(0, 6, 30)
    pair = transfer(times, 1.5, 3.0, 0.5, **SIZES)
    alone = low_rank_teacher(times, 1.5, inputs=100, outputs=50, initial_strength=1e-3)
    np.testing.assert_array_equal(pair.alone, alone.test_error)


def test_both_tasks_together_are_the_joint_teacher():
    """Errors of the two halves add up to that of the whole, for any alignment."""
    times, q = np.linspace(0, 6, 13), 0.4
    first, second = (transfer(times, *pair, q, **SIZES) for pair in ((1.5, 3.0), (3.0, 1.5)))
    joint = np.sqrt(np.linalg.eigvalsh([[1.5**2, 1.5 * 3 * q], [1.5 * 3 * q, 3.0**2]]))
    whole = low_rank_teacher(times, joint, inputs=100, outputs=100, initial_strength=1e-3)
    added = first.together * 1.5**2 + second.together * 3.0**2
    np.testing.assert_allclose(added, whole.test_error * (1.5**2 + 3.0**2), rtol=1e-10)


def test_the_record_and_what_cannot_be():
    pair = transfer([0, 1.0, 2.0], 1.5, 3.0, 1.0, **SIZES)
    assert "the other task helps" in repr(pair) and pair.to_dataframe().shape == (3, 3)
    with pytest.raises(InputError, match="between -1 and 1"):
        transfer([1.0], 1.5, 3.0, 1.2, **SIZES)
    with pytest.raises(InputError, match="strengths above 0"):
        transfer([1.0], 1.5, 0.0, 1.0, **SIZES)
    with pytest.raises(InputError, match="a task has outputs"):
        transfer([1.0], 1.5, 3.0, 1.0, **SIZES | {"other_outputs": 0})
