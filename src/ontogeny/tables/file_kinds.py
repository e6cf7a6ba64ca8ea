"""What a file is, told from its first bytes and not from its name.

A picture, a pickle or a web page that was saved as `.csv` would otherwise become a very strange table.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

TEXT, EXCEL, PARQUET = "text", "an Excel workbook", "a Parquet file"

# Magic numbers as published by each format.
SIGNATURES = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"PAR1", PARQUET),
    (b"ARROW1", "an Arrow (Feather) file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x89HDF", "an HDF5 or netCDF file"),
    (b"\x93NUMPY", "a NumPy array (.npy)"),
    (b"MATLAB 5.0", "a MATLAB file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"$FL2", "an SPSS file"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.xls or .doc)"),
)
ZIP_MEMBERS = (
    ("xl/workbook.xml", EXCEL),
    ("word/document.xml", "a Word document"),
    ("content.xml", "an OpenDocument file"),
)
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
BYTES_LOOKED_AT = 4096


def kind_of(path: Path) -> str:
    """`TEXT`, `EXCEL`, `PARQUET`, or the words for what else the file looks like."""
    with open(path, "rb") as file:
        head = file.read(BYTES_LOOKED_AT)
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(path)
    return _signature(head) or _markup(head) or TEXT


def _signature(head: bytes) -> str | None:
    for magic, kind in SIGNATURES:
        if head.startswith(magic):
            return kind
    if re.match(rb"\x80[\x02-\x05]", head):
        return "a Python pickle"
    if not head.startswith(UTF16_MARKS) and re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return "binary data, not text"
    return None


def _markup(head: bytes) -> str | None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if re.match(rb"<!doctype html|<html|<head|<body", start):
        return "a web page (HTML)"
    if start.startswith(b"<?xml"):
        return "an XML file"
    if re.match(rb"\{\s*(\"|\})|\[\s*[\[{]|\[\s*\]", start):
        return "JSON"
    if start.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer, not the data themselves"
    return None


def _kind_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return "a damaged zip archive"
    return next((kind for member, kind in ZIP_MEMBERS if member in members), "a zip archive")
