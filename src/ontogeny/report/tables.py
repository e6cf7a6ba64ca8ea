"""The numbers of a study as tidy tables, one row per observation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.counting import evenly
from .studies import Study

if TYPE_CHECKING:
    import pandas as pd

    from ..networks.comparison import Deviation

from ..environments.environment import Environment
from ..environments.spectrum import group_name, mode_name
from ..trajectory import Trajectory

MOST_TIMES = 101  # of the courses of modes; the netCDF file has all
MOST_ROWS = 50_000  # of tables that grow with items times features or times


def tables(study: Study, found: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Name of each file and its table; `found` is what `modes` says."""
    import pandas as pd

    records = {"theory": study.theory, "shallow theory": study.shallow, "networks": study.networks}
    if study.episodes is not None:
        records["networks, single episodes"] = study.episodes
    strengths = [with_networks(followed(study, record)).assign(record=name) for name, record in records.items()]
    losses = [
        with_networks(record.dataset["loss"].to_dataframe().reset_index()).assign(record=name)
        for name, record in records.items()
    ]
    of_items = {}
    if study.names_items:
        of_items = {
            "world": study.environment.to_dataframe(),
            "item_loadings": loadings(study, "item"),
            "wrong_on_the_way": study.illusions.to_dataframe(MOST_ROWS),
        }
    return {
        "modes": found,
        "feature_loadings": loadings(study, "feature"),
        "mode_strengths": pd.concat(strengths, ignore_index=True),
        "loss": pd.concat(losses, ignore_index=True),
        **of_items,
        **({} if study.deviation is None else {"deviation_from_theory": deviation(study, study.deviation)}),
        **({"missing_cells": missing_cells(study)} if study.environment.has_missing else {}),
        **phenomena(study),
        "assumptions": pd.concat(
            [record.validity.to_dataframe().assign(record=name) for name, record in records.items()], ignore_index=True
        ),
    }


def phenomena(study: Study) -> dict[str, pd.DataFrame]:
    """The tables of each phenomenon that was found."""
    import pandas as pd

    found = study.phenomena
    pairs: dict[str, tuple[Any, Any]] = {
        "differentiation": (found.differentiation, found.measured_differentiation),
        "transitions": (found.sharpness, found.measured_sharpness),
    }
    tables = {
        name: pd.concat(
            [theory.to_dataframe().assign(record="theory"), networks.to_dataframe().assign(record="networks")],
            ignore_index=True,
        )
        for name, (theory, networks) in pairs.items()
        if theory is not None
    }
    single: dict[str, Any] = {
        "item_positions": found.embedding,
        "typicality": found.typicality,
        "items": found.acquisition,
        "people": found.people,
    }
    if found.projection is not None:
        times = found.projection.times.size
        looks = evenly(times, MOST_ROWS // len(found.projection.names) + 2)
        single["projection"] = replace(
            found.projection, times=found.projection.times[looks], values=found.projection.values[looks]
        )
    tables |= {name: record.to_dataframe() for name, record in single.items() if record is not None}
    if found.equally is not None:
        weights, equally = study.environment.samples.weights, found.equally.to_dataframe()
        others = {f"{name}_if_equally_often": equally[name] for name in found.equally.items}
        tables["items"] = tables["items"].assign(frequency=weights / weights.mean(), **others)
    if found.people is not None:
        tables["people_by_item"] = found.people.values()
    return {name: with_networks(table) for name, table in tables.items()}


def followed(study: Study, record: Trajectory) -> pd.DataFrame:
    """Strengths of the modes that the report follows, at no more times than a curve needs."""
    shown = {"mode": slice(study.followed), "time": evenly(record.time.size, MOST_TIMES)}
    return replace(record, dataset=record.dataset.isel(shown)).to_dataframe()


def with_networks(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its networks numbered as in the report, from 1."""
    table = table.rename(columns={"seed": "network"})
    return table.assign(network=table["network"] + 1) if "network" in table else table


def missing_cells(study: Study) -> pd.DataFrame:
    """What theory and networks say in the end of the cells that nobody showed them: mean and deviation of networks."""
    import pandas as pd

    world = study.environment
    item, feature = np.nonzero(np.isnan(study.environment.samples.targets))
    said, networks = (
        record.answers(times=np.array([record.snapshot_time.size - 1]))[:, 0, feature, item]
        for record in (study.theory, study.networks)
    )
    names = {"item": np.array(world.items)[item], "feature": np.array(world.features)[feature]}
    return pd.DataFrame(
        {**names, "theory": said[0], "networks": networks.mean(axis=0), "deviation": networks.std(axis=0)}
    )


def deviation(study: Study, record: Deviation) -> pd.DataFrame:
    """How far each trained network is from the theory, mode by mode; tied modes count as one."""
    table = record.to_dataframe()
    labels = np.asarray(_mode_labels(study.environment.spectrum().groups), dtype=object)[table["group"] - 1]
    table.insert(1, "mode", labels)
    return table.assign(network=table["network"] + 1).drop(columns="group")


def modes(study: Study) -> pd.DataFrame:
    """One row per mode or group of tied modes: what it separates, how strong it is, when it is learned."""
    import pandas as pd

    spectrum, theory = study.environment.spectrum(), study.theory.dataset
    groups = spectrum.groups[: study.followed]
    first = np.unique(groups, return_index=True)[1]
    measured = _measured(study, first)
    with np.errstate(invalid="ignore"):
        spread = np.where(np.isfinite(measured).all(axis=0), np.ptp(measured, axis=0) / 2, np.nan)
    columns = {
        "mode": _mode_labels(groups),
        "separates": separates(study),
        "shared_by_all": study.environment.shared_modes()[first],
        "items": item_ends(study) if study.names_items else "",
        "singular_value": spectrum.singular_values[first],
        "half_time": theory["half_time"].values[first],
        "rise_time": theory["rise_time"].values[first],
        "shallow_half_time": study.shallow.dataset["half_time"].values[first],
        "measured_half_time": np.median(measured, axis=0),
        "measured_half_range": spread,
    }
    return pd.DataFrame(columns)


def _measured(study: Study, first: np.ndarray) -> np.ndarray:
    """Half-learning times of the modes in each trained network, (networks, groups)."""
    if study.deviation is not None:
        return study.deviation.half_times[0]
    return study.networks.dataset["half_time"].values[:, first]


def separates(study: Study) -> list[str]:
    """What each mode separates; of tied modes, the features with most in the group."""
    return [_mode_name(study.environment, group, "feature") for group in _group_numbers(study)]


def item_ends(study: Study) -> list[str]:
    """Items at the two ends of each mode; of tied modes, the items with most in the group."""
    return [_mode_name(study.environment, group, "item") for group in _group_numbers(study)]


def loadings(study: Study, of: str) -> pd.DataFrame:
    """Loadings of features or items on every mode; inside tied groups, which have no single loadings, the length."""
    import pandas as pd

    groups = study.environment.spectrum().groups
    blocks = []
    for group, number in zip(_group_numbers(study), _mode_labels(groups[: study.followed]), strict=True):
        members, names = _vectors(study.environment, groups == group, of)
        tied = members.shape[1] > 1
        values = np.linalg.norm(members, axis=1) if tied else members[:, 0]
        kind = "length in tied group" if tied else "loading"
        blocks.append(pd.DataFrame({"mode": number, of: names, "value": values, "kind": kind}))
    return pd.concat(blocks, ignore_index=True)


def _mode_name(environment: Environment, group: int, of: str) -> str:
    members = environment.spectrum().groups == group
    vectors, names = _vectors(environment, members, of)
    if vectors.shape[1] == 1:
        return mode_name(vectors[:, 0], names)
    return group_name(np.linalg.norm(vectors, axis=1), names)


def _vectors(environment: Environment, members: np.ndarray, of: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Loadings of the features or the items on some modes, and their names."""
    spectrum = environment.spectrum()
    if of == "feature":
        return spectrum.output_modes[:, members], environment.features
    return environment.along(spectrum.input_modes[:, members]), environment.items


def _group_numbers(study: Study) -> np.ndarray:
    return np.unique(study.environment.spectrum().groups[: study.followed])


def _mode_labels(groups: np.ndarray) -> list[str]:
    members = [np.flatnonzero(groups == group) + 1 for group in np.unique(groups)]
    return [str(m[0]) if m.size == 1 else f"{m[0]}-{m[-1]}" for m in members]
