"""Makers of bad tables: each takes its particulars and returns a function that makes the table in a folder."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd


def text(content: str, name: str = "animals.csv") -> Callable[[Path], Path]:
    """A maker of a text file."""
    return raw(content.encode(), name)


def raw(content: bytes, name: str = "animals.csv") -> Callable[[Path], Path]:
    """A maker of a file of these bytes."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def frame(
    data: Any, index: tuple[str, ...] = ("robin", "trout", "worm"), **options: Any
) -> Callable[[Path], pd.DataFrame]:
    """A maker of a DataFrame."""
    return lambda folder: pd.DataFrame(data, index=list(index), **options)


def path_only(name: str, beside: str | None = None) -> Callable[[Path], Path]:
    """A maker of a path without a file, perhaps with another file beside it."""

    def make(folder: Path) -> Path:
        if beside:
            (folder / beside).write_text("animal,wings\nrobin,1\ntrout,0\n")
        return folder / name

    return make


def zipped(name: str, *members: str) -> Callable[[Path], Path]:
    """A maker of a zip archive with these members."""

    def make(folder: Path) -> Path:
        with zipfile.ZipFile(folder / name, "w") as archive:
            for member in members:
                archive.writestr(member, "")
        return folder / name

    return make


def excel(name: str, data: Any) -> Callable[[Path], Path]:
    """A maker of an Excel workbook, whatever its name ends in."""

    def make(folder: Path) -> Path:
        book = folder / "book.xlsx"
        pd.DataFrame(data).to_excel(book, header=False, index=False)
        return book.rename(folder / name)

    return make


def parquet(name: str) -> Callable[[Path], Path]:
    """A maker of a Parquet file, whatever its name ends in."""

    def make(folder: Path) -> Path:
        pd.DataFrame({"animal": ["robin", "trout"], "wings": [1, 0]}).to_parquet(folder / name)
        return folder / name

    return make


def folder_with_table(folder: Path) -> Path:
    """A folder in place of a file."""
    (folder / "animals.csv").write_text("animal,wings\nrobin,1\ntrout,0\n")
    return folder


def not_installed(name: str) -> Any:
    raise ImportError(name)
