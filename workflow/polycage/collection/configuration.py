"""The configuration of a run: checked against its schema, paths resolved."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import LAST_DIGIT_SU, Settings


@dataclasses.dataclass(frozen=True, slots=True)
class Configuration:
    """A run's configuration."""

    cif_dir: Path
    results_dir: Path
    materials: Path
    settings: Settings
    lambda_fe_for_m2x2: bool
    voids: bool
    vertices: bool


def read_config(config: Mapping[str, Any], schema: Mapping[str, Any], root: Path) -> Configuration:
    """Check a configuration and resolve its paths.

    Parameters
    ----------
    config
        As Snakemake gives it: `config/config.yaml` with the overrides of the command line.
    root
        The repository: holds `cif/` and `config/materials.csv`, which empty paths stand for.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID`, naming the key.
    """
    settings = {} if config.get("settings") is None else config["settings"]
    if isinstance(settings, Mapping):
        settings = {k: _number(v) for k, v in settings.items()}
    config = {**{k: _flag(v) for k, v in config.items()}, "settings": settings}
    for error in Draft202012Validator(schema).iter_errors(config):
        key = ".".join(map(str, error.path)) or "top level"
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"config, {key}: {error.message}")
    return Configuration(
        cif_dir=Path(config["cif_dir"]) if config["cif_dir"] else root / "cif",
        results_dir=Path(config["results_dir"]),
        materials=Path(config["materials"]) if config["materials"] else root / "config" / "materials.csv",
        settings=_settings(config),
        lambda_fe_for_m2x2=config["lambda_fe_for_m2x2"],
        voids=config["voids"],
        vertices=config["vertices"],
    )


def _settings(config: Mapping[str, Any]) -> Settings:
    """The settings, the last digits' uncertainty among them where it is asked for."""
    settings = Settings.from_mapping(config["settings"])
    if not config["assume_last_digit"] or settings.last_digit_su > 0:
        return settings
    return dataclasses.replace(settings, last_digit_su=LAST_DIGIT_SU)


def _flag(value: Any) -> Any:
    """`voids=true` on Snakemake's command line arrives as text, `voids=True` as a truth value."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _number(value: Any) -> Any:
    """Numbers inside a mapping given on Snakemake's command line arrive as text."""
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value
