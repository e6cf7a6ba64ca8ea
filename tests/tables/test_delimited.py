"""A text file without a single cell is empty, whatever blanks, marks and delimiters it holds."""

import pytest

from ontogeny._core.checks import InputError
from ontogeny.tables.delimited import read_delimited


@pytest.mark.parametrize(
    "raw",
    [b"\xa0", b"\xc2\xa0", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xc2\xa0,", b",;|\n,,", b'""', b'"', b"\0", b"\x1c", b"\x0c"],
)
def test_a_file_without_cells_is_empty(tmp_path, raw):
    (tmp_path / "world.csv").write_bytes(raw)
    with pytest.raises(InputError, match="is empty"):
        read_delimited(tmp_path / "world.csv")
