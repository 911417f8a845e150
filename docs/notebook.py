"""The notebook and its page, made from a script with `# %%` between cells.

    make notebook

writes `docs/notebooks/first_look.ipynb` and `docs/how-to/notebook.md`. A test compares both with the script and runs
the notebook.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

FOLDER = Path(__file__).parent
SCRIPT = FOLDER / "notebooks" / "first_look.py"
NOTEBOOK = FOLDER / "notebooks" / "first_look.ipynb"
PAGE = FOLDER / "how-to" / "notebook.md"


def cells() -> list[tuple[bool, str]]:
    """Whether it is text, and what stands in it, of each cell."""
    parts = re.split(r"(?m)^# %%(.*)\n", SCRIPT.read_text(encoding="utf-8"))[1:]
    out = []
    for kind, body in zip(parts[::2], parts[1::2], strict=True):
        is_text = "[markdown]" in kind
        out.append((is_text, re.sub(r"(?m)^# ?", "", body).strip() if is_text else body.strip()))
    return out


def notebook() -> NotebookNode:
    """The notebook, without outputs."""
    new = nbformat.v4
    book = new.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    for number, (is_text, body) in enumerate(cells()):
        cell = new.new_markdown_cell(body) if is_text else new.new_code_cell(body)
        cell["id"] = f"cell-{number}"
        book.cells.append(cell)
    return book


def page() -> str:
    """The same to read."""
    out = [body if is_text else f"```python\n{body}\n```" for is_text, body in cells()]
    link = "[first_look.ipynb](../notebooks/first_look.ipynb)"
    head = f"This page is a notebook: {link}. Start Jupyter in the repository's folder."
    return "\n\n".join([out[0].split("\n\n")[0], head, *out[0].split("\n\n")[1:], *out[1:]]) + "\n"


if __name__ == "__main__":
    NOTEBOOK.write_text(nbformat.writes(notebook()) + "\n", encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
