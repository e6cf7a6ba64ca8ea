"""Whether a path leads to a file that can be read as a table, before anything is read.

It exists, is a file, may be opened, is not empty, fits into memory, and has the content that its ending promises.
"""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

from ontogeny._core.checks import InputError, quoted
from ontogeny.tables.file_kinds import EXCEL, PARQUET, TEXT, kind_of
from ontogeny.tables.wording import nearest, size

# Memory for one byte of file. Text: a cell such as "0," has 2 bytes and becomes 8, twice while columns are joined
# (x 8), beside the file and its decoded text (x 2). Parquet packs as tightly as text or tighter. Excel: a zip
# of XML whose reader says it needs about 50 times the file.
MEMORY_PER_BYTE = {TEXT: 10, PARQUET: 10, EXCEL: 50}
KIND_OF_ENDING = dict.fromkeys((".csv", ".tsv", ".tab", ".txt"), TEXT) | {".parquet": PARQUET, ".pq": PARQUET}
KIND_OF_ENDING |= dict.fromkeys((".xlsx", ".xlsm"), EXCEL)
ENDING_OF_KIND = {TEXT: ".csv", PARQUET: ".parquet", EXCEL: ".xlsx"}
FilePath = str | os.PathLike[str]
READABLE = ".csv, .tsv, .txt, .parquet or .xlsx"
IN_R = "in R, write write.csv(x, 'table.csv', row.names = FALSE)"
PICKLED = "it may hold Python objects, which can run code when they are read: save the table as .csv where it was made"
# How what other programs write becomes a table.
SAVED_AS_TEXT = {
    **dict.fromkeys((".rdata", ".rda", ".rds"), IN_R), **dict.fromkeys((".npz", ".pkl", ".pickle"), PICKLED),
    ".mat": "in MATLAB, write writetable(T, 'table.csv')", ".sav": "in SPSS, save it as .csv",
    ".dta": "in Stata, write export delimited table.csv",
}  # fmt: skip


def available_memory() -> int | None:
    """Bytes of available memory; the total if only that is known; None if neither is."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def is_readable(path: Path) -> bool:
    """Whether this user may read the file."""
    return os.access(path, os.R_OK)


def checked_path(path: FilePath) -> Path:
    """What was passed as a path, if it is one."""
    if not isinstance(path, str | os.PathLike):
        raise InputError(
            "path",
            f"is of type {type(path).__name__}, but it must be the path of a file",
            "write its name in quotes, or pass a DataFrame to Environment.from_dataframe",
        )
    return Path(path).expanduser()


def existing_file(path: FilePath) -> Path:
    """The path of a file that exists, is a file, may be read, and is not empty."""
    file = checked_path(path)
    if not os.path.exists(file):
        raise _not_found(str(path), file)
    if not os.path.isfile(file):
        what, inside = "a folder" if os.path.isdir(file) else "not a file", _tables_in(file)
        raise InputError(
            None,
            f"{str(file)!r} is {what}, but a table is one file",
            f"write the path of a {READABLE} file" + "".join(f", such as {str(file / name)!r}" for name in inside[:1]),
        )
    if not is_readable(file):
        raise InputError(
            None, f"{str(file)!r} may not be read by this user", f"allow it, for example with `chmod u+r {file}`"
        )
    if file.stat().st_size == 0:
        raise InputError(
            None, f"{str(file)!r} is empty, but a line of names and one line for each item are needed", "write them"
        )
    return file


def _not_found(given: str, file: Path) -> InputError:
    if "://" in given:
        return InputError(
            None,
            f"{given!r} is an address, but a file on this machine is needed",
            "download it first and write its path",
        )
    if not os.path.isdir(file.parent):
        return InputError(
            None, f"there is no folder {str(file.parent)!r}, so no file {file.name!r} in it", "check the path"
        )
    return InputError(None, f"there is no file {str(file)!r}", _nearest_table(file))


def _nearest_table(file: Path) -> str:
    """A suggestion from the same folder, or from the built-in tables."""
    near = nearest(file.name, _tables_in(file.parent))
    if near:
        return f"did you mean {str(file.with_name(near))!r}?"
    built_in = nearest(file.stem, built_in_names())
    if built_in:
        return f"did you mean the built-in table {built_in!r}?"
    return f"write the path of a {READABLE} file, or a built-in table ({quoted(built_in_names(), 5)})"


def built_in_names() -> list[str]:
    """The names of the tables that come with the package."""
    folder = resources.files("ontogeny") / "datasets"
    return sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".csv"))


def _tables_in(folder: Path) -> list[str]:
    """Names of the files in a folder that end like tables; none where there is no folder."""
    try:
        return sorted(name for name in os.listdir(folder) if Path(name).suffix.lower() in KIND_OF_ENDING)
    except OSError:
        return []


def checked_kind(file: Path) -> str:
    """The kind of the file: ending and content must agree, and it must fit into memory."""
    ending = file.suffix.lower()
    promised = KIND_OF_ENDING.get(ending)
    check_memory(file, promised or TEXT)
    found = kind_of(file)
    if promised is None:
        raise _unknown_ending(file, ending, found)
    if found != promised:
        raise _disguised(file, found)
    return promised


def check_memory(file: Path, kind: str) -> None:
    """Refuse a file that would not fit into memory."""
    needed, available = file.stat().st_size * MEMORY_PER_BYTE[kind], available_memory()
    if available is not None and needed > available:
        raise InputError(
            None,
            f"{str(file)!r} has {size(file.stat().st_size)} and would need about {size(needed)} of memory, but "
            f"{size(available)} are available",
            "keep only the items and columns that you need, or use a larger machine",
        )


def _unknown_ending(file: Path, ending: str, found: str) -> InputError:
    came = f"ends in {ending!r}" if ending else "has no ending"
    if found in ENDING_OF_KIND:
        remedy = f"it looks like {found}, so if it is a table, rename it to {file.stem + ENDING_OF_KIND[found]!r}"
    else:
        remedy = SAVED_AS_TEXT.get(ending) or f"it looks like {found}, so save the table as .csv"
    return InputError(None, f"{str(file)!r} {came}, but tables are read from {READABLE}", remedy)


def _disguised(file: Path, found: str) -> InputError:
    if found in ENDING_OF_KIND:
        remedy = f"rename it to {file.stem + ENDING_OF_KIND[found]!r}"
    else:
        remedy = f"save the table itself as {ENDING_OF_KIND[TEXT]}"
    return InputError(None, f"{str(file)!r} ends in {file.suffix!r} but looks like {found}", remedy)
