"""Ratings of people beside the prediction, from the command line to the page."""

import json

import numpy as np
import pandas as pd
import pytest

import ontogeny as on
from ontogeny.cli import main

TABLE = pd.DataFrame(
    np.random.default_rng(1).integers(0, 2, (12, 8)),
    index=pd.Index([f"animal {n}" for n in range(12)], name="animal"),
    columns=[f"f{n}" for n in range(8)],
)


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    TABLE.to_csv("table.csv")
    ages = pd.DataFrame({"Word": [name.upper() for name in TABLE.index] + ["unicorn"], "AoA": np.arange(20.0, 33.0)})
    ages.to_csv("ages.csv", index=False)
    TABLE.assign(often=10.0 ** np.linspace(0, 5, 12)).to_csv("often.csv")
    return tmp_path


def learn(monkeypatch, *words):
    monkeypatch.setattr("sys.argv", ["ontogeny", "learn", *words, "--seeds", "1", "--out", "report"])
    with pytest.raises(SystemExit) as done:
        main()
    assert not done.value.code


def test_ratings_reach_the_page_the_tables_and_json(files, monkeypatch, capsys):
    learn(monkeypatch, "table.csv", "--human", "ages.csv", "--until", "4", "--json")
    people = json.loads(capsys.readouterr().out)["development"]["people"]
    assert people["kind"] == "age_of_acquisition" and people["unmatched"] == ["unicorn"]
    page = (files / "report" / "index.html").read_text(encoding="utf-8")
    assert "Compared with people" in page and "Baselines: number of features" in page
    table = pd.read_csv(files / "report" / "tables" / "people.csv")
    world = on.Environment.from_dataframe(TABLE)
    expected = on.semantics.compare_with_people(on.predict(world, until=4.0), pd.read_csv("ages.csv")).to_dataframe()
    np.testing.assert_allclose(table["spearman"], expected["spearman"], rtol=1e-9)
    items = pd.read_csv(files / "report" / "tables" / "items.csv")
    assert items["item"].tolist() == list(TABLE.index) and "quarter_error" in items


def test_frequencies_of_any_size_are_learned_to_the_end(files, monkeypatch, capsys):
    learn(monkeypatch, "often.csv", "--frequency", "often", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["features"] == [f"f{n}" for n in range(8)]
    assert said["modes"][0]["half_time"] < said["settings"]["until"]


def test_what_frequency_does_is_shown(files, monkeypatch, capsys):
    learn(monkeypatch, "often.csv", "--frequency", "often", "--quiet")
    page = (files / "report" / "index.html").read_text(encoding="utf-8")
    assert "The theory is the integrated gradient flow, because modes interfere here" in page
    assert "Without a hidden layer every mode would be half learned" not in page
    assert "What frequency does" in page and "“animal 11”, met most often, is known at t = " in page
    items = pd.read_csv(files / "report" / "tables" / "items.csv").set_index("item")
    equal = on.semantics.acquisition(on.predict(on.Environment.from_dataframe(TABLE), until=50.0)).to_dataframe()
    known = np.isfinite(items["quarter_error_if_equally_often"])
    expected = equal.set_index("item")["quarter_error"]
    np.testing.assert_allclose(items["quarter_error_if_equally_often"][known], expected[known], rtol=0.05)
    assert items["frequency"].idxmax() == "animal 11" and items["frequency"].mean() == pytest.approx(1)
    learn(monkeypatch, "table.csv", "--quiet")
    assert "What frequency does" not in (files / "report" / "index.html").read_text(encoding="utf-8")
