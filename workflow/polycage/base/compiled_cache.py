"""Machine code kept on disk by numba, with what numba's own files lack: a checksum, and the key they belong to.

numba loads what it finds, and a file that is cut off or altered ends the run or, worse, computes something else. Such a
file is left aside with a warning and replaced; where no file can be written, the code is compiled in every process.

Before it loads the code of a function numba makes ready to compile: it imports hundreds of modules, and reads the
function's code in LLVM's form, which is needed to build it into others. Here both wait until something is compiled:
code that is found runs after a tenth of the time.
"""

from __future__ import annotations

import hashlib
import pickle
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from llvmlite import binding as llvm
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    UserProvidedCacheLocator,
)
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import compile_result
from numba.core.runtime import _nrt_python
from numba.core.serialize import dumps

from polycage.base.compiled_folder import code_folder


class _Folder(UserProvidedCacheLocator):  # type: ignore[misc]
    """The folder of machine code, whose name says which code it is for: that of any copy of these modules."""

    def __init__(self, function: Any, file: str) -> None:
        self._py_file = file
        self._lineno = function.__code__.co_firstlineno
        self._cache_path = code_folder()

    @classmethod
    def from_function(cls, function: Any, file: str) -> _Folder:
        """The folder for a function; that it can be written to has been tried once for all."""
        return cls(function, file)

    def get_source_stamp(self) -> str:
        """The content of the function's file, where numba takes its time and size: a copy has another time."""
        return _content(self._py_file)


@cache
def _content(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


class _Library(JITCodeLibrary):  # type: ignore[misc]
    """Machine code that was kept; its form for building it into others is read when one of these is compiled."""

    _bitcode = b""
    _shared_module: Any

    @classmethod
    def from_kept(cls, codegen: Any, state: tuple[str, str, tuple[bytes, bytes]]) -> _Library:
        """What `JITCodeLibrary._unserialize` does with object code."""
        name, kind, (machine_code, bitcode) = state
        if kind != "object":
            raise pickle.UnpicklingError(f"{kind} instead of machine code")
        out = cls(codegen, name)
        out._bitcode = bitcode
        out.enable_object_caching()
        out._set_compiled_object(machine_code)
        out._finalize_final_module()
        return out

    def get_pointer_to_function(self, name: str) -> int:
        """Where a function begins; numba looks first whether LLVM's form of the code has it."""
        address: int = self._codegen._engine.get_function_address(name)
        if not address:
            raise pickle.UnpicklingError(f"it has no {name}")
        return address

    def _get_module_for_linking(self) -> Any:
        if self._shared_module is None:
            self._shared_module = llvm.parse_bitcode(self._bitcode)
            self._codegen._engine._load_defined_symbols(self._shared_module)
        return self._shared_module


class _Code(CompileResultCacheImpl):  # type: ignore[misc]
    """What numba keeps of one function, and where."""

    _locator_classes = (_Folder,)

    def reduce(self, cres: Any) -> tuple[list[str], tuple[Any, ...]]:
        """What numba keeps and somebody reads, and the symbols that the code takes from elsewhere."""
        code, about, environment, signature, objectmode, lifted, _, starts, environments = super().reduce(cres)
        # of the functions built in, those that make Python objects have constants to do so; the others' environments
        # are never looked at, and numba would import its modules that are needed to compile for them
        environments = tuple(each for each in environments if each.consts)
        module = cres.library._final_module
        outside = [
            symbol.name
            for symbols in (module.functions, module.global_variables)
            for symbol in symbols
            if symbol.is_declaration and not symbol.name.startswith("llvm.")
        ]
        return sorted(outside), (code, about, environment, signature, objectmode, lifted, starts, environments)

    def rebuild(self, target_context: Any, kept: tuple[list[str], tuple[Any, ...]]) -> Any:
        """The compiled function: what `CompileResult._rebuild` does."""
        outside, description = kept
        _tell_symbols_of_runtime()
        if not all(map(_is_known, outside)):
            target_context.refresh()  # which knows more; LLVM ends the process where one is missing
        if missing := [name for name in outside if not _is_known(name)]:
            raise pickle.UnpicklingError(f"it needs {', '.join(missing)}")
        code, about, environment, signature, objectmode, lifted, starts, environments = description
        for start in starts:
            start()
        library = _Library.from_kept(target_context.codegen(), code)
        result = compile_result(
            target_context=target_context,
            typing_context=target_context.typing_context,
            library=library,
            environment=environment,
            entry_point=target_context.get_executable(library, about, environment),
            fndesc=about,
            signature=signature,
            objectmode=objectmode,
            lifted=lifted,
            reload_init=starts,
            referenced_envs=environments,
        )
        for each in environments:
            library.codegen.set_env(each.env_name, each)
        return result


_known: set[str] = set()


def _is_known(symbol: str) -> bool:
    """Whether LLVM finds what code takes from elsewhere."""
    if symbol not in _known and llvm.address_of_symbol(symbol) is not None:
        _known.add(symbol)
    return symbol in _known


@cache
def _tell_symbols_of_runtime() -> None:
    """Let LLVM know numba's functions that allocate arrays; numba does so when it gets ready to compile."""
    for name, address in _nrt_python.c_helpers.items():
        llvm.add_symbol(name if name.startswith("_") else f"NRT_{name}", address)


class CodeCache(FunctionCache):  # type: ignore[misc]
    """numba's cache of one function."""

    _impl_class = _Code

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = _Sealed(self._cache_path, self._impl.filename_base, stamp)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The code for a signature; None where there is none or it cannot be used."""
        try:
            return self._load_overload(sig, target_context)  # without the context's refresh
        except Exception as error:  # noqa: BLE001 - unpickling may raise anything
            warnings.warn(f"{self._cache_file._index_path}: {error}; compiled anew", RuntimeWarning, stacklevel=1)
            self._try(self.flush)
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the code for a signature if possible."""
        self._try(super().save_overload, sig, data)

    def _try(self, write: Any, *args: Any) -> None:
        try:
            write(*args)
        except OSError as error:
            warnings.warn(f"{self._cache_path}: {error.strerror}; code is not kept", RuntimeWarning, stacklevel=1)
            self.disable()


class _Sealed(IndexDataCacheFile):  # type: ignore[misc]
    """numba's files of one function, each entry with its key and checksum."""

    def save(self, key: Any, data: Any) -> None:
        body = dumps(data)
        super().save(key, (key, hashlib.sha256(body).hexdigest(), body))

    def load(self, key: Any) -> Any:
        kept = super().load(key)
        if kept is None:
            return None
        of, checksum, body = kept
        if of != key or checksum != hashlib.sha256(body).hexdigest():
            raise pickle.UnpicklingError("damaged")
        return pickle.loads(body)
