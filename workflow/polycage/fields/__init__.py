"""Charges of the ions, the electrostatic field in a cage, dipoles, and the order parameter of displaced electrons.

Doors, modules that others may import: `charges`, `usual_charges`, `electrostatics`, `dipoles`, `field_request`,
`field_rows`, `field_text`, `order_parameter`, `displacements`.
May import: base, geometry, crystal, cages, tables.
"""
