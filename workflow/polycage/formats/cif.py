"""Reading CIF files (gemmi's parser) into crystals, standard uncertainties kept."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.findings import FindingCode, finding
from polycage.base.settings import Settings
from polycage.crystal.cell import Cell, check_cell
from polycage.crystal.crystal import Crystal, build_crystal, makes_multiplicities, short_contacts
from polycage.crystal.plausibility import Stated, formula_note
from polycage.crystal.source import Source, check_size
from polycage.formats.cif_atoms import AtomSites, read_atom_sites
from polycage.formats.cif_documents import Tags, atom_blocks, plain
from polycage.formats.cif_experiment import read_experiment
from polycage.formats.cif_symmetry import Choice, one_unique_axis, stated_choices
from polycage.formats.contents import read_bytes, text_of, unpacked
from polycage.formats.file_names import is_packed
from polycage.formats.formulas import elements, parse_formula, stated_elements
from polycage.formats.labels import atomic_number_of as atomic_number_of
from polycage.formats.numerals import last_digit, meant
from polycage.formats.numerals import number_with_su as number_with_su

_CELL_TAGS = [f"_cell_length_{x}" for x in "abc"] + [f"_cell_angle_{x}" for x in ("alpha", "beta", "gamma")]


def read_cif(path: Path, settings: Settings) -> list[tuple[str, Crystal | PolycageError]]:
    """All structures of a file; see `parse_cif`."""
    data = read_bytes(path, settings)
    return parse_cif(unpacked(data, path.name, settings) if is_packed(path.name) else data, path.name, settings)


def parse_cif(data: bytes, name: str, settings: Settings) -> list[tuple[str, Crystal | PolycageError]]:
    """All structures of a file's bytes, in its order, with the suffix of each one's id.

    The suffix is empty where the file holds one structure, `#block` where it holds several. A block
    that cannot be read gives its error, not an exception, so that the others are not lost.
    """
    blocks = atom_blocks(text_of(data), name)
    several = len(blocks) > 1
    out: list[tuple[str, Crystal | PolycageError]] = []
    for tags in blocks:
        try:
            out.append((f"#{tags.name}" if several else "", crystal_from_block(tags, settings)))
        except PolycageError as error:
            out.append((f"#{tags.name}" if several else "", PolycageError(error.code, f"{name}: {error.cause}")))
    return out


def crystal_from_block(tags: Tags, settings: Settings) -> Crystal:
    """The crystal that one data block describes.

    Raises
    ------
    PolycageError
        With a code of stage `read`.
    """
    tags.raise_if_broken()
    cell = _cell(tags, settings)
    check_size(tags.name, len(tags.column("_atom_site_fract_x")), 1, settings)
    formula = tags.text("_chemical_formula_sum")
    sites = read_atom_sites(tags, cell.lattice, stated_elements(formula), settings)
    stated = _stated(tags, formula, sites)
    choices = stated_choices(tags, cell.lattice, settings)
    if len(choices) > 1:
        choices = [_decided(tags.name, cell, sites, choices, stated, settings)]
    return _built(tags, cell, sites, choices[0], stated, settings)


def _built(tags: Tags, cell: Cell, sites: AtomSites, choice: Choice, stated: Stated, settings: Settings) -> Crystal:
    experiment, unclear = read_experiment(tags)
    findings = tags.findings + sites.findings + choice.findings + unclear
    verification = tags.text("_polycage_verification")
    source = Source(
        tags.name,
        cell,
        sites.atoms,
        choice.operations,
        stated=stated,
        findings=findings,
        verification=verification,
        experiment=experiment,
    )
    return build_crystal(source, settings)


def _decided(
    name: str, cell: Cell, sites: AtomSites, choices: list[Choice], stated: Stated, settings: Settings
) -> Choice:
    """The one of several settings that alone makes formula and multiplicities without atoms in each other's way.

    Raises
    ------
    PolycageError
        `SYMMETRY_MISSING` where neither is stated, none of the settings makes them, or more than one does.
    """
    conventional = one_unique_axis(choices)
    if conventional is not None:
        return conventional
    names = ", ".join(choice.name for choice in choices)
    possible = [choice for choice in choices if _is_possible(name, cell, sites, choice, stated, settings)]
    evidence = [what for what, there in (("formula", stated.counts), ("multiplicities", sites.multiplicity)) if there]
    what = " and ".join(evidence)
    if not evidence or len(possible) != 1:
        why = f"the stated {what} fits {len(possible)} of them" if evidence else "no formula is stated to decide"
        raise PolycageError(
            ErrorCode.SYMMETRY_MISSING,
            f"no symmetry operations are listed and the space group's name leaves {names} open; {why}",
        )
    note = f"the space group's name leaves {names} open: {possible[0].name} alone makes the stated {what}"
    return possible[0]._replace(findings=possible[0].findings + finding(FindingCode.SETTING_FROM_CONTENT, note))


def _is_possible(name: str, cell: Cell, sites: AtomSites, choice: Choice, stated: Stated, settings: Settings) -> bool:
    source = Source(name, cell, sites.atoms, choice.operations)
    try:
        crystal = build_crystal(source, settings)
    except PolycageError:
        return False
    return (
        not formula_note(dict(crystal.composition), stated, settings)
        and makes_multiplicities(dataclasses.replace(source, stated=stated), settings)
        and not short_contacts(crystal, settings)
    )


def _stated(tags: Tags, formula: str, sites: AtomSites) -> Stated:
    counts = parse_formula(formula)
    merged = elements(counts)
    heavy = dict(counts).get("D", 0.0)
    return Stated(
        formula=formula,
        counts=merged,
        units=number_with_su(tags.text("_cell_formula_units_z"))[0],
        density_g_cm3=number_with_su(tags.text("_exptl_crystal_density_diffrn"))[0],
        volume_A3=number_with_su(tags.text("_cell_volume"))[0],
        deuterium=heavy / (dict(merged).get("H", 0.0) or 1.0) if heavy else 0.0,
        multiplicity=sites.multiplicity,
        site_order=sites.site_order,
    )


def _cell(tags: Tags, settings: Settings) -> Cell:
    columns = [tags.column(tag) for tag in _CELL_TAGS]
    texts = [plain(column[0]) if column else "" for column in columns]
    for tag, column in zip(_CELL_TAGS, columns, strict=True):
        if len(column) > 1 and len(several := dict.fromkeys(tags.texts(tag))) > 1:
            cause = f"{tag} has several values ({', '.join(several)}): which cell is meant?"
            raise PolycageError(ErrorCode.CELL_INVALID, cause)
    pairs = [number_with_su(text) for text in texts]
    for tag, text, (value, _) in zip(_CELL_TAGS, texts, pairs, strict=True):
        if not value > 0:
            raise PolycageError(ErrorCode.CELL_INVALID, f"{tag} is {text or 'missing'}{meant(text)}")
    values, uncertainties = np.array(pairs).T
    digits = np.array([last_digit(text) for text in texts]) if settings.last_digit_su > 0 else None
    cell = Cell(values, uncertainties, digits)
    check_cell(cell.lattice, settings)
    return cell
