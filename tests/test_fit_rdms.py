"""`ontogeny fit --rdm`: the same distances in every format, and what is assumed of files that say little."""

import json
import sys

import h5py
import numpy as np
import pandas as pd
import pytest

import ontogeny as on
from ontogeny import cli
from ontogeny.fitting import fit_rdm_movie
from ontogeny.representation import rdm


@pytest.fixture(scope="module")
def world():
    return on.datasets.load("rumelhart")


@pytest.fixture(scope="module")
def movie(world):
    theory = on.predict(world, initial_strength=0.01, times=np.linspace(0, 4, 12))
    return rdm(theory, 1)


def document(words, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["ontogeny", "fit", *map(str, words), "--rdm", "--json"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert not end.value.code
    return json.loads(capsys.readouterr().out)


def write_pairs(path, movie, upper=True, head=("time", "item_1", "item_2", "dissimilarity"), separator=","):
    names = movie.item_name.values
    rows = [
        (float(movie.time[t]), names[i], names[j], float(movie[t, i, j]))
        for t in range(movie.sizes["time"])
        for i in range(8)
        for j in range(8)
        if i < j or not upper and i != j
    ]
    pd.DataFrame(rows, columns=list(head)).to_csv(path, index=False, sep=separator)


def test_all_formats_tell_the_same(world, movie, tmp_path, monkeypatch, capsys):
    names, (rows, columns) = list(movie.item_name.values), np.triu_indices(8, 1)
    write_pairs(tmp_path / "upper.csv", movie)
    write_pairs(tmp_path / "both.tsv", movie, upper=False, head=("age", "stim1", "stim2", "distance"), separator="\t")
    np.save(tmp_path / "square.npy", movie.values)
    np.save(tmp_path / "vectors.npy", movie.values[:, rows, columns])
    np.savez(tmp_path / "whole.npz", rdms=movie.values, items=names, times=movie.time.values)
    with h5py.File(tmp_path / "rdms.hdf5", "w") as file:
        file["dissimilarities"] = movie.values[:, rows, columns]
        file["pattern_descriptors/conds"] = np.array(names, dtype="S")
        file["rdm_descriptors/session"] = movie.time.values
        file.attrs["dissimilarity_measure"] = "squared euclidean"
    (tmp_path / "items.txt").write_text("\n".join(names))
    (tmp_path / "times.txt").write_text("\n".join(map(str, movie.time.values)))
    on.datasets.table("rumelhart").sample(frac=1, random_state=0).to_csv(tmp_path / "world.csv", index=False)
    own = fit_rdm_movie(movie, world)
    named = ["--items", tmp_path / "items.txt", "--times", tmp_path / "times.txt"]
    for file, more in (("upper.csv", []), ("both.tsv", []), ("square.npy", named), ("vectors.npy", named),
                       ("whole.npz", []), ("rdms.hdf5", [])):  # fmt: skip
        table = "rumelhart" if file == "upper.csv" else tmp_path / "world.csv"
        found = document([tmp_path / file, "--world", table, *more], monkeypatch, capsys)
        halves = [level["half_time"] for level in found["levels"]]
        np.testing.assert_allclose(halves, own.levels["half_time"], rtol=1e-4)
        is_said = any(note.startswith("Distances are taken as squared Euclidean") for note in found["notes"])
        assert is_said is (file != "rdms.hdf5"), file
    assert found["shared"]["tau"] == pytest.approx(1.0, rel=1e-4) and found["order"] == pytest.approx(1.0)


def test_times_that_are_not_known_are_counted_and_said(movie, tmp_path, monkeypatch, capsys):
    np.save(tmp_path / "square.npy", movie.values)
    (tmp_path / "items.txt").write_text("\n".join(movie.item_name.values))
    words = [tmp_path / "square.npy", "--world", "rumelhart", "--items", tmp_path / "items.txt", "--floor", "0"]
    found = document(words, monkeypatch, capsys)
    assert found["notes"][0] == "The file holds no times: counted from 0 to 11; else write --times FILE."
    step = float(movie.time[-1]) / 11
    assert found["shared"]["tau"] == pytest.approx(1 / step, rel=0.02)  # recorded times are not quite even


def test_layers_metrics_floors_and_files_are_handed_on(world, tmp_path, monkeypatch, capsys):
    theory = on.predict(world, depth=3, initial_strength=0.01, times=np.linspace(0, 6, 14))
    lengths = rdm(theory, 2, "euclidean")
    write_pairs(tmp_path / "movie.csv", lengths)
    words = [tmp_path / "movie.csv", "--world", "rumelhart", "--layer", "2", "--depth", "3", "--metric", "euclidean"]
    written = ["--floor", "0.0", "--csv", tmp_path / "levels.csv", "--figure", tmp_path / "levels.png"]
    found = document([*words, *written], monkeypatch, capsys)
    assert found["shared"]["tau"] == pytest.approx(1.0, rel=1e-4) and found["metric"] == "euclidean"
    table = pd.read_csv(tmp_path / "levels.csv")
    assert set(table["layer"]) == {2} and set(table["depth"]) == {3.0}
    assert (tmp_path / "levels.png").stat().st_size > 10_000


def test_screens_show_what_was_found(movie, tmp_path, monkeypatch, capsys):
    write_pairs(tmp_path / "movie.csv", movie)
    words = ["ontogeny", "fit", str(tmp_path / "movie.csv"), "--rdm", "--world", "rumelhart"]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as end:
        cli.main()
    shown = " ".join(capsys.readouterr().out.split())
    assert not end.value.code and "8 of 8 levels show learning" in shown and "--metric crossnobis or" in shown
