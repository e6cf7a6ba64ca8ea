"""Reports replace earlier reports and nothing else."""

from pathlib import Path

import pytest

from ontogeny import InputError
from ontogeny.report.folder import check_folder, stamp
from ontogeny.report.placing import replaced


def written(folder, text="new"):
    with replaced(folder) as draft:
        (draft / "page.html").write_text(text, encoding="utf-8")


def test_new_folder_with_missing_parents(tmp_path):
    written(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "page.html").read_text(encoding="utf-8") == "new"


def test_empty_folder_is_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    written(tmp_path / "empty")
    assert (tmp_path / "empty" / "page.html").exists()


def test_earlier_report_is_replaced_whole(tmp_path):
    with replaced(tmp_path / "r") as draft:
        (draft / "old.txt").write_text("old", encoding="utf-8")
    written(tmp_path / "r")
    assert sorted(path.name for path in (tmp_path / "r").iterdir()) == ["ontogeny-report.json", "page.html"]
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


@pytest.mark.parametrize("manifest", [None, "not json", "{}", '{"files": 3}'])
def test_foreign_files_are_never_lost(tmp_path, manifest):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "page.html").write_text("precious", encoding="utf-8")
    if manifest is not None:
        (tmp_path / "r" / "ontogeny-report.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(InputError, match=r"holds files that do not belong to an earlier report \('page.html'\)"):
        written(tmp_path / "r")
    assert (tmp_path / "r" / "page.html").read_text(encoding="utf-8") == "precious"


def test_file_that_appears_meanwhile_is_not_lost(tmp_path):
    def report_while_somebody_writes():
        with replaced(tmp_path / "r") as draft:
            (draft / "page.html").write_text("new", encoding="utf-8")
            (tmp_path / "r").mkdir()
            (tmp_path / "r" / "mine.txt").write_text("precious", encoding="utf-8")

    with pytest.raises(InputError, match=r"mine\.txt"):
        report_while_somebody_writes()
    assert [path.name for path in (tmp_path / "r").iterdir()] == ["mine.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_link_is_not_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(InputError, match="is not a folder"):
        check_folder(tmp_path / "link")


def test_interrupted_draft_is_removed(tmp_path):
    def interrupted():
        with replaced(tmp_path / "x" / "r") as draft:
            (draft / "page.html").write_text("new", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        interrupted()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_names_that_no_folder_can_have_are_refused(tmp_path, name):
    with pytest.raises(InputError, match="no folder can be called so"):
        check_folder(tmp_path / name)


def test_links_and_folders_that_are_not_of_a_report_are_never_lost(tmp_path):
    written(tmp_path / "r")
    (tmp_path / "r" / "mine").mkdir()
    with pytest.raises(InputError, match=r"\('mine'\)"):
        written(tmp_path / "r")
    (tmp_path / "r" / "mine").rmdir()
    (tmp_path / "kept.html").write_text("precious", encoding="utf-8")
    (tmp_path / "r" / "page.html").unlink()
    (tmp_path / "r" / "page.html").symlink_to(tmp_path / "kept.html")
    with pytest.raises(InputError, match=r"\('page.html'\)"):
        written(tmp_path / "r")


def test_folders_whose_place_cannot_be_taken_are_refused(tmp_path, monkeypatch):
    (tmp_path / "r" / "inside").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "r")
    for here in (tmp_path / "r", Path("."), Path("inside", "..")):
        with pytest.raises(InputError, match="which is where you are: it takes the place of the whole folder; name"):
            check_folder(here)
    monkeypatch.setattr("os.path.ismount", lambda _: True)
    with pytest.raises(InputError, match="which is where a disk is mounted"):
        check_folder(Path("inside"))


def test_a_stamp_tells_reports_apart(tmp_path):
    assert stamp(tmp_path / "r") is None and stamp(tmp_path / "a\0b") is None
    written(tmp_path / "r")
    first = stamp(tmp_path / "r")
    assert first == stamp(tmp_path / "r")
    written(tmp_path / "r")
    assert stamp(tmp_path / "r") != first
