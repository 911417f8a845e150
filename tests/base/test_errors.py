"""The closed list of errors."""

import ast
import functools
import pickle

import pytest

from io_helpers import ROOT
from polycage.base.errors import ErrorCode, PolycageError, Stage


@functools.cache
def raised_codes() -> set[str]:
    """Names of the codes that the library outside errors.py mentions."""
    out = set()
    for path in (ROOT / "workflow").rglob("*.py"):
        if path.name != "errors.py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Attribute)
                    and isinstance(node.value, ast.Name)
                    and node.value.id == "ErrorCode"
                ):
                    out.add(node.attr)
    return out


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_code_can_occur(code):
    assert code.name in raised_codes()


def test_every_code_has_a_stage_and_an_advice_of_its_own():
    assert all(isinstance(code.stage, Stage) and len(code.advice) > 15 for code in ErrorCode)
    assert len({code.advice for code in ErrorCode}) == len(ErrorCode)
    assert {code.stage for code in ErrorCode} == set(Stage)


def test_message_has_code_cause_and_advice():
    error = PolycageError(ErrorCode.CELL_INVALID, "a.cif: _cell_length_a is missing")
    assert str(error) == f"CELL_INVALID: a.cif: _cell_length_a is missing ({ErrorCode.CELL_INVALID.advice})"
    assert (error.stage, error.advice) == (Stage.READ, ErrorCode.CELL_INVALID.advice)


def test_survives_pickling():
    error = pickle.loads(pickle.dumps(PolycageError(ErrorCode.CIF_SYNTAX, "a.cif: line 3")))
    assert (error.code, error.cause) == (ErrorCode.CIF_SYNTAX, "a.cif: line 3")
