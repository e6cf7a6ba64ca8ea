"""`ontogeny diagnose`: what it prints, writes and leaves alone."""

import json
import sys

import numpy as np
import pandas as pd
import pytest

from ontogeny import cli
from ontogeny.propagation import recommended

CODE = """
import torch
from widths import WIDTH


def make():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(WIDTH, 8), torch.nn.LayerNorm(8), torch.nn.Linear(8, 3))
"""


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Runs the command in an empty folder; code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def called(*words):
        monkeypatch.setattr(sys, "argv", ["ontogeny", "diagnose", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        return code, *capsys.readouterr()

    return called


def test_a_drawn_chain_fits_a_screen(run):
    code, out, err = run("--widths", "30,40x25,5", "--weight-variance", "0.7", "--bias-variance", "0.01")
    assert code == 0 and err == ""
    lines = out.splitlines()
    assert max(map(len, lines)) <= 80 and len(lines) <= 40
    assert lines[0].split() == ["step", "units", "square", "theory", "alike", "gradient", "theory", "silent"]
    assert "more steps are not shown; --csv FILE writes all" in out
    assert "Gradients vanish" in out and "(ordered phase)" in " ".join(out.split())


def test_json_holds_everything(run):
    code, out, _ = run("--widths", "30,40x3,5", "--nonlinearity", "relu", "--weights", "orthogonal", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["structure"] == "chain" and found["theory"]["mean_field"]["nonlinearity"] == "relu"
    assert [row["kind"] for row in found["layers"]] == ["input", *["linear", "relu"] * 3, "linear"]
    # without a variance weights are at the critical point, orthogonal ones exactly where they do not widen
    assert found["layers"][3]["weight_variance"] == pytest.approx(recommended("relu").weight_variance)
    assert found["layers"][3]["weights"] == "orthogonal"
    assert found == json.loads(
        run("--widths", "30,40x3,5", "--nonlinearity", "relu", "--weights", "orthogonal", "--json")[1]
    )


def test_data_of_images_go_into_a_row_each(run, tmp_path):
    np.save(tmp_path / "x.npy", np.random.default_rng(0).integers(0, 255, (9, 4, 5)).astype("uint8"))
    code, out, _ = run("--widths", "20,7,2", "--data", "x.npy", "--json")
    found = json.loads(out)
    assert code == 0 and found["settings"]["examples"] == 9 and found["layers"][0]["width"] == 20


@pytest.mark.parametrize("ending", ["svg", "pdf", "png"])
def test_files_are_written_whole(run, tmp_path, ending):
    (tmp_path / "layers.csv").write_text("old")
    code, out, _ = run("--widths", "12,9x2,3", "--csv", "layers.csv", "--figure", f"layers.{ending}")
    assert code == 0 and out.count("Written: ") == 2
    frame = pd.read_csv(tmp_path / "layers.csv")
    assert len(frame) == 6 and {"gradient", "theory_gradient", "kind"} <= set(frame)
    assert (tmp_path / f"layers.{ending}").stat().st_size > 5000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["layers.csv", f"layers.{ending}"]


def test_a_figure_that_fails_leaves_the_old_one(run, tmp_path, monkeypatch):
    (tmp_path / "a.svg").write_text("old")

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", fail)
    code, out, err = run("--widths", "12,9,3", "--figure", "a.svg")
    assert code == 1 and err == "ontogeny: the report was not written (No space left on device)\n" and out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"] and (tmp_path / "a.svg").read_text() == "old"


def test_a_module_of_pytorch_may_import_its_neighbours(run, tmp_path):
    pytest.importorskip("torch")
    (tmp_path / "net.py").write_text(CODE)
    (tmp_path / "widths.py").write_text("WIDTH = 6\n")
    np.save(tmp_path / "x.npy", np.random.default_rng(0).standard_normal((12, 6)))
    path = list(sys.path)
    code, out, err = run("--module", "net.py:make", "--data", "x.npy")
    sys.modules.pop("widths", None)
    assert code == 0 and err == "" and sys.path == path
    assert "1 normalization" in out and "Measured only, without theory: the network has normalization ('1')." in out


def test_a_function_of_jax_is_a_network_too(run, tmp_path):
    pytest.importorskip("jax")
    code = "import jax.numpy as jnp\n\ndef make():\n    return lambda x: jnp.tanh(x @ jnp.eye(6)) @ jnp.ones((6, 2))\n"
    (tmp_path / "net.py").write_text(code)
    np.save(tmp_path / "x.npy", np.random.default_rng(0).standard_normal((12, 6)))
    assert "layer 2 linear" in run("--module", "net.py:make", "--data", "x.npy")[1]
    wrong = run("--module", "net.py:make", "--data", "net.py")
    assert wrong[0] == 2 and wrong[2].startswith("ontogeny: --data is 'net.py', which holds no array")


def test_a_module_of_pytorch_needs_no_function(run, tmp_path, torch):
    (tmp_path / "net.py").write_text(
        CODE.replace("WIDTH", "20").replace("from widths import 20\n", "") + "\nnet = make()\n"
    )
    np.save(tmp_path / "x.npy", np.random.default_rng(0).standard_normal((8, 20)))
    code, made, _ = run("--module", "net.py:make", "--data", "x.npy")
    assert code == 0 and run("--module", "net.py:net", "--data", "x.npy") == (0, made, "")
