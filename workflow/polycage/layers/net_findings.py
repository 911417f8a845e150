"""What is told of the nets of a crystal, and of sheets and pieces that are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from polycage.base import vocabulary
from polycage.base.findings import NO_FINDINGS, FindingCode, Findings, finding
from polycage.base.settings import Settings
from polycage.layers.net_pieces import DamagedNet
from polycage.layers.net_search import Found
from polycage.layers.nets import Net

Labels = Callable[[Sequence[int]], Sequence[str]]  # of atoms of the primitive cell, as the source has them

_MOST_LABELS = 4  # that are named of a sheet


def findings_of(found: Found, nets: Sequence[Net], settings: Settings, labels: Labels) -> Findings:
    """What is to be told of all that was found; `nets` are those of it that share a stacking axis."""
    findings = NO_FINDINGS
    if len(nets) < len(found.search.nets):
        text = "active nets with different normals: a three-dimensional network has no stacking axis"
        findings += finding(FindingCode.NETS_NOT_PARALLEL, text)
    if len({net.type for net in nets}) > 1:
        text = f"MO2 and M2X2 nets: phases of the latter end in {vocabulary.SECOND_NET} and are not predicted"
        findings += finding(FindingCode.NETS_OF_TWO_KINDS, text)
    for dopants in found.dopants if nets else ():
        is_much = dopants.share > settings.dopant_ratio
        findings += finding(FindingCode.NET_DOPED_MUCH if is_much else FindingCode.NET_DOPED, str(dopants))
    findings += _of_pieces(found, bool(nets), labels)
    for miss in found.misses:
        if nets:
            text = f"beside the whole nets there would be a further {miss.type} net with {miss.needs}"
            findings += finding(FindingCode.NET_INCOMPLETE, text)
        else:
            findings += finding(FindingCode.NET_MISSED, str(miss))
    return findings


def _of_pieces(found: Found, has_nets: bool, labels: Labels) -> Findings:
    """What is to be told of sheets that are no nets, and of pieces."""
    findings = NO_FINDINGS
    for foreign in found.foreign:
        text = f"{foreign}: too many for it to be active"
        findings += finding(FindingCode.NET_INCOMPLETE if has_nets else FindingCode.NET_PIECES, text)
    for type_ in dict.fromkeys(net.type for net in found.damaged):
        damaged = [net for net in found.damaged if net.type == type_]
        atoms = [atom for net in damaged for atom in net.atoms]
        findings += finding(FindingCode.NET_INCOMPLETE, _damage(damaged, len(atoms), labels(atoms)))
    if found.search.ribbons and not has_nets and not found.damaged and not found.foreign:
        text = f"pieces of an {found.search.ribbons[0]} net, but no whole one: blocks, chains or ladders"
        findings += finding(FindingCode.NET_PIECES, text)
    return findings


def _damage(nets: Sequence[DamagedNet], n_metals: int, labels: Sequence[str]) -> str:
    """Damaged nets of one type, in words."""
    names = " ".join(labels[:_MOST_LABELS]) + (" ..." if len(labels) > _MOST_LABELS else "")
    places = f"{names}: {n_metals} metal{'s' if n_metals > 1 else ''} of the primitive cell"
    beside = f"; whole nets beside: {nets[0].n_whole}" if nets[0].n_whole else ""
    first, last = (f"{len(nets)}", "nets") if len(nets) > 1 else ("an", "net")
    what = f"{first} {nets[0].type} {last} with metals missing, or not all squares alike: not active"
    return f"{what} ({places}{beside})"
