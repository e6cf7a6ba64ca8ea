"""Reports on plasticity: their numbers are those of the laws, their sentences say them, their pages stand alone."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp

import ontogeny as on
from ontogeny import InputError
from ontogeny._core.settings import defaults
from ontogeny.cli.plasticity_command import _study
from ontogeny.plasticity import (
    OrientationTask,
    Segment,
    greedy_pretraining,
    perceptual_learning,
    two_pathways,
    will_pretraining_help,
    window,
)
from ontogeny.report.plasticity_settings import KINDS
from ontogeny.report.pretraining_study import table_pretraining_study
from ontogeny.report.worded_page import words, write
from ontogeny.report.worded_summary import as_json
from ontogeny.tables.targets import with_target


def study(kind, **changed):
    settings = defaults(KINDS[kind])
    return _study(kind, type(settings)({**settings.values, **changed}, "", dict.fromkeys(changed, 1)))


@pytest.fixture(scope="module")
def studies():
    return {kind: study(kind) for kind in KINDS}


@pytest.fixture(scope="module")
def pages(studies, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    return {kind: write(found, folder / kind) for kind, found in studies.items()}


def test_pretraining_is_told_as_the_law_has_it(studies):
    say = words(studies["pretraining"])
    world = on.Environment.from_correlations(np.diag([2.0, 1.0, 0.5, 0.25]), np.diag([2.0, 1.0, 0.5, 0.25]))
    effect = will_pretraining_help(world, depth=4)
    assert say.headline() == effect.meaning and "700 times sooner" in say.headline()
    rows = {row[""]: row for row in say.numbers()}
    for depth in (2, 4):
        direct = will_pretraining_help(world, depth=depth)
        assert rows["pretrained"][f"depth {depth}"] == direct.learning_time("pretrained")
        assert rows["spent on pretraining"][f"depth {depth}"] == pytest.approx(direct.pretraining_time, rel=1e-12)
    assert rows["small weights"]["depth 8"] == "not learned"


def test_deprivation_costs_what_the_chain_of_the_component_says():
    """Time until a share of the error along it is removed, by integrating its three layers."""
    found = study("pretraining", depth=3, variances=[1.0, 0.5], duration=4.0, share=0.75, deprived=1)
    for left, time in zip(found.deprived["remaining"].values, found.deprived.values[0], strict=True):
        stack = greedy_pretraining([left], 4.0, layers=2, initial_weight=0.05)
        start = [*stack.layer_strengths[:, 0], 0.0]

        def velocity(_, w):
            product = np.prod(w)
            return [np.prod(np.delete(w, k)) * (1 - product) for k in range(3)]

        end = solve_ivp(velocity, (0, float(time)), start, rtol=1e-10, atol=1e-13).y[:, -1]
        assert (1 - np.prod(end)) ** 2 == pytest.approx(0.25, rel=1e-5)


def test_deficits_are_told_as_the_courses_have_them(studies):
    found = studies["critical-period"]
    segments = [Segment(20.0, (1.0, 0.0)), Segment(6.0, (0.0, 1.0)), Segment(24.0)]
    for course, kind in ((found.course, "freeze"), (found.other, "silence")):
        direct = two_pathways(segments, depth=2, initial_weights=(0.02, 0.02), deficit=kind)
        np.testing.assert_array_equal(course.weights, direct.weights)
    rows = words(found).numbers()
    assert [row[""] for row in rows] == ["freeze", "silence"]
    assert rows[0]["share of the second"] < 1e-3 and rows[1]["share of the second"] == pytest.approx(0.496, abs=3e-3)
    assert "the second pathway does less than 0.1% of what both do" in words(found).headline()
    assert "Where no signal passes a closed pathway (silence), it would do 50%." in words(found).headline()


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_half_time_is_that_of_the_course(depth):
    found = study("critical-period", depth=depth, target=[2.0], initial_weights=[0.1, 0.1])
    course = two_pathways([Segment(found.half_time)], target=2.0, depth=depth, initial_weights=(0.1, 0.1))
    assert course.strengths[-1].sum() == pytest.approx(1.0, rel=1e-3)


def test_half_times_and_windows_are_those_of_the_weights_given():
    """Unequal starts and weight decay, by integrating the scalars: 4.13, 4.03 and 3.08."""
    cases = (
        dict(depth=3, initial_weights=[0.02, 0.2]), dict(weight_decay=0.1),
        dict(depth=3, initial_weights=[0.3, 0.3], weight_decay=0.1),
    )  # fmt: skip
    for case, printed in zip(cases, (4.13, 4.03, 3.08), strict=True):
        found = study("critical-period", **case)
        depth, decay = case.get("depth", 2), case.get("weight_decay", 0.0)

        def velocity(_, p, depth=depth, decay=decay):
            return p ** (depth - 1) * (1 - np.sum(p**depth)) - decay * p

        start = case.get("initial_weights", [0.02, 0.02])
        end = solve_ivp(velocity, (0, found.half_time), start, rtol=1e-10, atol=1e-13).y[:, -1]
        assert np.sum(end**depth) == pytest.approx(0.5, rel=1e-3) and found.half_time == pytest.approx(
            printed, abs=6e-3
        )
    direct = window(
        2 * found.half_time, length=0.5 * found.half_time, depth=3, initial_weight=0.3, weight_decay=0.1,
        recovery=20 * found.half_time,
    )  # fmt: skip
    assert float(found.windows.sel(depth=3, onset=2.0)) == pytest.approx(direct[0], rel=1e-6) and direct[0] < 1e-5
    fading = study("critical-period", weight_decay=5.0)
    assert words(fading).headline().startswith("Nothing is learned") and np.isnan(fading.windows.sel(depth=2)).all()
    assert "Half of the task is never learned" in words(fading).notes[-1]


def test_other_depths_start_equally_strong():
    found = study("critical-period", depth=2, initial_weights=[0.1, 0.12])
    segments = [Segment(20.0, (1.0, 0.0)), Segment(6.0, (0.0, 1.0)), Segment(24.0)]
    starts = (0.1 ** (2 / 3), 0.12 ** (2 / 3))
    direct = two_pathways(segments, depth=3, initial_weights=starts, deficit="silence").shares[-1, 0]
    assert float(found.by_depth.sel(deficit="silence", depth=3)) == pytest.approx(direct, rel=1e-9)


def test_other_precisions_and_depths_are_trained(studies):
    found = study("perceptual", gains=[1.0, 0.7], until=400.0)
    fine = perceptual_learning([0.0, 400.0], gains=(1.0, 0.7), task_precision=0.5)
    np.testing.assert_allclose(found.by_precision.sel(precision=0.5), fine.slope_ratio[-1], rtol=1e-9)
    deep = perceptual_learning([0.0, 400.0], gains=(1.0, 0.7, 0.7, 0.7)).slope_ratio[-1]
    np.testing.assert_allclose(found.by_depth.sel(layers=4), deep[[0, -1]], rtol=1e-9)
    one = perceptual_learning([0.0, 400.0], gains=(1.0,)).slope_ratio[-1]
    np.testing.assert_allclose(found.by_depth.sel(layers=1), one[[0, 0]], rtol=1e-9)


def test_half_of_the_change_is_found_however_long_training_lasts():
    for until in (30.0, 1e5):
        found = study("perceptual", until=until)
        np.testing.assert_allclose(found.half_times, [3.308, 3.308, 2.293], atol=5e-3)  # printed


def test_training_that_makes_answers_worse_is_not_called_better():
    text = words(study("perceptual", readout=3.0)).headline()
    assert "69% of the answers are right instead of 74%" in text and "get better" not in text and "change by" in text


def test_perceptual_learning_is_told_as_the_chain_has_it(studies):
    found = studies["perceptual"]
    direct = perceptual_learning([0.0, 30.0])
    rows = {row[""]: row for row in words(found).numbers()}
    assert rows["layer 1"]["slope, of that before"] == pytest.approx(direct.slope_ratio[-1, 0], rel=1e-9)
    assert rows["readout"]["gain after"] == pytest.approx(direct.layer_gains[-1, -1], rel=1e-9)
    assert "a factor of 1.34 in layer 1 and 1.79 in layer 2" in words(found).headline()
    assert "Up to 21.3° away" in words(found).headline()  # the printed zero crossing is at 21.28
    assert any("A reconstruction" in text for text in words(found).standing)


def test_single_trials_are_laid_over_and_their_drift_is_said():
    found = study("perceptual", learning_rate=0.01, units=12, until=20.0)
    assert found.trials.method == "single trials" and found.trials.time.size == 21
    assert any(text.startswith("Single trials drift: ") for text in words(found).warnings())
    assert "single_trials" in words(found).tables()


def test_what_the_laws_warn_of_is_on_the_page():
    stuck = words(study("perceptual", gains=[0.5], readout=-0.5, until=10.0))
    assert any("converges to the saddle point at 0" in text for text in stuck.warnings())
    endless = words(study("perceptual", gains=[1.0, 0.5], internal_noise=[0.3, 0.0], until=10.0))
    assert any(text.endswith("are those at t = 10.") for text in endless.warnings())
    off = words(study("perceptual", reference=91.2, tuning_width=3.0, until=10.0))
    assert any(text.startswith("Not fulfilled: learned direction is an axis") for text in off.warnings())
    ahead = words(study("critical-period", depth=3, initial_weights=[0.1, 0.11]))
    assert any("a small lead decides the race" in text for text in ahead.warnings())
    decaying = words(study("critical-period", depth=3, initial_weights=[0.1, 0.1], weight_decay=0.01))
    assert any("is lost in the end, however small" in text for text in decaying.warnings())


def test_many_modes_have_a_row_each():
    rows = words(study("critical-period", target=[1.0, 0.5])).numbers()
    assert [row[""] for row in rows] == ["freeze, mode 1", "freeze, mode 2", "silence, mode 1", "silence, mode 2"]


def test_other_depths_that_cannot_be_seen_are_left_out():
    found = study("critical-period", depth=6, initial_weights=[0.3, 0.3])
    assert np.isfinite(found.windows.sel(depth=6)).all()
    for weights in ([5.0, 5.0], [1e-9, 1e-9]):
        with pytest.raises(InputError, match="initial_weights are too large or too small to see how 6 layers learn"):
            study("critical-period", depth=6, initial_weights=weights)


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((300, 4)) * [2.0, 1.0, 0.5, 0.2]
    frame = pd.DataFrame(x, columns=list("abcd"))
    return frame.assign(strong=x[:, 0] + 0.3 * x[:, 1], kind=np.where(x[:, 0] > 0, "big", "small"))


def test_a_table_is_studied_along_its_components(samples):
    read = with_target(samples, "strong", drop=("kind",))
    found = table_pretraining_study(read, "mine", depth=3, initial_weight=0.05, duration=None, share=0.9)
    direct = will_pretraining_help(samples[list("abcd")].to_numpy(), samples["strong"].to_numpy(), depth=3)
    assert found.effect.speedup == pytest.approx(direct.speedup, rel=1e-6) and found.deprived is None
    np.testing.assert_allclose(
        found.stack.variances, np.sort(np.linalg.eigvalsh(np.cov(samples[list("abcd")].T, ddof=0)))[::-1]
    )
    assert words(found).heading.startswith("“mine”: does early experience")
    classes = table_pretraining_study(
        with_target(samples, "kind", drop=("strong",)), "mine", depth=2, initial_weight=0.05, duration=None, share=0.9
    )
    assert any("Two classes were read" in text for text in words(classes).notes)


def test_white_inputs_with_a_target_are_not_called_items():
    signs = pd.DataFrame([[a, b] for a in (-1.0, 1.0) for b in (-1.0, 1.0)] * 3, columns=["a", "b"])
    read = with_target(signs.assign(y=signs["a"]), "y")
    say = words(table_pretraining_study(read, "signs", depth=3, initial_weight=0.05, duration=8.0, share=0.9))
    assert say.headline().startswith("The inputs vary alike in all directions") and not say.sections()


def test_items_without_structure_are_told_so(tmp_path):
    zoo = on.datasets.load("zoo")
    found = table_pretraining_study(zoo, "zoo", depth=3, initial_weight=0.05, duration=8.0, share=0.9)
    say = words(found)
    assert say.headline().startswith("Each item is an input of its own (one-hot)") and not say.sections()
    for _ in range(2):  # an earlier report without figures is replaced like any other
        page = write(found, tmp_path / "report")
    assert page.exists() and not (page.parent / "figures").exists()
    json.loads(as_json(found, page), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_pages_have_all_figures_and_tables(pages, studies):
    for kind, page in pages.items():
        html = page.read_text(encoding="utf-8")
        say = words(studies[kind])
        figures = {path.stem for path in (page.parent / "figures").glob("*.svg")}
        assert figures == {section[0] for section in say.sections()} and html.count("<figure") == len(figures)
        tables = {path.stem for path in (page.parent / "tables").glob("*.csv")}
        assert tables == set(say.tables()) and all(f"{name}.csv" in html for name in tables)
        assert re.search(r'<[^>]*(?:src|href)="http', html) is None
        for text in say.standing:
            assert (text.split("(")[0].split("'")[0][:60] in html) is True


def test_json_has_the_finding(studies):
    for kind, found in studies.items():
        document = json.loads(as_json(found, Path("here")), parse_constant=lambda word: pytest.fail(f"{word}: no JSON"))
        assert document["headline"] == words(found).headline() and document["settings"], kind


def test_the_snippets_run(studies):
    import matplotlib.pyplot as plt

    for found in studies.values():
        scope: dict = {}
        exec(compile(words(found).snippet, "snippet", "exec"), scope)
    assert isinstance(scope["found"].task, OrientationTask)
    plt.close("all")
