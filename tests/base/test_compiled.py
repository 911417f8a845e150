"""Compiled functions: kept on disk, never an old one, and working where nothing can be kept."""

import hashlib
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import polycage
from small_disk import small_disk

PROGRAM = """
import sys
sys.path.insert(0, {package!r})
from polycage.base import margins
from polycage.base.settings import DEFAULTS
noted = margins.nothing_noted()
margins.note(margins.limits(DEFAULTS), noted, margins.limit("apex_offset_A"), 0.603)
print(sorted(margins.near_of(noted)), sum(margins.note.dispatcher.stats.cache_hits.values()))
"""
NEEDED = (
    "__init__", "base/__init__", "base/version", "base/vocabulary", "base/safe_text", "base/errors", "base/arrays",
    "base/compiled_cache",
    "base/compiled_folder", "base/compiled", "base/knobs", "base/settings", "base/tolerances", "base/margins",
)  # fmt: skip
FOUND = "[('apex_offset_A', 1)]"


@pytest.fixture
def package(tmp_path):
    """The few modules that a compiled function needs, in a folder of their own."""
    folder = tmp_path / "library" / "polycage"
    (folder / "base").mkdir(parents=True)
    for name in NEEDED:
        (folder / f"{name}.py").write_bytes((Path(polycage.__file__).parent / f"{name}.py").read_bytes())
    return folder


def run(package, **environment):
    """What the program prints: what is found, and how often code came from the disk."""
    return run_and_warnings(package, **environment)[0]


def run_and_warnings(package, **environment):
    done = process(PROGRAM.format(package=str(package.parent)), **environment)
    return done.stdout.rsplit(maxsplit=1), done.stderr


def process(program, **environment):
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-c", program], env=inherited | environment, capture_output=True, text=True, check=True
    )


def folders(package):
    return sorted((package / "__pycache__").glob("compiled-*"))


def test_machine_code_is_kept(package):
    assert run(package) == [FOUND, "0"]
    assert run(package) == [FOUND, "1"]
    assert len(folders(package)) == 1


def test_a_change_of_any_module_makes_new_code(package):
    run(package)
    (package / "base/safe_text.py").write_text((package / "base/safe_text.py").read_text() + "\n# changed\n")
    assert run(package) == [FOUND, "0"]
    assert len(folders(package)) == 1  # the old code is removed


def test_a_copy_of_the_package_elsewhere_has_the_same_code(package, tmp_path):
    run(package)
    copy = tmp_path / "copy" / "polycage"
    shutil.copytree(package, copy, copy_function=shutil.copyfile)  # with new times
    assert run(copy) == [FOUND, "1"]


def test_where_the_package_cannot_be_written_to_the_user_s_cache_serves(package, tmp_path):
    (package / "__pycache__").write_text("a file where a folder should be")
    cache = tmp_path / "cache"
    assert run(package, XDG_CACHE_HOME=str(cache)) == [FOUND, "0"]
    assert run(package, XDG_CACHE_HOME=str(cache)) == [FOUND, "1"]


def test_without_any_place_it_compiles_each_time(package, tmp_path):
    (package / "__pycache__").write_text("a file where a folder should be")
    (tmp_path / "cache").write_text("another one")
    assert run(package, XDG_CACHE_HOME=str(tmp_path / "cache")) == [FOUND, "0"]
    assert run(package, XDG_CACHE_HOME=str(tmp_path / "cache")) == [FOUND, "0"]


def flipped(content):
    """One bit in the middle is another one: of machine code, it may be."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


DAMAGES = (
    ("nbi", lambda content: b""),
    ("nbi", lambda content: content[:-9]),
    ("nbi", lambda content: b"no pickle"),
    ("nbc", lambda content: b""),
    ("nbc", lambda content: content[:-9]),
    ("nbc", flipped),
    ("nbc", lambda content: pickle.dumps(pickle.loads(content)[2])),  # as numba itself writes it
    ("nbc", lambda content: pickle.dumps(("another key", *pickle.loads(content)[1:]))),
)


def test_damaged_code_is_left_aside_with_a_warning_and_replaced(package):
    run(package)
    for kind, damage in DAMAGES:
        (path,) = folders(package)[0].rglob(f"margins.note-*.{kind}")
        path.write_bytes(damage(path.read_bytes()))
        found, warnings = run_and_warnings(package)
        assert found == [FOUND, "0"]
        assert "margins.note-" in warnings
        assert "compiled anew" in warnings
    assert run_and_warnings(package) == ([FOUND, "1"], "")


def test_code_that_is_found_makes_nothing_ready_to_compile(package):
    run(package)
    program = (
        PROGRAM.format(package=str(package.parent)) + "print({'scipy.linalg', 'numba.np.arrayobj'} & set(sys.modules))"
    )
    assert process(program).stdout.split("\n")[1] == "set()"


CALLER = """
from polycage.base.compiled import compiled
from polycage.base.margins import note


@compiled
def note_both(limits, noted, which, one, two):
    note(limits, noted, which, one)
    note(limits, noted, which, two)
"""
CALL = """
import sys
sys.path.insert(0, {package!r})
from polycage.base import caller, margins
from polycage.base.settings import DEFAULTS
noted = margins.nothing_noted()
caller.note_both(margins.limits(DEFAULTS), noted, margins.limit("apex_offset_A"), 0.603, 0.597)
found = [sum(loop.dispatcher.stats.cache_hits.values()) for loop in (margins.note, caller.note_both)]
print(sorted(margins.near_of(noted)), found)
"""
# 0.603 and 0.597 lie above and below 0.6 Å by less than the margin
BOTH = "[('apex_offset_A', -1), ('apex_offset_A', 1)]"


def test_code_that_is_found_is_built_into_what_is_compiled(package):
    (package / "base/caller.py").write_text(CALLER)
    run(package)
    program = CALL.format(package=str(package.parent))
    assert process(program).stdout == f"{BOTH} [1, 0]\n"  # note found, the caller compiled with it
    assert process(program).stdout == f"{BOTH} [0, 1]\n"  # the caller holds all that it needs


def test_code_that_needs_what_is_not_there_is_left_aside(package):
    """LLVM would end the process."""
    run(package)
    (path,) = folders(package)[0].rglob("margins.note-*.nbc")
    key, _, body = pickle.loads(path.read_bytes())
    outside, kept = pickle.loads(body)
    body = pickle.dumps(([*outside, "no_such_function"], kept))
    path.write_bytes(pickle.dumps((key, hashlib.sha256(body).hexdigest(), body)))
    found, warnings = run_and_warnings(package)
    assert found == [FOUND, "0"]
    assert "it needs no_such_function; compiled anew" in warnings


def test_a_full_disk_costs_nothing_but_time(package):
    with small_disk(package / "__pycache__", 16):
        found, warnings = run_and_warnings(package, PYTHONDONTWRITEBYTECODE="1")
        assert found == [FOUND, "0"]
        assert "No space left on device; code is not kept" in warnings
        assert list(folders(package)[0].rglob("*.nbc*")) == []


@pytest.mark.slow
def test_no_index_is_out_of_bounds():
    """Compiled code does not look whether an index exists; here it does, on mutants of all kinds."""
    program = Path(__file__).parents[2] / "benchmarks/soundness/fuzz.py"
    done = subprocess.run(
        [sys.executable, program, "--count", "300", "--seed", "5", "--processes", "1"],  # two would each compile
        env=os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_OPT": "1"},  # little optimised: compiled sooner
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "300 mutants" in done.stdout
