"""One run at a time into a folder, and what killed runs leave is put right by the next."""

import errno
from contextvars import Context
from pathlib import Path

import pytest

from ontogeny import InputError
from ontogeny._core import locks
from ontogeny.report import claims
from ontogeny.report.claims import claimed, workshop


def report(folder, text="earlier"):
    """A folder as a report leaves it."""
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(text, encoding="utf-8")
    (folder / "ontogeny-report.json").write_text('{"files": ["page.html"]}', encoding="utf-8")


def left_by_a_killed_run(folder, *parts):
    """A workshop that nobody locks any more."""
    for part in parts:
        report(workshop(folder) / part, text=part)
    (workshop(folder) / "lock").touch()


def claim(folder):
    with claimed(folder):
        pass


def elsewhere(folder):
    """Claim a folder as another run does, which knows nothing of the claims made here."""
    Context().run(claim, folder)


def text_of(folder):
    return (folder / "page.html").read_text(encoding="utf-8")


def test_a_claim_leaves_nothing(tmp_path):
    with claimed(tmp_path / "new" / "r") as place:
        assert place.is_dir() and place.parent == tmp_path / "new"
    assert list(tmp_path.iterdir()) == []


def test_the_second_run_into_a_folder_is_refused(tmp_path):
    with claimed(tmp_path / "r"):
        with pytest.raises(InputError, match=r"another run is writing its report to '.*r'; wait until it is done, or"):
            elsewhere(tmp_path / "r")
        elsewhere(tmp_path / "other")
    elsewhere(tmp_path / "r")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_the_same_by_any_path(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with claimed(tmp_path / "real" / "r"), pytest.raises(InputError, match="another run"):
        elsewhere(tmp_path / "link" / "r")


def test_the_workshop_of_a_run_that_lasts_is_not_swept(tmp_path):
    with claimed(tmp_path / "r") as place:
        (place / "draft").mkdir()
        with pytest.raises(InputError, match="another run"):
            elsewhere(tmp_path / "r")
        assert (place / "draft").is_dir()


def test_a_claim_inside_a_claim_is_the_same(tmp_path):
    with claimed(tmp_path / "r") as outer:
        with claimed(tmp_path / "r") as inner:
            assert inner == outer
        assert outer.is_dir()


def test_debris_of_a_killed_run_is_swept(tmp_path):
    report(tmp_path / "r", "new")
    left_by_a_killed_run(tmp_path / "r", "draft", "earlier")
    with claimed(tmp_path / "r") as place:
        assert [path.name for path in place.iterdir()] == ["lock"]
    assert list(tmp_path.iterdir()) == [tmp_path / "r"] and text_of(tmp_path / "r") == "new"


@pytest.mark.parametrize("made_meanwhile", [False, True], ids=["nothing in its place", "an empty folder in its place"])
def test_an_earlier_report_that_was_set_aside_is_put_back_first(tmp_path, made_meanwhile):
    left_by_a_killed_run(tmp_path / "r", "draft", "earlier")
    if made_meanwhile:
        (tmp_path / "r").mkdir()
    with claimed(tmp_path / "r"):
        assert text_of(tmp_path / "r") == "earlier"
    assert list(tmp_path.iterdir()) == [tmp_path / "r"]


def test_what_was_set_aside_is_not_swept_if_it_cannot_be_put_back(tmp_path, monkeypatch):
    def refused(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    left_by_a_killed_run(tmp_path / "r", "earlier")
    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(PermissionError, match="denied"):
        elsewhere(tmp_path / "r")
    assert text_of(workshop(tmp_path / "r") / "earlier") == "earlier"


def test_a_workshop_removed_while_it_is_opened_is_made_again(tmp_path, monkeypatch):
    is_free, removed = claims.is_free, []

    def free_of_a_run_that_just_ended(lock):
        if not removed:
            removed.append(workshop(tmp_path / "r") / "lock")
            removed[0].unlink()
        return is_free(lock)

    monkeypatch.setattr(claims, "is_free", free_of_a_run_that_just_ended)
    with claimed(tmp_path / "r"):
        assert removed and removed[0].exists()
        with pytest.raises(InputError, match="another run"):
            elsewhere(tmp_path / "r")


@pytest.mark.skipif(not hasattr(locks, "fcntl"), reason="locks of POSIX")
def test_where_a_file_system_knows_no_locks_every_run_may_write(tmp_path, monkeypatch):
    def unknown(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(locks.fcntl, "flock", unknown)
    with claimed(tmp_path / "r"):
        elsewhere(tmp_path / "r")


@pytest.mark.parametrize(("number", "kind"), [(errno.EACCES, InputError), (errno.ENOSPC, OSError)])
def test_a_full_disk_is_no_fault_of_the_folder(tmp_path, monkeypatch, number, kind):
    def refused(*_, **__):
        raise OSError(number, "so it is")

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(kind, match="so it is"):
        claim(tmp_path / "r")


def test_long_names_have_workshops_of_their_own(tmp_path):
    names = [("x" * 250) + end for end in ("ab", "cd")]
    assert len({workshop(tmp_path / name).name for name in names}) == 2
    elsewhere(tmp_path / names[0])
