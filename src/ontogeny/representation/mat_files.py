"""Variables of .mat files, of version 5 and of version 7.3 (HDF5), as arrays and lists of names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np


def mat_variables(file: Path) -> dict[str, Any]:
    """Numbers as arrays, text as lists of str, one for each row or cell; further kinds are left out."""
    import h5py

    if h5py.is_hdf5(file):
        with h5py.File(file, "r") as held:
            found = {name: _of_hdf5(held, held[name]) for name in held if isinstance(held[name], h5py.Dataset)}
    else:
        from scipy.io import loadmat

        found = {name: _of_scipy(value) for name, value in loadmat(file).items() if not name.startswith("__")}
    return {name: value for name, value in found.items() if value is not None}


def _of_scipy(value: Any) -> Any:
    array = np.asarray(value)
    if array.dtype.kind in "US":
        return [str(name).strip() for name in array.ravel()]
    if array.dtype.kind == "O":  # a cell array of texts
        return [str(np.asarray(cell).ravel()[0]).strip() if np.size(cell) else "" for cell in array.ravel()]
    return array if array.dtype.kind in "fiub" else None


def _of_hdf5(held: Any, dataset: Any) -> Any:
    """Version 7.3 turns arrays around, writes letters as numbers, and cells as references."""
    import h5py

    if h5py.check_ref_dtype(dataset.dtype) is not None:
        return [_letters(np.asarray(held[cell]).T)[0] for cell in np.asarray(dataset).ravel()]
    if dataset.attrs.get("MATLAB_class") == b"char":
        return _letters(np.asarray(dataset).T)
    array = np.asarray(dataset)
    return array.T if array.dtype.kind in "fiub" else None


def _letters(codes: np.ndarray) -> list[str]:
    return ["".join(chr(code) for code in row if code).strip() for row in np.atleast_2d(codes).astype(int).tolist()]
