"""Cages measured again from drawn parameters, with formulas of their own, for comparison with first order."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
from scipy.spatial import ConvexHull

from polycage.base.settings import DEFAULTS
from polycage.cages.measurement import measure_crystal
from polycage.crystal.cell import Cell
from polycage.crystal.crystal import build_crystal
from polycage.formats.cif import parse_cif

DRAWS = 20_000
# Å; a file's rounded coordinates are off what symmetry makes of them by up to this
NO_MOVE_A = 0.01


def read(text: str, settings=DEFAULTS):
    """The crystal of a CIF given as text."""
    ((_, crystal),) = parse_cif(text.encode(), "test.cif", settings)
    return crystal


def cif(cell, operations, atoms, occupancies=None):
    """A CIF: six numbers, operations separated by semicolons, and atoms `Fe1 Fe 0 0.5 0.25(1)` with occupancies."""
    names = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    lines = ["data_test", *(f"_cell_{n} {v}" for n, v in zip(names, cell.split(), strict=True))]
    lines += ["loop_", "_space_group_symop_operation_xyz", *(f"'{op.strip()}'" for op in operations.split(";"))]
    lines += ["loop_", "_atom_site_label", "_atom_site_type_symbol", *(f"_atom_site_fract_{x}" for x in "xyz")]
    lines += [
        "_atom_site_occupancy",
        *(f"{a} {o}" for a, o in zip(atoms, occupancies or [1] * len(atoms), strict=True)),
    ]
    return "\n".join(lines) + "\n"


class Draws:
    """Cells and listed coordinates drawn from the free parameters, each independently and normally distributed."""

    def __init__(self, crystal, parameters, n=DRAWS, seed=20260731):
        found = parameters.found
        su = found.su
        assert np.isfinite(su).all(), "parameters without uncertainty cannot be drawn"
        assert not found.coordinates.split.any()
        self.drawn = np.random.default_rng(seed).standard_normal((n, len(su)))
        off = self.drawn * su
        k = parameters.n_cell
        self.parameters = crystal.source.cell.parameters + off[:, :k] @ found.change  # (n, 6)
        self.frac = np.tile(crystal.source.atoms.frac, (n, 1, 1))
        for p, (atom, vector) in enumerate(zip(found.coordinates.atom, found.coordinates.vector, strict=True)):
            for other in same_place(crystal, atom):
                self.frac[:, other] += off[:, k + p, None] * vector
        self.lattice = lattices(self.parameters)

    def crystal(self, like, row):
        """One draw as a crystal, to be measured anew."""
        atoms = dataclasses.replace(like.source.atoms, frac=self.frac[row])
        cell = Cell(self.parameters[row], like.source.cell.parameters_su)
        return build_crystal(dataclasses.replace(like.source, atoms=atoms, cell=cell), DEFAULTS)


def same_place(crystal, atom):
    """Listed atoms with the coordinates of one: members of a mixed site, refined together."""
    off = crystal.source.atoms.frac - crystal.source.atoms.frac[atom]
    return np.flatnonzero((np.abs(off - np.round(off)) < 1e-6).all(axis=1))


def lattices(parameters):
    """(n, 3, 3) rows a, b, c of cells (n, 6): a along x, b in the xy plane (International Tables B, 3.3)."""
    a, b, c = parameters[:, :3].T
    ca, cb, cg = np.cos(np.radians(parameters[:, 3:])).T
    sg = np.sin(np.radians(parameters[:, 5]))
    out = np.zeros((len(parameters), 3, 3))
    out[:, 0, 0], out[:, 1, 0], out[:, 1, 1], out[:, 2, 0] = a, b * cg, b * sg, c * cb
    out[:, 2, 1] = c * (ca - cb * cg) / sg
    out[:, 2, 2] = c * np.sqrt(1 - ca**2 - cb**2 - cg**2 + 2 * ca * cb * cg) / sg
    return out


def places(crystal, cage, draws):
    """(n, v, 3) Å: the vertices of a cage in every draw, from the symmetry codes of its table of vertices."""
    out = []
    label = list(crystal.source.atoms.label)
    for vertex in cage.vertices:
        code = "1_555" if vertex.symmetry == "." else vertex.symmetry
        number, moves = re.fullmatch(r"(\d+)_(\d{3})", code).groups()
        op = int(number) - 1
        move = crystal.source.operations.translation[op] + np.array([int(x) - 5 for x in moves])
        place = crystal.source.operations.rotation[op] @ crystal.source.atoms.frac[label.index(vertex.label)] + move
        atoms = around(crystal, place)
        frac = sum(share * (draws.frac[:, a] @ rotation.T + shift) for a, rotation, shift, share in atoms)
        drawn = np.einsum("ni,nij->nj", frac, draws.lattice)
        listed = sum(share * (rotation @ crystal.source.atoms.frac[a] + shift) for a, rotation, shift, share in atoms)
        stated = np.array([vertex.x, vertex.y, vertex.z])
        assert np.abs((listed - stated) @ crystal.lattice).max() < NO_MOVE_A, "not the atoms of this vertex"
        out.append(drawn)
    return np.stack(out, axis=1)


def around(crystal, place, radius_A=DEFAULTS.merge_radius_A):
    """Atoms of the site at a place (3,): listed atom, rotation, translation and share of each.

    An atom and its images, and those of others, that are within the radius of each other are one site, at the mean of
    their places weighted with their occupancies; images nearer than `special_position_A` are one atom.
    """
    atoms, (rotations, translations) = crystal.source.atoms, crystal.source.operations
    found, todo, seen = [], [np.asarray(place)], []
    while todo:
        centre = todo.pop()
        for a in range(len(atoms.frac)):
            for rotation, translation in zip(rotations, translations, strict=True):
                image = rotation @ atoms.frac[a] + translation
                shift = translation + np.round(centre - image)
                image = rotation @ atoms.frac[a] + shift
                if np.linalg.norm((image - centre) @ crystal.lattice) > radius_A:
                    continue
                off = [np.linalg.norm((image - other) @ crystal.lattice) for b, other in seen if b == a]
                if min(off, default=np.inf) < DEFAULTS.special_position_A:
                    continue
                seen.append((a, image))
                todo.append(image)
                found.append((a, rotation, shift, atoms.occupancy[a]))
    total = sum(share for *_, share in found)
    return [(a, rotation, shift, share / total) for a, rotation, shift, share in found]


def measures(cage, cart, lattice):
    """Height, distances from the site, volume, radius, cap distance and distortion of a cage in every draw."""
    parts = np.array(cage.parts)
    out = {}
    if cage.axis_hkl is not None:
        recip = np.linalg.inv(lattice) @ np.array(cage.axis_hkl)  # (n, 3) columns of the inverse are a*, b*, c*
        normal = recip / np.linalg.norm(recip, axis=1)[:, None]
        level = np.einsum("nvk,nk->nv", cart, normal)
        up, low = parts == "upper_cap", parts == "lower_cap"
        out["h"] = np.abs(level[:, up].mean(axis=1) - level[:, low].mean(axis=1))
        centre = {name: centre_of(cart[:, parts == name], normal) for name in set(parts)}
        site = centre["ring"] if "ring" in centre else (centre["upper_cap"] + centre["lower_cap"]) / 2
        out["cap_distance"] = np.linalg.norm(cart[:, up].mean(axis=1) - cart[:, low].mean(axis=1), axis=1)
        out["distances"] = np.linalg.norm(cart - site[:, None], axis=2)
        out["radius"] = out["distances"][:, int(np.argmin(out["distances"].mean(axis=0)))]
        mean = out["distances"].mean(axis=1)
        out["mean_distance"] = mean
        out["distortion"] = np.abs(out["distances"] - mean[:, None]).mean(axis=1) / mean
    hull = ConvexHull(cart.mean(axis=0))
    apex = cart.mean(axis=1)
    out["volume"] = sum(
        np.abs(np.einsum("nk,nk->n", cart[:, a] - apex, np.cross(cart[:, b] - apex, cart[:, c] - apex))) / 6
        for a, b, c in hull.simplices
    )
    if cage.axis_hkl is not None and cage.shape.quadratic_elongation is not None:
        # Robinson, Gibbs & Ribbe 1971, Eqs. 1 to 4; edge of a regular octahedron by volume: V = 4/3 d^3; of a
        # regular tetrahedron with the centre's distance d: V = 8 sqrt(3) / 27 d^3
        ideal = np.cbrt(out["volume"] / (4 / 3 if cage.kind == "octahedron" else 8 * np.sqrt(3) / 27))
        out["elongation"] = ((out["distances"] / ideal[:, None]) ** 2).mean(axis=1)
        pairs = sorted({tuple(sorted((t[i], t[i - 1]))) for t in hull.simplices.tolist() for i in range(3)})
        arm = (cart - site[:, None]) / out["distances"][:, :, None]
        angles = np.degrees([np.arccos((arm[:, a] * arm[:, b]).sum(axis=1)) for a, b in pairs])
        right = 90 if cage.kind == "octahedron" else np.degrees(np.arccos(-1 / 3))
        out["angle_variance"] = ((angles - right) ** 2).sum(axis=0) / (len(pairs) - 1)
    return out


def centre_of(cart, normal):
    """(n, 3) centre of a part: the mean of one or two corners, the circumcentre of mass of a ring; the mean level."""
    mean = cart.mean(axis=1)
    reference = np.cross(normal, np.where(np.abs(normal[:, :1]) < 0.9, [[1.0, 0, 0]], [[0, 1.0, 0]]))
    e1 = reference / np.linalg.norm(reference, axis=1)[:, None]
    e2 = np.cross(normal, e1)
    arm = cart - mean[:, None]
    x, y = np.einsum("nvk,nk->nv", arm, e1), np.einsum("nvk,nk->nv", arm, e2)
    groups = corners(x[0], y[0])
    if len(groups) < 3:
        weight = np.zeros(cart.shape[1])
        for group in groups:
            weight[group] = 1 / len(groups) / len(group)
        u, v = x @ weight, y @ weight
    else:
        x, y = (np.stack([w[:, g].mean(axis=1) for g in groups], axis=1) for w in (x, y))
        order = np.argsort(np.arctan2(y[0] - y[0].mean(), x[0] - x[0].mean()))
        x, y = x[:, order], y[:, order]
        xn, yn = np.roll(x, -1, axis=1), np.roll(y, -1, axis=1)
        # Tabachnikov & Tsukerman 2014, Eq. 1: the circumcentre of mass of a polygon from its corners
        four = 2 * (x * yn - xn * y).sum(axis=1)
        u = (-y * yn**2 + y**2 * yn + x**2 * yn - xn**2 * y).sum(axis=1) / four
        v = (-xn * y**2 + x * yn**2 + x * xn**2 - x**2 * xn).sum(axis=1) / four
    return mean + u[:, None] * e1 + v[:, None] * e2


def corners(x, y, same_place_A=DEFAULTS.same_place_A):
    """Lists of atoms that stand over one another."""
    groups: list[list[int]] = []
    for k in range(len(x)):
        for group in groups:
            if any(np.hypot(x[k] - x[j], y[k] - y[j]) < same_place_A for j in group):
                group.append(k)
                break
        else:
            groups.append([k])
    return groups


def deviations(crystal, measurement, cage, draws):
    """Pairs of an uncertainty and the values drawn, by name."""
    drawn = measures(cage, places(crystal, cage, draws), draws.lattice)
    su = cage.su
    regular = {"elongation": su.quadratic_elongation, "angle_variance": su.angle_variance_deg2}
    pairs = {
        "h": (su.h_A, drawn["h"]),
        "volume": (su.volume_A3, drawn["volume"]),
        "radius": (su.radius_A, drawn["radius"]),
        "cap_distance": (su.cap_distance_A, drawn["cap_distance"]),
        "mean_distance": (su.mean_distance_A, drawn["mean_distance"]),
        "distortion": (su.distortion_index, drawn["distortion"]),
        **{n: (s, drawn[n]) for n, s in regular.items() if n in drawn},
        **{f"distance{k}": (s, drawn["distances"][:, k]) for k, s in enumerate(su.distances_A)},
    }
    return {name: (s, values) for name, (s, values) in pairs.items()}


def curvature(values, draws):
    """Share of the standard deviation of values (n,) that no linear function of the drawn parameters makes."""
    terms = np.column_stack([draws.drawn, np.ones(len(values))])
    rest = values - terms @ np.linalg.lstsq(terms, values, rcond=None)[0]
    return rest.std() / values.std()


def measured(crystal, settings=DEFAULTS):
    """The measurement of a crystal."""
    return measure_crystal(crystal, settings)
