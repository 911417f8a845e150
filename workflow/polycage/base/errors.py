"""The closed list of coded errors, grouped by the stage in which they arise.

A batch needs codes that a program can read and a sentence that a person can act on. Every error
that leaves the library is a `PolycageError` with one of the codes below.
"""

from __future__ import annotations

from enum import Enum, StrEnum

from polycage.base.safe_text import printable


class Stage(StrEnum):
    """Where in the flow an error arose."""

    CONFIG = "config"
    COLLECT = "collect"
    READ = "read"
    GEOMETRY = "geometry"
    MATERIALS = "materials"


class ErrorCode(Enum):
    """Code, stage and advice of each error; the name is the code shown to the user."""

    CONFIG_INVALID = (Stage.CONFIG, "correct the key or option named (config/config.yaml or the command line)")
    COLLECTION_MISSING = (
        Stage.COLLECT,
        "give a folder (or .tar or .zip) that holds structure files; a workflow takes it as cif_dir",
    )
    COLLECTION_UNREADABLE = (Stage.COLLECT, "make the folder or file readable and run again")
    RESULTS_NOT_WRITABLE = (Stage.COLLECT, "make the results folder writable or choose another results_dir")
    DISK_FULL = (Stage.COLLECT, "make space or raise the quota, then run the same again: it goes on where it stopped")
    CODE_CHANGED = (
        Stage.COLLECT,
        "run it again; polycage must not change while a run is under way, and be the same on all nodes",
    )
    RESULTS_MISSING = (Stage.COLLECT, "give the folder into which a run wrote its tables (results_dir)")
    TABLE_DAMAGED = (Stage.COLLECT, "remove the file named and run again: it is made anew")
    DUPLICATE_ID = (Stage.COLLECT, "rename one of the files: a structure_id is the path without .cif and .gz")
    FILE_UNREADABLE = (Stage.READ, "check that this is a file, that it may be read, and that it is not cut off")
    FILE_TOO_LARGE = (
        Stage.READ,
        "take reflections and other data out of the file; or raise max_file_MB, which takes up to twenty times "
        "as much memory",
    )
    ARCHIVE_PACKED = (
        Stage.READ,
        "unpack it, or turn it into a plain .tar (gunzip, unxz, unzstd) or a .zip: a packed archive cannot be read "
        "file by file",
    )
    ARCHIVE_DAMAGED = (
        Stage.READ,
        "run again if the archive was exchanged during the run; else copy or make it anew: it is damaged or cut off",
    )
    ARCHIVE_MEMBER = (
        Stage.READ,
        "unpack the archive, or make it anew of plain files: relative names, no links out, no encryption, "
        "usual compression",
    )
    FILE_SYNTAX = (Stage.READ, "repair the line or key named, or write the file anew with the program it comes from")
    LIBRARY_MISSING = (Stage.READ, "install the package named; a file can be converted to CIF instead")
    CIF_SYNTAX = (Stage.READ, "open the file at the line named and repair it, or export it anew")
    NO_ATOMS = (
        Stage.READ,
        "the file has no atom sites with fractional coordinates: export the structure, not only data",
    )
    CELL_INVALID = (Stage.READ, "state all six cell parameters as numbers that span a volume")
    COORDINATE_INVALID = (
        Stage.READ,
        "give fractional coordinates as numbers for every listed site (only hydrogen and dummies may lack them)",
    )
    ELEMENT_UNKNOWN = (Stage.READ, "give the site's element as a plain symbol (in a CIF as _atom_site_type_symbol)")
    OCCUPANCY_INVALID = (Stage.READ, "occupancies must lie between 0 and 1, those at one place add up to 1 at most")
    SYMMETRY_MISSING = (
        Stage.READ,
        "list the symmetry operations (_space_group_symop_operation_xyz) or a Hall symbol: a space-group name alone "
        "can be ambiguous",
    )
    NOT_PERIODIC = (
        Stage.READ,
        "give a crystal that repeats along three cell vectors; where it does, say so (pbc = T T T)",
    )
    TOO_MANY_ATOMS = (Stage.READ, "give a smaller cell, or raise the limit named: memory and time grow with it")
    SYMMETRY_INVALID = (
        Stage.READ,
        "correct the operation or symbol named; a symbol of the conventional cell does not fit a primitive one",
    )
    ATOMS_OVERLAP = (
        Stage.READ,
        "check the unit of the cell's lengths, the origin and the symmetry: two full atoms stand in one place",
    )
    DENSITY_IMPOSSIBLE = (
        Stage.READ,
        "check the unit of the cell's lengths and the symmetry: no solid is as dense as this",
    )
    MMCIF_UNSUPPORTED = (
        Stage.READ,
        "macromolecular CIF is not read: export the structure as a small-molecule (core) CIF",
    )
    FORMAT_UNKNOWN = (
        Stage.READ,
        "give one structure in a format that polycage reads (docs/reading/formats.md), a pymatgen Structure "
        "or ASE Atoms",
    )
    NO_SITES = (
        Stage.GEOMETRY,
        "all sites are too dilute for the geometry: lower min_occupancy, or check the occupancies",
    )
    SYMMETRY_SEARCH = (Stage.GEOMETRY, "check cell and coordinates: atoms may overlap; or change symprec_A")
    GEOMETRY_FAILED = (Stage.GEOMETRY, "report the file: its geometry could not be tessellated")
    GEOMETRY_TOO_LARGE = (Stage.GEOMETRY, "raise the limit named where memory and time allow it")
    CHARGES_UNKNOWN = (Stage.GEOMETRY, "give the charges of all elements: polycage field FILE --charges Ba=2,Cu=2,O=-2")
    UNEXPECTED = (Stage.GEOMETRY, "this is a defect of polycage: please report it with the file")
    TC_LIST_INVALID = (
        Stage.MATERIALS,
        "give tc_table a CSV whose first line names the columns composition, tc_K and citation, each once",
    )
    MATERIALS_INVALID = (Stage.MATERIALS, "correct the place named, or give the file as materials=FILE")

    def __init__(self, stage: Stage, advice: str) -> None:
        self.stage = stage
        self.advice = advice


class PolycageError(Exception):
    """An error with a code, a cause in words and an advice.

    Parameters
    ----------
    code
        One of the closed list.
    cause
        What is wrong, naming file, row or site.
    """

    def __init__(self, code: ErrorCode, cause: str) -> None:
        cause = printable(cause)  # it quotes what files say
        super().__init__(f"{code.name}: {cause} ({code.advice})")
        self.code = code
        self.cause = cause

    @property
    def stage(self) -> Stage:
        """Stage in which the error arose."""
        return self.code.stage

    @property
    def advice(self) -> str:
        """What the user can do about it."""
        return self.code.advice

    def __reduce__(self) -> tuple[type[PolycageError], tuple[ErrorCode, str]]:
        return (type(self), (self.code, self.cause))
