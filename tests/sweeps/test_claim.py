"""One sweep at a time writes to a store."""

import os
import subprocess
import sys

import pytest

from ontogeny._core.checks import InputError
from ontogeny.sweeps.claim import claimed, lock_of


def test_a_store_has_one_writer_and_nothing_is_left(tmp_path):
    with claimed(tmp_path / "new" / "a.zarr") as claim:
        claim.hold([1, 2])
        with pytest.raises(InputError, match=r"another sweep is writing to .*a.zarr'; wait until it is done, or name"):
            claimed(tmp_path / "new" / "a.zarr").__enter__()
        with claimed(tmp_path / "new" / "b.zarr"):
            pass
    assert not lock_of(tmp_path / "new" / "a.zarr").exists()
    with claimed(tmp_path / "new" / "a.zarr") as claim:
        assert claim.left_in_hand == (), "a sweep that ends leaves nothing in hand"


def test_what_a_killed_sweep_had_in_hand_is_known(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from ontogeny.sweeps.claim import claimed\n"
        "with claimed(Path(sys.argv[1])) as claim:\n    claim.hold([3, 4]); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "a.zarr"], check=False, env=os.environ)
    with claimed(tmp_path / "a.zarr") as claim:
        assert claim.left_in_hand == (3, 4)
    lock_of(tmp_path / "a.zarr").write_text("[3, 4", encoding="utf-8")
    with claimed(tmp_path / "a.zarr") as claim:
        assert claim.left_in_hand == ()


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("precious", encoding="utf-8")
    with pytest.raises(InputError, match="nothing can be written beside it"):
        claimed(tmp_path / "file" / "a.zarr").__enter__()
