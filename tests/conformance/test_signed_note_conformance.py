# SPDX-License-Identifier: Apache-2.0
"""C2SP signed-note: the example of the specification, and every byte of it flipped."""

import json

import pytest

from ledger.errors import InvalidNoteError
from ledger.log import NoteVerifier, open_note


@pytest.fixture(scope="module")
def example(shared):
    cases = json.loads(shared("checkpoint/signed-note/spec_examples.json").read_text("utf-8"))
    (case,) = [case for case in cases if case["want"] == "valid"]
    return case["vkey"], case["note"]


def vouched(note, verifier):
    """True only if the note opens and the key signed it."""
    try:
        return open_note(note, [verifier])[1] == (verifier,)
    except InvalidNoteError:
        return False


def test_example_of_the_specification_verifies(example):
    vkey, note = example
    verifier = NoteVerifier.parse(vkey)
    assert open_note(note, [verifier]) == ("This is an example message.\n", (verifier,))
    assert str(verifier) == vkey


def test_note_with_any_byte_flipped_does_not_verify(example):
    vkey, note = example
    verifier, raw = NoteVerifier.parse(vkey), note.encode()
    for place in range(len(raw)):
        for bit in (1, 2, 32, 128):
            flipped = raw[:place] + bytes([raw[place] ^ bit]) + raw[place + 1 :]
            try:
                text = flipped.decode("utf-8")
            except UnicodeDecodeError:
                continue
            assert not vouched(text, verifier), (place, bit)


def test_note_with_any_byte_removed_or_doubled_does_not_verify(example):
    vkey, note = example
    verifier = NoteVerifier.parse(vkey)
    for place in range(len(note)):
        assert not vouched(note[:place] + note[place + 1 :], verifier), place
        assert not vouched(note[: place + 1] + note[place:], verifier), place


def test_key_with_any_character_changed_is_refused_or_another_key(example):
    vkey, note = example
    for place in range(len(vkey)):
        changed = vkey[:place] + ("A" if vkey[place] != "A" else "B") + vkey[place + 1 :]
        try:
            other = NoteVerifier.parse(changed)
        except InvalidNoteError:
            continue
        assert not vouched(note, other), place
