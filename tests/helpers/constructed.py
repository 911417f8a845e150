"""Constructed models: structures that nobody has refined, with round numbers; in no collection and in no fit."""

from __future__ import annotations

from layer_models import CENTRED, model


def single_layer_of_iron_selenide(rise=1.45, a=3.8, vacuum=15.0):
    """One Se-Fe-Se layer in vacuum: h of alpha is 2 * rise, from Se plane to Se plane."""
    z = 0.5
    atoms = [
        ("Fe", (0, 0, z)),
        ("Fe", (0.5, 0.5, z)),
        ("Se", (0.5, 0, z + rise / vacuum)),
        ("Se", (0, 0.5, z - rise / vacuum)),
    ]
    return model((a, a, vacuum), atoms)


def planes_of_oxide(levels_A, cations_A, a=3.85, c=24.0):
    """CuO2 planes at some levels, and bare cations (element, level) over and under the centres of their squares."""
    atoms = []
    for level in levels_A:
        z = level / c
        atoms += [("Cu", (0, 0, z)), ("O", (0.5, 0, z)), ("O", (0, 0.5, z))]
    return model((a, a, c), atoms + [(element, (0.5, 0.5, level / c)) for element, level in cations_A])


def bi2223_with_bismuth_on_one_end():
    """Three planes with ends (Sr; Ca), (Ca; Ca) and (Ca; Bi): h is 3.35, 3.20 and 3.50 Å by construction."""
    return planes_of_oxide((8.8, 12.0, 15.2), (("Sr", 16.95), ("Ca", 13.6), ("Ca", 10.4), ("Bi", 6.9)))


def bi2212_overdoped(shift=0.1):
    """Two planes whose common calcium is off the middle: h_up = 3.35 + shift, h_down = 3.35 - shift."""
    return planes_of_oxide((10.4, 13.6), (("Sr", 15.35), ("Ca", 12.0 - shift), ("Sr", 8.65)))


def planes_and_layers_of_two_types(a=4.08, c=18.66, z_sr=0.4125, z_as=0.168):
    """After Sr2Mn2CuAs2O2 (I 4/m m m): CuO2 planes at z = 0 and MnAs layers around z = 1/4, in turn."""
    atoms = [("Cu", (0, 0, 0)), ("O", (0, 0.5, 0)), ("O", (0.5, 0, 0)), ("Mn", (0, 0.5, 0.25)), ("Mn", (0.5, 0, 0.25))]
    atoms += [("Sr", (0, 0, z)) for z in (z_sr, -z_sr)] + [("As", (0, 0, z)) for z in (z_as, -z_as)]
    return model((a, a, c), atoms, CENTRED)
