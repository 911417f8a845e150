"""What fields are asked with: knobs, and what the sheet says of the structures of one file."""

from polycage.fields.field_request import FieldKnobs, FieldRequest

HOLES = {"LSCO": 0.15, "LSCO_2": 0.2, "NCCO": -0.15}


def test_json_and_back():
    asked = FieldRequest(FieldKnobs(screening_A=2, ion_A=0.5), HOLES)
    assert FieldRequest.from_json(asked.to_json()) == asked


def test_only_what_is_said_of_a_file_s_structures_counts_for_it():
    asked = FieldRequest(holes_per_metal=HOLES)
    assert asked.of_file("NCCO").holes_per_metal == {"NCCO": -0.15}
    assert asked.of_file("YBCO").holes_per_metal == {}
    # a file of several structures: their ids begin with the file's
    assert asked.of_file("LSCO").holes_per_metal == {"LSCO": 0.15, "LSCO_2": 0.2}
    assert asked.key("YBCO") == ()
    assert asked.key("NCCO") != FieldRequest(holes_per_metal={"NCCO": 0.15}).key("NCCO")
    assert asked.key("NCCO") == FieldRequest(holes_per_metal={"NCCO": -0.15, "other": 1}).key("NCCO")
    # the same file under another name
    assert asked.key("NCCO") == FieldRequest(holes_per_metal={"again": -0.15}).key("again")
