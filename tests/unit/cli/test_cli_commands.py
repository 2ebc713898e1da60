# SPDX-License-Identifier: Apache-2.0
"""The list of commands, their page, and the scripts for Ape."""

import ast
from pathlib import Path

import click
import pytest
from cli_samples import ROOT

from ledger.cli.commands import COMMANDS, corridor

PAGE = (ROOT / "docs" / "cli.md").read_text("utf-8")
NAMES = [name for section in COMMANDS.values() for name in section]


@pytest.mark.parametrize("name", NAMES)
def test_command_is_there_has_help_and_is_documented(name):
    command = corridor.get_command(click.Context(corridor), name)
    assert command is not None
    assert command.help
    assert f"`{name}`" in PAGE or f"### {name}" in PAGE


@pytest.mark.parametrize("name", NAMES)
def test_every_option_is_explained(name):
    command = corridor.get_command(click.Context(corridor), name)
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert [option.opts for option in options if not option.help] == []


def test_help_lists_all_commands_by_sections(capsys):
    corridor.main(["--help"], prog_name="corridor", standalone_mode=False)
    shown = capsys.readouterr().out
    assert [name for name in NAMES if f"\n  {name} " not in shown] == []


def test_no_option_takes_a_secret():
    secrets = {"token", "password", "passphrase", "private_key", "secret", "seed"}
    for name in NAMES:
        command = corridor.get_command(click.Context(corridor), name)
        assert not secrets & {parameter.name for parameter in command.params}


@pytest.mark.parametrize("name", ["verify", "deploy"])
def test_ape_script_is_a_click_command_that_imports_nothing_heavy(name):
    path = ROOT / "scripts" / f"{name}.py"
    tree = ast.parse(Path(path).read_text("utf-8"))
    imported = {
        node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module
    }
    assert imported == {"ledger.cli"}
    namespace: dict[str, object] = {}
    exec(compile(tree, str(path), "exec"), namespace)  # noqa: S102 — as Ape does it
    command = namespace["cli"]
    assert isinstance(command, click.Command)
    with pytest.raises(SystemExit) as ended:
        command.main(["--unknown", "x"], standalone_mode=False)
    assert ended.value.code == 2
