"""A user's script as mypy and an editor see it: every door has its type, and a misspelt name is an error."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

# What a user writes, and the type that must be revealed; a function by what it returns.
DOORS = {
    'on.datasets.load("zoo")': "ontogeny.environments.environment.Environment",
    "on.Environment.from_dataframe": "-> ontogeny.environments.environment.Environment",
    "on.predict": "-> ontogeny.trajectory.Trajectory",
    "on.simulate": "-> ontogeny.trajectory.Trajectory",
    "on.predict(on.datasets.load('zoo')).dataset": "xarray.core.dataset.Dataset",
    "on.predict(on.datasets.load('zoo')).depth": "int",
    "on.where('saxe2014', 12)": "ontogeny._core.papers.Locations",
    "on.cite('saxe2014')": "str",
    "on.environments.tree": "-> ontogeny.environments.environment.Environment",
    "on.environments.compare_forms": "-> ontogeny.forms.form_comparison.FormComparison",
    "on.environments.Taxonomy": "-> ontogeny.taxonomies.taxonomy.Taxonomy",
    "on.networks.evolve": "-> ontogeny.networks.evolution.Evolution",
    "on.networks.critical_points": "-> ontogeny.networks.landscape.CriticalPoints",
    "on.generalization.from_data": "-> ontogeny.generalization.real_data.DataPrediction",
    "on.generalization.spectral_risk": "-> ontogeny.generalization.spectral.SpectralRisk",
    "on.generalization.test_error": "signal_variance",
    "on.modes.balanced.mode_strength": "singular_value",
    "on.semantics.illusory_correlations": "-> ontogeny.semantics.illusions.IllusoryCorrelations",
    "on.semantics.typicality": "-> ontogeny.semantics.typical_items.Typicality",
    "on.semantics.differentiation": "-> ontogeny.semantics.splits.Differentiation",
    "on.representation.rdm": "-> xarray.core.dataarray.DataArray",
    "on.representation.Recording": "-> ontogeny.representation.recordings.Recording",
    "on.representation.noise_ceiling": "-> ontogeny.representation.noise_ceilings.NoiseCeiling",
    "on.sweeps.run": "-> ontogeny.sweeps.reading.Sweep",
    "on.sweeps.open": "-> xarray.core.dataset.Dataset",
    "on.plot.mode_strengths": "-> matplotlib.axes._axes.Axes",
    "on.propagation.mean_field": "-> ontogeny.propagation.mean_fields.MeanField",
    "on.propagation.phase_diagram": "-> ontogeny.propagation.phases.PhaseDiagram",
    "on.random_matrices.marchenko_pastur.density": "load",
    "on.random_matrices.product_singular_value_cdf": "factors",
}
MISSPELT = ["on.generalization.tset_error", "on.plot.mode_strenghts", "on.networks.evolves", "on.Enviroment"]


# Libraries whose types no door reveals: reading them would take three times as long as all the rest.
UNSEEN = "jax.*,torch.*,numpyro.*,arviz.*,sklearn.*,distributed.*,dask.*,zarr.*,starlette.*,networkx.*,typer.*,rich.*"


def test_doors_have_types_and_misspelt_names_are_errors(tmp_path):
    pytest.importorskip("mypy")
    script = tmp_path / "user.py"
    lines = [*(f"reveal_type({door})" for door in DOORS), *MISSPELT]
    script.write_text("import ontogeny as on\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "mypy.ini").write_text(f"[mypy]\n[mypy-{UNSEEN}]\nfollow_imports = skip\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--no-pretty", "--cache-dir", str(tmp_path / "cache"), "user.py"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout.splitlines()
    by_line = {int(match[1]): line for line in said if (match := re.match(r"user\.py:(\d+): ", line))}
    for number, (door, expected) in enumerate(DOORS.items(), start=2):
        assert 'Revealed type is "' in by_line[number], door
        assert expected in by_line[number], (door, by_line[number])
    for number, name in enumerate(MISSPELT, start=2 + len(DOORS)):
        assert f'has no attribute "{name.rsplit(".", 1)[1]}"' in by_line.get(number, ""), name


def test_the_stub_of_the_worlds_promises_what_their_face_does():
    import ontogeny.environments as face

    stub = Path(face.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    assert sorted(re.findall(r"import \w+ as (\w+)", stub)) == face.__all__
    assert all(getattr(face, name).__name__ == name for name in face.__all__)
