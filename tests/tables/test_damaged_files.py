"""Damaged files and names that lead to no table: one sentence, soon. `make fuzz` reads many more."""

import os
import random
from pathlib import Path

import pytest
from fuzz_readers import SLOW, Tally, damaged, fuzz, inputs, reading
from reader_seeds import BESIDE, TEXTS, seeds

from ontogeny import Environment, InputError, Trajectory
from ontogeny.tables.files import read_columns, read_table
from ontogeny.tables.norms.formats import read_norms

COUNT = 300
TABLE = "animal,wings\nrobin,1\ntrout,oo\n"


def test_damaged_files_get_an_answer_or_one_sentence(tmp_path):
    tally = fuzz(0, tmp_path / "kept", most=COUNT)
    assert not tally.wrong, str(tally)
    assert tally.answered + tally.refused == COUNT and min(tally.answered, tally.refused) > COUNT / 10


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_undamaged_files_are_read(name, tmp_path):
    tally = Tally()
    for beside, content in BESIDE.items():
        (tmp_path / beside).write_bytes(content)
    tally.look(name, TEXTS[name], tmp_path, tmp_path / "kept")
    assert (tally.answered, tally.refused, dict(tally.wrong)) == (1, 0, {})


@pytest.mark.parametrize(("name", "package"), [("table.xlsx", "openpyxl"), ("table.parquet", "pyarrow"),
                                               ("table.zip", "zipfile"), ("table.csv.gz", "gzip")])  # fmt: skip
def test_damaged_binary_files_get_an_answer_or_one_sentence(name, package, tmp_path):
    pytest.importorskip(package)
    tally, content = Tally(), seeds()[name]
    for number in range(20):
        tally.look(name, damaged(content, random.Random(number)), tmp_path, tmp_path / "kept")
    assert not tally.wrong, str(tally)


@pytest.mark.parametrize("text", ["\xa0\xa0", '""', "|", ",\n;", "\0"])
def test_files_without_a_single_cell_are_empty(text, tmp_path):
    (tmp_path / "blank.txt").write_text(text, encoding="latin-1")
    for reader in (read_table, lambda path: read_norms(path, "leuven"), lambda path: read_norms(path, "mcrae")):
        with pytest.raises(InputError, match=r"is empty|binary data"):
            reader(tmp_path / "blank.txt")


def test_raised_digits_are_no_numbers(tmp_path):
    (tmp_path / "raised.csv").write_text("animal,wings\nrobin,1\ntrout,3³1\n", encoding="utf-8")
    with pytest.raises(InputError, match="'3³1'"):
        _world(tmp_path / "raised.csv")


@pytest.mark.parametrize("huge", ["1e9992", "-inf", "1.7e308"])
def test_numbers_beyond_all_bounds_are_named(huge, tmp_path):
    rows = "".join(f"{name},1,{huge if name == 'owl' else 2},0,1,0,1,3\n" for name in ("robin", "trout", "worm", "owl"))
    (tmp_path / "huge.csv").write_text(f"animal,wings,gills,legs,fur,tail,fins,eggs\n{rows}", encoding="utf-8")
    with pytest.raises(InputError, match="'gills'"):
        _world(tmp_path / "huge.csv")


def test_the_same_seed_draws_the_same_files():
    first, again, other = (inputs(seed) for seed in (1, 1, 2))
    drawn = [[next(each) for _ in range(20)] for each in (first, again, other)]
    assert drawn[0] == drawn[1] != drawn[2]


def _raises(_):
    raise KeyError("a")


def _speaks_too_much(_):
    raise InputError(None, "two\nlines")


def test_what_goes_wrong_is_kept_and_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("fuzz_readers.READERS", (_raises, _speaks_too_much, len))
    tally = fuzz(0, tmp_path, most=5)
    assert {kind[:9] for kind in tally.wrong} == {"KeyError:", "a message", "TypeError"}
    assert sorted(tally.kept.values()) == sorted(tmp_path.iterdir()) and "times \"KeyError: 'a'\"" in str(tally)
    monkeypatch.setattr("fuzz_readers.SLOW", -1.0)
    assert reading(len, "four") == (True, "0.0 seconds") and SLOW > 0


def nothing_there(folder):
    """Paths at which there is no table, or none with this name."""
    yield from (
        "",
        ".",
        " ",
        "/dev/null",
        "/dev/zero",
        "nul\0.csv",
        "nul\0.csv.gz",
        f"{'x' * 300}.csv",
        f"{'x' * 300}.zip",
    )
    yield from (os.fsdecode(b"bad\xff.csv"), "\ud800.csv", "a/nul\0/b.csv", "~nobody/a.csv", b"bytes.csv", 5, None)
    for ending in ("csv", "csv.gz", "zip", "xlsx", "parquet", "txt"):
        (folder / f"empty.{ending}").write_bytes(b"")
        (folder / f"folder.{ending}").mkdir()
        yield from (folder / f"empty.{ending}", folder / f"folder.{ending}")
        if hasattr(os, "mkfifo"):
            os.mkfifo(folder / f"pipe.{ending}")
            yield folder / f"pipe.{ending}"
    for link, target in (("loop.csv", "loop.csv"), ("gone.csv", "nowhere.csv")):
        (folder / link).symlink_to(folder / target)
        yield folder / link


def _world(path):
    return Environment.from_dataframe(read_table(path)[0])


READERS = (read_table, read_columns, read_norms, lambda path: read_norms(path, "awa"), _world)


def test_paths_without_a_table_are_refused_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in nothing_there(tmp_path):
        for reader in (*READERS, Trajectory.load) if isinstance(path, str | Path) else READERS:
            assert reading(reader, path) == (False, ""), ascii(path)


@pytest.mark.parametrize(
    "name", ["new\nline.csv", "escape\x1b[31m.csv", os.fsdecode(b"latin\xe9.csv"), "new\nline.zip"]
)
def test_odd_names_are_said_in_one_line(name, tmp_path):
    path = tmp_path / name
    path.write_text(TABLE, encoding="utf-8")
    for reader in (_world, Trajectory.load):
        with pytest.raises(InputError, match=r"holds text|not a file of trajectories|damaged") as refused:
            reader(path)
        assert str(refused.value).isprintable() or "\udce9" in str(refused.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path):
    (tmp_path / "closed.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "closed.csv").chmod(0)
    for reader in READERS[:3]:
        with pytest.raises(InputError, match="may not be read by this user"):
            reader(tmp_path / "closed.csv")
