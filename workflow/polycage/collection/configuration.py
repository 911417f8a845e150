"""The configuration of a run: checked against its schema, paths resolved."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.settings import LAST_DIGIT_SU, Settings
from polycage.collection.entries import MADE
from polycage.fields.field_request import FieldKnobs
from polycage.physics.constants import Constants
from polycage.tables.numbers_in_text import number_in

# `materials` that says that there is no sheet
NO_SHEET = ("none", os.devnull)
# keys that `differing` leaves out: places, settings and what becomes one, and what no table and no page is made of
_NOT_TOLD = ("cif_dir", "results_dir", "settings", "assume_last_digit", "exports", "started_by")
_NOT_TOLD_START = "figures"
# keys that may be empty: `materials=` on Snakemake's command line arrives as nothing at all
_MAY_BE_EMPTY = ("cif_dir", "materials", "resonances", "tc_table")


@dataclasses.dataclass(frozen=True, slots=True)
class TrialConfiguration:
    """How the relation is tried."""

    seed: int  # of permutations, bootstraps and picks
    tolerance_atoms: float  # compositions that differ by no more, in atoms of an element a formula unit, are one
    open_oxygen: bool  # whether structures are matched with a list whatever their oxygen, too


@dataclasses.dataclass(frozen=True, slots=True)
class Configuration:
    """A run's configuration."""

    cif_dir: Path
    results_dir: Path
    materials: Path
    resonances: Path
    settings: Settings
    physics: Constants
    fields: FieldKnobs
    lambda_fe_for_m2x2: bool
    voids: bool
    vertices: bool
    electrostatics: bool
    # whether structures of the sheet without a file are mistyped: not where it is another collection's
    tells_missing: bool
    tc_table: Path | None  # a user's list of Tc
    trial: TrialConfiguration


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
    numbers = {name: _numbers(config.get(name)) for name in ("settings", "physics", "fields")}
    config = {k: _flag(v) for k, v in config.items()} | numbers
    config |= dict.fromkeys((key for key in _MAY_BE_EMPTY if key in config and config[key] is None), "")
    if isinstance(config.get("trial"), Mapping):
        config["trial"] = {k: _flag(_number(v)) for k, v in config["trial"].items()}
    for error in Draft202012Validator(schema).iter_errors(config):
        key = ".".join(map(str, error.path)) or "top level"
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"config, {key}: {error.message}")
    cif_dir = Path(config["cif_dir"]) if config["cif_dir"] else root / "cif"
    results_dir = Path(config["results_dir"])
    _check_places(cif_dir, results_dir)
    own_sheet = config["materials"] not in ("", *NO_SHEET)
    return Configuration(
        cif_dir=cif_dir,
        results_dir=results_dir,
        materials=_materials(config["materials"], root),
        resonances=Path(config["resonances"]) if config["resonances"] else root / "config" / "resonances.csv",
        tells_missing=own_sheet or (not config["materials"] and cif_dir.absolute() == (root / "cif").absolute()),
        settings=_settings(config),
        physics=Constants.from_mapping(config["physics"]),
        fields=FieldKnobs.from_mapping(config["fields"]),
        lambda_fe_for_m2x2=config["lambda_fe_for_m2x2"],
        voids=config["voids"],
        vertices=config["vertices"],
        tc_table=_tc_table(config["tc_table"]),
        trial=TrialConfiguration(
            int(config["trial"]["seed"]), float(config["trial"]["tolerance_atoms"]), config["trial"]["open_oxygen"]
        ),
        electrostatics=config["electrostatics"],
    )


def completed(config: Mapping[str, Any], defaults: Path) -> dict[str, Any]:
    """A configuration with what it leaves out: a workflow that uses this one as a module names a few keys.

    Parameters
    ----------
    config
        As Snakemake gives it.
    defaults
        `config/config.yaml`.
    """
    return {**yaml.safe_load(defaults.read_text(encoding="utf-8")), **config}


def differing(config: Mapping[str, Any], defaults: Path) -> list[tuple[str, str]]:
    """What makes a run another one than the stated one: keys with other values, as on Snakemake's command line.

    Paths are names without folders: the same collection makes the same page, wherever it lies.

    Parameters
    ----------
    config
        As Snakemake gives it, completed.
    defaults
        `config/config.yaml`.
    """
    stated = yaml.safe_load(defaults.read_text(encoding="utf-8"))
    out = []
    for key, default in stated.items():
        if key in _NOT_TOLD or key.startswith(_NOT_TOLD_START):
            continue
        value, default = _plain(config[key]), _plain(default)
        if isinstance(value, Mapping) and isinstance(default, Mapping):
            others = [f"{name}: {_written(x)}" for name, x in value.items() if x != default.get(name)]
            out += [(key, f"{{{', '.join(others)}}}")] * bool(others)
        elif value != default:
            named = NO_SHEET[0] if value in NO_SHEET else Path(_written(value)).name
            out.append((key, named if key in _MAY_BE_EMPTY else _written(value)))
    return out


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(value: Any) -> Any:
    """A value as it is in a file, wherever it comes from; an empty one is an empty text."""
    if isinstance(value, Mapping):
        return {name: _plain(x) for name, x in value.items()}
    return "" if value is None else _number(_flag(value))


def numbers_of(path: Path, section: str) -> dict[str, Any]:
    """The mapping of numbers that a configuration has under a name, such as `physics`; empty where it has none.

    Parameters
    ----------
    path
        A file like `config/config.yaml`; what it leaves out is as stated there.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` for a file that cannot be read, or is no configuration.
    """
    found = _numbers(_loaded(path, section).get(section))
    if not isinstance(found, dict):
        raise _no_configuration(path, section)
    return found


def _loaded(path: Path, section: str = "settings") -> Mapping[str, Any]:
    """What stands in a configuration.

    Raises
    ------
    PolycageError
        As `numbers_of`.
    """
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        cause = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"--config {path}: {cause}") from error
    if not isinstance(config, Mapping):
        raise _no_configuration(path, section)
    return config


def _no_configuration(path: Path, section: str) -> PolycageError:
    cause = f"--config {path}: no configuration of a run; write `{section}:` and below it NAME: NUMBER"
    return PolycageError(ErrorCode.CONFIG_INVALID, cause)


def assumes_last_digit(path: Path) -> bool:
    """Whether a configuration says `assume_last_digit: true`.

    Parameters
    ----------
    path
        As of `numbers_of`.

    Raises
    ------
    PolycageError
        As `numbers_of`; `CONFIG_INVALID` where it says neither true nor false.
    """
    said = _flag(_loaded(path).get("assume_last_digit", False))
    if not isinstance(said, bool):
        raise PolycageError(
            ErrorCode.CONFIG_INVALID, f"--config {path}: assume_last_digit: {said!r} is no true or false"
        )
    return said


def _settings(config: Mapping[str, Any]) -> Settings:
    """The settings, the last digits' uncertainty among them where it is asked for."""
    settings = Settings.from_mapping(config["settings"])
    if not config["assume_last_digit"] or settings.last_digit_su > 0:
        return settings
    return dataclasses.replace(settings, last_digit_su=LAST_DIGIT_SU)


def _materials(given: str, root: Path) -> Path:
    """The sheet: the repository's own where nothing is given, the paper's tables alone where there is to be none."""
    if given in NO_SHEET:
        return root / "config" / "paper_tables.csv"
    return Path(given) if given else root / "config" / "materials.csv"


def _tc_table(given: str) -> Path | None:
    """The list of Tc.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` where there is no such file.
    """
    if not given:
        return None
    if not Path(given).is_file():
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"config, tc_table: there is no file {given}")
    return Path(given)


def _check_places(cif_dir: Path, results_dir: Path) -> None:
    """Refuse results among what is read: a run would take them for structures.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID`.
    """
    read, made = Path(os.path.realpath(cif_dir)), Path(os.path.realpath(results_dir))
    if read == made:
        raise PolycageError(
            ErrorCode.CONFIG_INVALID,
            f"config: results_dir and cif_dir are the same folder, {results_dir}: give the results their own",
        )
    if made in read.parents and read.relative_to(made).parts[0] in MADE:
        raise PolycageError(
            ErrorCode.CONFIG_INVALID, f"config: cif_dir, {cif_dir}, lies in a folder that the run writes to"
        )


def _flag(value: Any) -> Any:
    """`voids=true` on Snakemake's command line arrives as text, `voids=True` as a truth value."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _numbers(value: Any) -> Any:
    """A mapping of numbers; an empty one stands for none."""
    if isinstance(value, Mapping):
        return {k: _number(v) for k, v in value.items()}
    return {} if value is None else value


def _number(value: Any) -> Any:
    """Numbers inside a mapping given on Snakemake's command line arrive as text."""
    if not isinstance(value, str):
        return value
    number = number_in(value)
    return value if number is None else number
