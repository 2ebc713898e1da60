# SPDX-License-Identifier: Apache-2.0
"""What reaches a terminal, and what a pipe."""

import io
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.cli import screen
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import Part, busy, emit_lines


class Terminal(io.StringIO):
    def isatty(self):
        return True


def sit_at_terminal(monkeypatch):
    """Call it in the test itself: pytest puts its own streams back after every fixture."""
    held = Terminal()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stderr", held)
    monkeypatch.setattr(sys, "stdout", held)
    return held


@given(st.text())
def test_plain_text_has_nothing_that_a_terminal_obeys(text):
    written = plain(text)
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in written)
    assert not set(written) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f")
    written.encode("utf-8")


def test_plain_spells_out():
    assert plain("a\x1b[2J\u202eb\ud800\U000e0041é") == "a\\x1b[2J\\u202eb\\ud800\\U000e0041é"


@given(st.text())
def test_json_line_is_one_line_of_ascii(text):
    written = json_line({"a": text})
    assert written.isascii()
    assert written.isprintable()


def test_lines_are_coloured_on_a_terminal_only(monkeypatch):
    terminal = sit_at_terminal(monkeypatch)
    lines = [(Part("good", "bold green"), Part(" [red]x[/red]")), ()]
    emit_lines(lines)
    assert "\x1b[1;32mgood\x1b[0m [red]x[/red]" in terminal.getvalue()
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stdout", pipe)
    emit_lines(lines)
    assert pipe.getvalue() == "good [red]x[/red]\n"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_lines_are_plain_where_colours_are_not_wanted(monkeypatch, name, value):
    terminal = sit_at_terminal(monkeypatch)
    monkeypatch.setenv(name, value)
    emit_lines([(Part("good", "bold green"),)])
    assert terminal.getvalue() == "good\n"


def test_sign_shows_after_a_moment_and_is_gone_at_the_end(monkeypatch):
    terminal = sit_at_terminal(monkeypatch)
    monkeypatch.setattr(screen, "_MOMENT_SECONDS", 0.01)
    with busy("Asking the \x1bchain"):
        deadline = time.monotonic() + 10
        while "Asking the \\x1bchain" not in terminal.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert "Asking the \\x1bchain" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[2K")


def test_sign_does_not_show_for_what_is_quick(monkeypatch):
    terminal = sit_at_terminal(monkeypatch)
    with busy("Asking"):
        pass
    assert terminal.getvalue() == ""


def test_sign_does_not_show_in_a_pipe(capsys, monkeypatch):
    monkeypatch.setattr(screen, "_MOMENT_SECONDS", 0.0)
    with busy("Asking"):
        time.sleep(0.05)
    assert capsys.readouterr() == ("", "")
