"""A CIF of BaFe2As2 whose labels a parser or a writer of CIF, JSON or HTML may stumble over."""

_TEXT = """data_{name}
_cell_length_a 3.9170(2)
_cell_length_b 3.9170(2)
_cell_length_c 13.2968(10)
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
loop_
_space_group_symop_operation_xyz
x,y,z
x+1/2,y+1/2,z+1/2
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
'Ba "1"' Ba 0 0 0 0.6
"K 1'" K 0 0 0 0.4
'_1' Fe 0.5 0 0.25 1
'data_Fe' Fe 0 0.5 0.25 1
;{text}
;
As 0 0 0.3545(2) 1
'{quoted}' As 0 0 0.6455(2) 1
"""


def hostile_cif(name: str, text: str, quoted: str) -> str:
    """P 1 of the conventional cell, Ba0.6K0.4 on one place.

    Parameters
    ----------
    text, quoted
        Labels of the two arsenics, the first one written as a text of lines, the second one in single quotes.
    """
    return _TEXT.format(name=name, text=text, quoted=quoted)
