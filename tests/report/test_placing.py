"""The earlier report or the new one stands whole in its place, whenever a run is killed, stopped or fails."""

import json
import signal
import subprocess
import sys
from itertools import product

import pytest

from ontogeny.report import placing
from ontogeny.report.claims import claimed
from ontogeny.report.placing import replaced

# A run that ends at a named point: before or after the nth call of a function while it writes a report.
RUN = """
import os, signal, sys
from pathlib import Path
from ontogeny.report import claims, placing

folder, point, after, swaps, number = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "after", *sys.argv[4:]
if swaps == "renames":
    placing.exchange = lambda *_: False
module, name = {"manifest": (placing, "write_manifest"), "check": (placing, "check_folder"),
                "exchange": (placing, "exchange"), "rename": (Path, "rename"), "sweep": (placing.shutil, "rmtree"),
                "page": (Path, "write_text")}[point.rstrip("2")]
real, left = getattr(module, name), [2 if point.endswith("2") else 1]

def ending(*args, **options):
    left[0] -= 1
    if left[0] == 0 and not after:
        os.kill(os.getpid(), int(number))
    result = real(*args, **options)
    if left[0] == 0:
        os.kill(os.getpid(), int(number))
    return result

setattr(module, name, ending)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
with claims.claimed(folder), placing.replaced(folder) as draft:
    (draft / "page.html").write_text("new", encoding="utf-8")
    (draft / "new.txt").write_text("new", encoding="utf-8")
print("done")
"""
POINTS = [
    *product(("page", "page2", "manifest", "check", "sweep", "sweep2"), ("swap", "renames")),
    *[("exchange", "swap"), ("rename", "renames"), ("rename2", "renames")],
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    with replaced(tmp_path / "r") as draft:
        (draft / "page.html").write_text("earlier", encoding="utf-8")
    return tmp_path / "r"


def text_of(folder):
    """What the report in a folder says, after a look that all of it is there and nothing else."""
    files = json.loads((folder / "ontogeny-report.json").read_text(encoding="utf-8"))["files"]
    assert sorted(path.name for path in folder.iterdir()) == sorted([*files, "ontogeny-report.json"])
    text = (folder / "page.html").read_text(encoding="utf-8")
    assert files == (["page.html"] if text == "earlier" else ["new.txt", "page.html"])
    return text


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, *([signal.SIGKILL] if sys.platform != "win32" else [])])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("point", "swaps"), POINTS)
def test_a_report_stands_whole_whenever_a_run_is_killed(folder, point, swaps, when, number):
    words = [sys.executable, "-c", RUN, str(folder), point, when, swaps, str(int(number))]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == (-9 if number == signal.SIGKILL else 130), done.stderr
    between = number == signal.SIGKILL and (point, when) in {("rename", "after"), ("rename2", "before")}
    assert folder.exists() is not between, "only between two renames nothing is in its place"
    if number == signal.SIGTERM:
        assert text_of(folder) in ("earlier", "new")
        assert list(folder.parent.iterdir()) == [folder]
    with claimed(folder):
        assert text_of(folder) == "earlier" if between else text_of(folder) in ("earlier", "new")
    assert list(folder.parent.iterdir()) == [folder], "the next run sweeps"


@pytest.mark.parametrize("swaps", [True, False], ids=["exchange", "renames"])
def test_the_new_report_takes_the_place_of_the_earlier(folder, monkeypatch, swaps):
    if not swaps:
        monkeypatch.setattr(placing, "exchange", lambda *_: False)
    folder.chmod(0o700)
    with replaced(folder) as draft:
        (draft / "page.html").write_text("new", encoding="utf-8")
        (draft / "new.txt").touch()
    assert text_of(folder) == "new" and folder.stat().st_mode & 0o777 == 0o700
    assert list(folder.parent.iterdir()) == [folder]


def test_an_earlier_report_comes_back_if_the_new_one_cannot_take_its_place(folder, monkeypatch):
    monkeypatch.setattr(placing, "exchange", lambda *_: False)

    def run():
        with replaced(folder) as draft:
            real = type(draft).rename
            monkeypatch.setattr(type(draft), "rename", lambda one, to: 1 / 0 if one == draft else real(one, to))

    with pytest.raises(ZeroDivisionError, match="division"):
        run()
    assert text_of(folder) == "earlier"
    assert list(folder.parent.iterdir()) == [folder]


def test_an_empty_folder_stays_if_the_run_fails(tmp_path):
    (tmp_path / "empty").mkdir(mode=0o700)
    before = (tmp_path / "empty").stat()

    def run():
        with replaced(tmp_path / "empty"):
            raise OSError

    with pytest.raises(OSError, match=r"^$"):
        run()
    after = (tmp_path / "empty").stat()
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert list(tmp_path.rglob("*")) == [tmp_path / "empty"]


def test_two_reports_one_after_another_in_one_claim(folder):
    with claimed(folder):
        for text in ("first", "second"):
            with replaced(folder) as draft:
                (draft / "page.html").write_text(text, encoding="utf-8")
    assert (folder / "page.html").read_text(encoding="utf-8") == "second"
