"""The pages of the reference that are made from the code: tables, settings, command line and codes.

    make docs-reference

writes them into `docs/reference/`. A test compares them with the code.
"""

from __future__ import annotations

import argparse
import os
import re
import tomllib
from pathlib import Path

import yaml

from polycage import cli
from polycage.base.errors import ErrorCode
from polycage.base.findings import FindingCode
from polycage.base.settings import DEFAULTS
from polycage.tables import catalogue

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "reference"
REMEDIES = "workflow/polycage/pages/page/remedies.toml"
CODES = {
    **tomllib.loads((ROOT / "docs" / "codes.toml").read_text(encoding="utf-8")),
    "findings": tomllib.loads((ROOT / REMEDIES).read_text(encoding="utf-8")),
}
STAGES = {
    "config": "Configuration and options",
    "collect": "The collection and the results",
    "read": "Reading a file",
    "geometry": "Geometry",
    "materials": "Sheets of materials",
}
# what somebody who looks for a command wants to know first
WIDTH = "100"


def codes() -> str:
    """All errors and findings with cause and remedy."""
    out = [
        "# Errors, warnings and remarks",
        "",
        "Every message has a code from a closed list. An *error* ends the reading of a file. The file then stands in",
        "the table `failures`, and never stops the others. A *warning* makes the `status` of a structure `warning`.",
        "A *remark* stands in its `message` only. The column `codes` of `structures` has the codes of all warnings",
        "and remarks, so that a program can filter by them. This page is made from the code and from",
        f"`docs/codes.toml` and `{REMEDIES}` (`make docs-reference`).",
        "",
        "## Errors",
    ]
    for stage, title in STAGES.items():
        out += ["", f"### {title}", "", "| code | why it happens | what to do |", "| --- | --- | --- |"]
        out += [
            f"| `{code.name}` | {_cell(_text('errors', code.name))} | {_cell(code.advice)} |"
            for code in ErrorCode
            if code.stage.value == stage
        ]
    for title, are in (("Warnings", True), ("Remarks", False)):
        out += ["", f"## {title}", "", "| code | what it means | what to do |", "| --- | --- | --- |"]
        out += [
            f"| `{code.name}` | {_cell(code.meaning)} | {_cell(_text('findings', code.name))} |"
            for code in FindingCode
            if code.is_warning is are
        ]
    return "\n".join(out) + "\n"


def _text(kind: str, name: str) -> str:
    try:
        return str(CODES[kind][name])
    except KeyError:
        raise SystemExit(f"docs/codes.toml or {REMEDIES}, {kind}: {name} is missing") from None


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def settings() -> str:
    """Every key of the configuration, from the comments of config/config.yaml."""
    text = (ROOT / "config" / "config.yaml").read_text(encoding="utf-8")
    values = yaml.safe_load(text)
    head, _, tolerances = text.partition("\nsettings:\n")
    out = [
        "# Settings",
        "",
        "All knobs of a run stand in `config/config.yaml`, each with its unit and reason. A run takes them from there,",
        "or from the command line: `snakemake --config cif_dir=DIR`. `polycage measure` and `polycage run`",
        "take the tolerances as `--set NAME=VALUE`, and `polycage.measure` takes them as `settings={...}`.",
        "An unknown name is an error.",
        "This page is made from that file (`make docs-reference`).",
        "",
        "## The run",
        "",
        "| key | default | meaning |",
        "| --- | --- | --- |",
    ]
    for comment, key in re.findall(r"((?:^#.*\n)*)^(\w+):", head, re.MULTILINE):
        meaning = " ".join(line.removeprefix("#").strip() for line in comment.splitlines()) or "see the line above"
        value = values[key]
        out.append(f"| `{key}` | {_default(value)} | {_cell(meaning)} |")
        if isinstance(value, dict):
            out += _inner(head, key, value)
    out += ["", "## Limits and tolerances"]
    for group, body in re.findall(r"(?ms)^  # -- (.*?)\n(.*?)(?=^  # -- |\Z)", tolerances):
        title, _, remark = group.partition(":")
        out += ["", f"### {title[0].upper()}{title[1:]}", ""]
        out += [f"{remark.strip()[0].upper()}{remark.strip()[1:]}.", ""] if remark else []
        out += ["| setting | default | unit | reason |", "| --- | --- | --- | --- |"]
        for name in re.findall(r"(?m)^  (\w+):", body):
            field = type(DEFAULTS).__dataclass_fields__[name]
            unit, reason = field.metadata["unit"], field.metadata["reason"]
            out.append(f"| `{name}` | {getattr(DEFAULTS, name):.10g} | {unit} | {_cell(reason)} |")
    return "\n".join(out) + "\n"


def _default(value: object) -> str:
    if isinstance(value, dict):
        return "-"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "empty" if value == "" else f"`{value}`"


def _inner(head: str, key: str, value: dict[str, object]) -> list[str]:
    """The keys of a mapping, such as those of `physics`."""
    body = head.split(f"\n{key}:\n")[1]
    found = {name: comment for comment, name in re.findall(r"((?:^  # .*\n)+)^  (\w+):", body, re.MULTILINE)}
    rows = []
    for name, of in value.items():
        meaning = " ".join(line.removeprefix("  # ") for line in found.get(name, "").splitlines())
        rows.append(f"| `{key}: {name}` | {_default(of)} | {_cell(meaning)} |")
    return rows


def command_line() -> str:
    """What `--help` says of every command."""
    os.environ["COLUMNS"] = WIDTH
    parser = cli._parser()
    (commands,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    out = [
        "# Command line",
        "",
        "What `polycage --help` and `polycage COMMAND --help` print. This page is made from the code",
        "(`make docs-reference`).",
        "",
        *_help(parser),
    ]
    for name, command in commands.choices.items():
        out += ["", f"## {name}", "", *_help(command)]
    return "\n".join(out) + "\n"


def _help(parser: argparse.ArgumentParser) -> list[str]:
    parser.color = False  # type: ignore[attr-defined]  # Python 3.14 colours it
    return ["```", *parser.format_help().rstrip().splitlines(), "```"]


PAGES = {
    "tables.md": catalogue.markdown,
    "settings.md": settings,
    "command-line.md": command_line,
    "codes.md": codes,
}

if __name__ == "__main__":
    for name, made in PAGES.items():
        (FOLDER / name).write_text(made(), encoding="utf-8")
