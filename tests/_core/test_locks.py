"""Locks of files: one at a time, and of the file that is there."""

import os

from ontogeny._core.locks import is_free, is_in_place


def test_a_file_is_locked_once_and_known_by_itself(tmp_path):
    path = tmp_path / "lock"
    first, second = (os.open(path, os.O_RDWR | os.O_CREAT) for _ in range(2))
    assert is_free(first) and not is_free(second)
    os.close(first)
    assert is_free(second) and is_in_place(second, path)
    path.unlink()
    assert not is_in_place(second, path)
    path.write_text("another", encoding="utf-8")
    assert not is_in_place(second, path)
    os.close(second)
