"""Machine code kept on disk by numba, with what numba's own files lack: a checksum, and the key they belong to.

numba loads what it finds, and a file that is cut off or altered ends the run or, worse, computes something else. Such a file
is left aside with a warning and replaced; where no file can be written, the code is compiled in every process.
"""

from __future__ import annotations

import hashlib
import pickle
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    UserProvidedCacheLocator,
)
from numba.core.serialize import dumps


class _Folder(UserProvidedCacheLocator):  # type: ignore[misc]
    """The folder that numba is told, whose name says which code it is for: that of any copy of these modules."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """No folder for each path that the modules may have."""
        return ""

    def get_source_stamp(self) -> str:
        """The content of the function's file, where numba takes its time and size: a copy has another time."""
        return _content(self._py_file)


@cache
def _content(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


class _Code(CompileResultCacheImpl):  # type: ignore[misc]
    """What numba keeps of one function, and where."""

    _locator_classes = (_Folder,)


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
            return super().load_overload(sig, target_context)
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
