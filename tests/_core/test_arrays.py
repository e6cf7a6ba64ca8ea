import numpy as np
import pytest

from ontogeny._core.arrays import arrays
from ontogeny._core.checks import InputError
from ontogeny._core.domains import law_arrays


@pytest.mark.parametrize(
    "value",
    [1, 1.0, True, [1, 2], (1.0, [2, 3][0]), np.arange(3), np.float32(1.5), np.ones(2, dtype=np.float16), np.uint8(3)],
)
def test_numbers_lists_and_numpy_become_numpy_float64(value):
    xp, array, other = arrays(value, 0.5)
    assert xp is np
    assert type(array) is np.ndarray
    assert array.dtype == other.dtype == np.float64
    np.testing.assert_array_equal(array, np.asarray(value, dtype=float))


def test_a_float64_array_is_passed_on_without_a_copy():
    given = np.linspace(0, 1, 5)
    assert arrays(given)[1] is given


@pytest.mark.parametrize("value", [1j, np.ones(2, dtype=complex), [1.0, 2j]])
def test_complex_numbers_are_refused(value):
    with pytest.raises(InputError, match=r"complex128, but the laws take real numbers; pass real numbers"):
        arrays(1.0, value)


@pytest.mark.parametrize("value", ["fast", ["1", "2"], None, object()])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(InputError, match=r"got values of type .*, but the laws take real numbers"):
        arrays(value)


class TestJax:
    def test_jax_wins_over_numpy_and_keeps_its_single_precision(self, jax):
        xp, t, s, n = arrays(jax.numpy.ones(3), np.ones(2), 2)
        assert isinstance(t, jax.Array)
        assert isinstance(s, jax.Array)
        assert t.dtype == s.dtype == n.dtype == np.float32
        assert xp.exp(t).dtype == np.float32

    def test_jax_in_double_precision(self, jax):
        with jax.enable_x64(True):
            _, t, s, k = arrays(jax.numpy.ones(3), np.float32(1.0), jax.numpy.arange(3))
        assert t.dtype == s.dtype == k.dtype == np.float64

    def test_whole_numbers_become_the_default_floating_type(self, jax):
        assert arrays(jax.numpy.arange(3))[1].dtype == np.float32
        with jax.enable_x64(True):
            assert arrays(jax.numpy.arange(3))[1].dtype == np.float64

    def test_traces_differentiates_and_maps(self, jax):
        def square(x):
            _, x, two = arrays(x, 2)
            return x**two

        assert float(jax.jit(square)(3.0)) == 9.0
        assert float(jax.grad(square)(3.0)) == 6.0
        np.testing.assert_array_equal(jax.vmap(square)(jax.numpy.arange(3.0)), [0, 1, 4])

    def test_complex_jax_is_refused(self, jax):
        with pytest.raises(InputError, match=r"got complex numbers.*pass their real part"):
            arrays(jax.numpy.ones(2, dtype=complex), 1.0)


class TestTorch:
    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_torch_keeps_its_type_and_device(self, torch, dtype):
        dtype = getattr(torch, dtype)
        _, t, s, d = arrays(torch.ones(3, dtype=dtype), [1.0, 2.0], np.float64(3))
        assert all(isinstance(x, torch.Tensor) for x in (t, s, d))
        assert t.dtype == s.dtype == d.dtype == dtype
        assert t.device == s.device == d.device

    def test_other_arguments_go_to_the_tensors_device(self, torch):
        _, _, s = arrays(torch.ones(3, device="meta"), [1.0, 2.0])
        assert s.device.type == "meta"

    def test_the_widest_type_wins(self, torch):
        _, t, s = arrays(torch.ones(2, dtype=torch.float32), torch.ones(2, dtype=torch.float64))
        assert t.dtype == s.dtype == torch.float64

    def test_whole_numbers_become_the_default_floating_type(self, torch):
        assert arrays(torch.arange(3))[1].dtype == torch.float32

    def test_gradients_pass(self, torch):
        leaf = torch.tensor(3.0, requires_grad=True)
        _, x, two = arrays(leaf, 2)
        (x**two).backward()
        assert float(leaf.grad) == 6.0

    def test_a_list_of_tensors_keeps_its_gradients(self, torch):
        leaves = [torch.tensor(x, requires_grad=True) for x in (1.0, 2.0)]
        _, stacked = arrays([leaves, [0.5, 1]])
        assert tuple(stacked.shape) == (2, 2)
        (stacked**2).sum().backward()
        assert [float(leaf.grad) for leaf in leaves] == [2.0, 4.0]


def test_two_foreign_libraries_are_refused_in_a_sentence(jax, torch):
    with pytest.raises(InputError, match=r"got arrays of jax.numpy and torch in one call, which cannot be mixed; conv"):
        arrays(jax.numpy.ones(2), torch.ones(2))


def test_a_law_names_the_argument_that_is_no_number():
    with pytest.raises(InputError, match="strength is of type complex128, but the laws take real numbers"):
        law_arrays(time=1.0, strength=1j)
