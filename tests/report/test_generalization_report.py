"""The report on generalization: its numbers are those of the theory, its sentences say them, its page stands alone."""

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ontogeny as on
from browser import browser
from ontogeny.generalization import learning_curves, optimal_stopping, test_error, train_error
from ontogeny.report.generalization_study import curves_study, table_study
from ontogeny.report.worded_page import words, write
from ontogeny.report.worded_summary import as_json
from ontogeny.tables.targets import with_target

WIDTHS = (390, 1200)  # a phone, a screen


@pytest.fixture(scope="module")
def curves():
    return curves_study(load=0.5, snr=5.0, inr=0.1, depth=1)


@pytest.fixture(scope="module")
def samples():
    draw = np.random.default_rng(0)
    x = draw.normal(size=(200, 20)) * np.arange(1, 21) ** -0.5
    answer = x @ draw.normal(size=20) + draw.normal(size=200)
    return pd.DataFrame(x, columns=[f"gene {n}" for n in range(20)]).assign(dose=answer)


@pytest.fixture(scope="module")
def table(samples):
    return table_study(with_target(samples, "dose"), "genes", sizes=(20, 60), runs=4)


@pytest.fixture(scope="module")
def pages(curves, table, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    return {name: write(study, folder / name) for name, study in (("curves", curves), ("table", table))}


def test_studies_introduce_themselves(curves, table):
    assert repr(curves) == "<CurvesStudy: 0.5 examples per input, depth 1; lowest test error 4.18 at t = 2.75>"
    assert repr(table).startswith("<TableStudy: 'genes', 'dose' to be predicted; <DataPrediction: 200 rows;")


def test_the_numbers_of_random_inputs_are_those_of_the_theory(curves):
    known = {"signal_variance": 5.0, "initial_variance": 0.1}
    stop = optimal_stopping(0.5, **known)
    rows = {row[""]: row for row in words(curves).numbers()}
    assert rows["at the optimal stopping time"]["time"] == stop.time
    assert rows["at the optimal stopping time"]["test error"] == stop.error == test_error(stop.time, 0.5, **known)
    assert rows["at the optimal stopping time"]["train error"] == train_error(stop.time, 0.5, **known)
    assert rows["before training"]["test error"] == pytest.approx(6.1)
    assert rows["at the end of training"]["test error"] == pytest.approx(4.55)
    assert rows["lowest possible"]["test error"] == stop.bayes_error


@pytest.mark.parametrize(("load", "floor"), [(0.5, 0.0), (1.0, 0.0), (4.0, 0.75)])
def test_learned_examples_end_at_their_floor(load, floor):
    rows = {row[""]: row for row in words(curves_study(load=load, snr=5.0, inr=0.0, depth=1, runs=1)).numbers()}
    assert rows["at the end of training"]["train error"] == floor == train_error(np.inf, load)


def test_the_headline_says_them(curves):
    text = words(curves).headline()
    assert "falls from 6.1 to 4.18 at t = 2.75, and then rises again to 4.55" in text
    assert "The lowest error possible with these data is 4.11" in text


@pytest.mark.parametrize("load", [0.2, 1.0, 3.0])
def test_trained_students_follow_the_theory(load):
    """Their mean, up to the best time; a single one is off by what its own noise makes it."""
    study = curves_study(load=load, snr=4.0, inr=1.0, depth=1, runs=8, seed=1)
    assert study.students.test_error.shape == (1, 8, study.curves.time.size)
    assert words(study).assumptions[1].holds
    until = study.curves.time <= study.curves.stopping.time
    for found, theory in (
        (study.students.test_error, study.curves.test_error), (study.students.train_error, study.curves.train_error)
    ):  # fmt: skip
        runs = found[0][:, until]
        error = runs.std(axis=0) / np.sqrt(7)
        assert np.all(np.abs(runs.mean(axis=0) - theory[until]) < 4 * error + 0.03 * theory[until])


def test_the_end_without_bound_and_nothing_to_learn():
    assert "rises again without bound" in words(curves_study(load=1.0, snr=5.0, inr=0.0, depth=1)).headline()
    nothing = words(curves_study(load=0.5, snr=0.0, inr=0.0, depth=1))
    assert "It is best not to train" in nothing.headline() and "from 1 to 2" in nothing.headline()
    few = words(curves_study(load=1e-3, snr=5.0, inr=0.0, depth=1))
    assert "hardly anything to learn" in few.headline()
    assert few.study.students is None and "No students were trained" in few.notes[-1]


def test_hidden_layers_have_theory_alone_and_their_clock():
    deep = words(curves_study(load=2.0, snr=5.0, inr=1e-3, depth=2))
    assert deep.study.students is None and "with one hidden layer" in deep.notes[0]
    assert "to the power 1 - 1/depth" in deep.numbers_note and "depth=2)" in deep.snippet
    known = {"signal_variance": 5.0, "initial_variance": 1e-3, "depth": 2}
    assert deep.best == learning_curves(2.0, **known).stopping.error


def test_learning_that_is_not_followed_to_the_best_time():
    study = curves_study(load=0.5, snr=5.0, inr=0.0, depth=1, until=1.0)
    assert study.curves.time[-1] == 1.0
    assert "before the optimal stopping time t = 2.71" in words(study).warnings()[-1]


def test_the_numbers_of_a_table_are_those_of_the_prediction(table, samples):
    direct = on.generalization.from_data(samples, "dose", samples=[20, 60])
    rows = words(table).numbers()
    assert [row["training rows"] for row in rows] == [20, 60]
    for row, stop in zip(rows, direct.stopping, strict=True):
        assert (row["optimal stopping time"], row["error then"], row["error at the end"]) == (
            stop.time, stop.error, stop.final_error,
        )  # fmt: skip
    text = words(table).headline()
    stop = direct.stopping[1]
    assert f"from {stop.start_error:.3g} to {stop.error:.3g}" in text and "trained on 60 rows" in text
    assert {check.name for check in words(table).assumptions} == {
        "enough rows", "Gaussian features", "fresh samples", "the answer is not among the columns",
        "agrees with real training",
    }  # fmt: skip


def test_what_does_not_hold_is_said_first(samples):
    heavy = samples.mul(np.random.default_rng(0).standard_t(2, size=200), axis=0)
    say = words(table_study(with_target(heavy, "dose"), "heavy", runs=2))
    assert any(text.startswith("Not fulfilled: Gaussian features. Squared norms") for text in say.warnings())


def test_noise_cannot_be_predicted(samples):
    noise = samples.assign(dose=np.random.default_rng(5).normal(size=200))
    text = words(table_study(with_target(noise, "dose"), "noise", runs=2)).headline()
    assert "cannot predict" in text or "predicts up to 0." in text or "predicts up to 1." in text


def test_tables_can_be_read_back(pages, curves, table, samples):
    found = pd.read_csv(pages["curves"].parent / "tables" / "curves.csv")
    np.testing.assert_allclose(found["test_error"], curves.curves.test_error, rtol=1e-9)
    students = pd.read_csv(pages["curves"].parent / "tables" / "students.csv")
    assert students["student"].max() == 5
    used = pd.read_csv(pages["table"].parent / "tables" / "samples.csv")
    np.testing.assert_allclose(used[samples.columns], samples, rtol=1e-9)
    again = on.generalization.from_data(used, "dose", samples=[20, 60])
    np.testing.assert_allclose(again.test_error, table.prediction.test_error, rtol=1e-6)


def test_the_snippet_on_the_page_runs(pages, monkeypatch, capsys):
    import matplotlib.pyplot as plt

    for name, study in pages.items():
        monkeypatch.chdir(study.parent)
        html = study.read_text(encoding="utf-8")
        code = html.split("<pre>")[1].split("</pre>")[0]
        for sign, entity in (('"', "&#34;"), ("'", "&#39;"), (">", "&gt;")):
            code = code.replace(entity, sign)
        exec(compile(code, name, "exec"), {})
    plt.close("all")
    assert "lowest test error" in capsys.readouterr().out


def test_names_cannot_break_the_page(samples, tmp_path):
    named = samples.rename(columns={"dose": "<script>$x$", "gene 0": "a & b"})
    study = table_study(with_target(named, "<script>$x$"), "<b>genes", sizes=(20,), runs=1)
    html = write(study, tmp_path / "t").read_text(encoding="utf-8")
    assert "<script" not in html and "<b>genes" not in html and "&lt;script&gt;$x$" in html


def test_json_has_the_finding(curves, table):
    document = json.loads(as_json(curves, Path("here")), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert document["stopping"]["time"] == float(curves.curves.stopping.time)
    assert len(document["curves"]["test_error"]) == curves.curves.time.size
    document = json.loads(as_json(table, Path("here")))
    assert document["target"] == "dose" and document["sizes"][1]["samples"] == 60
    assert document["sizes"][1]["test_error"] == table.prediction.stopping[1].error
    bound = json.loads(as_json(curves_study(load=1.0, snr=5.0, inr=0.0, depth=1), Path("here")))
    assert bound["stopping"]["final_error"] is None


def test_pages_in_a_browser(pages, chromium):
    from PIL import Image

    asked, complaints, shots = [], [], []
    with browser(chromium) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for html in pages.values():
                page.goto(html.as_uri())
                assert page.locator("figure svg").count() == 2
                assert page.evaluate("document.documentElement.scrollWidth") <= width
            shots.append(page.locator("figure#prediction svg").screenshot())
    assert asked == [html.as_uri() for html in pages.values()] * len(WIDTHS)
    assert complaints == []
    for shot in shots:
        with Image.open(io.BytesIO(shot)) as image:
            assert len(image.convert("RGB").getcolors(maxcolors=1_000_000)) > 50
