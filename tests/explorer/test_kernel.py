"""Two implementations of a formula agree: every function of the page's kernel beside its Python twin, in Chromium.

Each is evaluated at 200 random points of a fixed seed, at 60 of them under CI=true. The twins are in `kernel_twins`.
"""

import os
from pathlib import Path

import numpy as np
import pytest

import ontogeny as on
from browser import browser
from kernel_twins import courses, learners, matrices, plastic, single_numbers  # noqa: F401
from kernel_twins.registry import TWINS
from ontogeny import modes
from ontogeny.explorer import page_files

POINTS = 60 if os.environ.get("CI") else 200
TOLERANCE = 1e-10  # of the issue, relative to the size of the answer or 1; most functions agree to 1e-13
KERNEL = Path(page_files.__file__).parent / "page" / "kernel"


@pytest.fixture(scope="module")
def page(chromium):
    with browser(chromium) as context:
        page = context.new_page()
        for name in page_files.KERNEL:
            page.add_script_tag(path=KERNEL / f"{name}.js")
        yield page


@pytest.mark.parametrize("name", TWINS)
def test_the_page_computes_what_python_computes(page, name):
    call, draw_point = TWINS[name]
    points = [draw_point(np.random.default_rng([20140, number])) for number in range(POINTS)]
    found = page.evaluate(f"(points) => points.map((a) => {call})", [given for given, _ in points])
    for (given, expected), answer in zip(points, found, strict=True):
        if isinstance(expected, str):
            assert answer == expected, given
            continue
        expected = np.asarray(expected, dtype=float)
        answer = np.asarray(answer, dtype=float)
        assert answer.size == expected.size, (given, answer, expected)
        off = np.abs(answer.ravel() - expected.ravel()) / np.maximum(1.0, np.abs(expected).max(initial=0.0))
        assert off.max(initial=0.0) <= TOLERANCE, (given, answer, expected)


def test_every_function_of_the_kernel_has_a_twin(page):
    rooms = page.evaluate(
        "Object.entries(ontogeny).flatMap(([room, all]) => Object.keys(all).map((f) => `${room}.${f}`))"
    )
    assert sorted(rooms) == sorted(TWINS)


@pytest.mark.parametrize("name", on.datasets.names())
def test_worlds_are_unpacked_as_they_were_packed(page, name):
    world = on.datasets.load(name)
    found = page.evaluate(
        "(world) => { const { spectrum, items } = ontogeny.unpacked({ world }).world;"
        "return { items, s: spectrum.singularValues,"
        "input: spectrum.inputModes.map((x) => [...x]), output: spectrum.outputModes.map((x) => [...x]) }; }",
        page_files.world_data(world),
    )
    modes = world.spectrum()
    assert found["items"] == list(world.items)
    np.testing.assert_array_equal(found["s"], modes.singular_values)
    np.testing.assert_array_equal(np.transpose(found["output"]), modes.output_modes)
    np.testing.assert_allclose(np.transpose(found["input"]), modes.input_modes, atol=TOLERANCE)


def test_the_number_of_the_paper(page):
    """s = 3, u0 = .001, tau = 1: the page has the strength at t = 1 that Python has."""
    found = page.evaluate("ontogeny.modes.modeStrength(1, 3, 0.001)")
    assert found == pytest.approx(0.3557124789, abs=5e-11)
    assert found == pytest.approx(float(modes.balanced.mode_strength(1.0, 3.0, 1e-3)), rel=1e-13)
