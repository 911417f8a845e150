"""Fetch the libraries that the page carries, and check them: `python tools/vendor.py`; it needs npm, `--check` nothing.

`workflow/polycage/pages/vendor/vendored.json` says which package, version and files, with the SHA-256 of each. To take
another version, change it there, run with `--accept`, and look at tests and pictures of the page (see docs)
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "workflow/polycage/pages/vendor"
LIST = VENDOR / "vendored.json"


def digest(data: bytes) -> str:
    """SHA-256."""
    return hashlib.sha256(data).hexdigest()


def packed_files(name: str, version: str) -> dict[str, bytes]:
    """All files of a package, by their path in it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", f"{name}@{version}", "--silent", "--pack-destination", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as tar:
            members = [member for member in tar if member.isfile()]
            found = [(member.name.partition("/")[2], tar.extractfile(member)) for member in members]
            return {name: file.read() for name, file in found if file}


def main() -> int:
    """Fetch or check."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="only compare the files that are here with their checksums"
    )
    parser.add_argument("--accept", action="store_true", help="write the checksums of what is fetched")
    asked = parser.parse_args()
    listed = json.loads(LIST.read_text(encoding="utf-8"))
    wrong = []
    for package in listed:
        fetched = {} if asked.check else packed_files(package["name"], package["version"])
        for file in package["files"]:
            path = VENDOR / file["file"]
            data = path.read_bytes() if asked.check else fetched[file["in_package"]]
            if asked.accept:
                file["sha256"] = digest(data)
            if digest(data) != file["sha256"]:
                wrong.append(f"{file['file']}: SHA-256 {digest(data)}, not {file['sha256']}")
            elif not asked.check:
                path.write_bytes(data)
    if asked.accept:
        LIST.write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    print("\n".join(wrong) or f"{len(listed)} packages as stated")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
