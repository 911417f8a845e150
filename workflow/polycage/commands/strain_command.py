"""`polycage strain`: heights and Tc under strain."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from polycage.base.errors import ErrorCode, PolycageError
from polycage.base.vocabulary import LAMBDA_OF
from polycage.cages.measurement import Measurement
from polycage.commands import each_structure
from polycage.commands.options import PATHS, SHARE, add_settings, settings_of, tell

if TYPE_CHECKING:
    from polycage.relation.lambda_source import Lambda

WHAT = "heights and Tc under strain"
EXAMPLES = (
    "polycage strain cif/BaFe2As2_297K.cif --a -1%          (bonds are kept, c follows)",
    "polycage strain cif/BaFe2As2_297K.cif --c -2% --keep bonds",
    "polycage strain cif/BaFe2As2_297K.cif --c -2% --keep fractions",
    "polycage strain cif/CaKFe4As4.cif --results results    (lambda and skill of a run)",
)
EXIT_CODES = each_structure.EXIT_CODES
_BONDS, _FRACTIONS = "bonds", "fractions"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser._negative_number_matcher = SHARE  # private, but there is no other way
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=PATHS)
    parser.add_argument("--a", metavar="SHARE", help="strain of all lengths across the stacking axis, such as -1%%")
    parser.add_argument("--c", metavar="SHARE", help="strain along it, such as -2%%; with bonds kept, --a or --c")
    parser.add_argument("--keep", choices=(_BONDS, _FRACTIONS), default=_BONDS, help="default: %(default)s")
    parser.add_argument("--results", type=Path, help="folder of a run, for lambda and the skill of predictions")
    add_settings(parser)


def run(options: argparse.Namespace) -> int:
    """Print heights and Tc; returns the exit code."""
    from polycage.report.change_views import strain_text

    plane, along = share(options.a, "a"), share(options.c, "c")
    if options.keep == _BONDS and plane is not None and along is not None:
        cause = "--a and --c: where bonds are kept one follows from the other; give one, or --keep fractions"
        raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
    known = _lambdas(options.results)

    def text(structure_id: str, measurement: Measurement) -> str:
        of = known.get(LAMBDA_OF.get(measurement.family, ""))
        label = of.label if of else f"no Tc: no lambda for the family {measurement.family}"
        if not known:
            label = "no Tc: lambda and the skill of its predictions stand in the tables of a run: --results FOLDER"
        return strain_text(
            structure_id, measurement, plane=plane, along=along, keep=options.keep, tc_K=of.tc_K if of else None,
            label=label,
        )  # fmt: skip

    return each_structure.print_each(options.paths, settings_of(options), text)


def share(text: str | None, option: str) -> float | None:
    """`-2%` as -0.02, `-0.02` as it is.

    Raises
    ------
    PolycageError
        `CONFIG_INVALID` for what is no number, or not between -50 % and 50 %.
    """
    if text is None:
        return None
    if not SHARE.match(text):
        raise PolycageError(ErrorCode.CONFIG_INVALID, f"--{option} {text}: no share; write --{option} -2%")
    value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not abs(value) <= 0.5:
        cause = f"--{option} {text}: {100 * value:g} %; a share is meant: write --{option} -2% for two percent less"
        raise PolycageError(ErrorCode.CONFIG_INVALID, cause)
    return value


def _lambdas(results: Path | None) -> dict[str, Lambda]:
    """Lambda by family, from a run's folder or what lies beside the library."""
    from polycage.relation.lambda_source import lambdas, reference

    if results is None and (why_not := reference().why_not):
        tell(f"no Tc: {why_not}")
    return lambdas(results)
