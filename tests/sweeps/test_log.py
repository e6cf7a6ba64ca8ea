"""Wall times beside the store."""

from ontogeny.sweeps.log import Log
from ontogeny.sweeps.outcomes import Outcome


def test_half_a_line_and_runs_that_were_not_recorded_are_left_out(tmp_path):
    log = Log.of(tmp_path / "a.zarr")
    assert log.path.name == "a.zarr.log" and log.entries() == []
    log.keep({1})
    assert not log.path.exists()
    log.add([Outcome(run, {} if run else None, "", 0.5, "here") for run in range(4)])
    with log.path.open("a", encoding="utf-8") as file:
        file.write('{"run": 4, "sec')
    assert [entry["run"] for entry in log.entries()] == [0, 1, 2, 3]
    assert [entry["status"] for entry in log.entries()] == ["failed", "done", "done", "done"]
    log.keep({0, 2})
    log.add([Outcome(1, {}, "", 0.25, "here")])
    assert [(entry["run"], entry["seconds"]) for entry in log.entries()] == [(0, 0.5), (2, 0.5), (1, 0.25)]
