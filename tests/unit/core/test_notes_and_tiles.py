# SPDX-License-Identifier: Apache-2.0
"""Signed notes, checkpoints, acceptances, tiles: strictly read."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from small_world import CHAIN_ID, START, digest, word

from ledger.errors import InvalidNoteError, InvalidValueError
from ledger.log import (
    Acceptance,
    Checkpoint,
    NoteSigner,
    NoteVerifier,
    TreeHead,
    append_leaves,
    consistency_of,
    inclusion_of,
    open_note,
    parse_tile_index,
    root_of,
    split_note,
    tile_path,
)
from ledger.merkle import consistency_path, inclusion_path, merkle_root
from ledger.primitives import Address
from ledger.statements import LedgerId


def signer(name):
    secret = Ed25519PrivateKey.from_private_bytes(word(f"secret of {name}").raw)
    return NoteSigner(name, secret)


LOG, WITNESS, OTHER = (signer(name) for name in ("corridor-ledger/example", "witness", "other"))
HEAD = Checkpoint("corridor-ledger/example", TreeHead(5, digest("root")))
PROMISE = Acceptance(
    "example", LedgerId(CHAIN_ID, Address(b"\x0a" * 20)), digest("s"), START, START + 600
)


def test_note_signed_by_several_names_those_that_are_known():
    note = LOG.sign("text\n")
    note += WITNESS.sign("text\n").split("\n\n")[1]
    assert open_note(note, [LOG.verifier, OTHER.verifier]) == ("text\n", (LOG.verifier,))
    assert open_note(note, [OTHER.verifier]) == ("text\n", ())
    assert open_note(note, [WITNESS.verifier, LOG.verifier])[1] == (WITNESS.verifier, LOG.verifier)


def test_note_with_bad_signature_by_known_key_is_refused_though_another_is_good():
    note = LOG.sign("text\n")
    note += WITNESS.sign("another text\n").split("\n\n")[1]
    assert open_note(note, [LOG.verifier])[1] == (LOG.verifier,)
    with pytest.raises(InvalidNoteError, match="witness"):
        open_note(note, [LOG.verifier, WITNESS.verifier])


def test_note_by_same_name_with_another_key_is_not_vouched_for():
    impostor = NoteSigner(LOG.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert open_note(impostor.sign("text\n"), [LOG.verifier])[1] == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note[:-1],
        lambda note: note.replace("\n", "\r\n"),
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.split("\n\n")[0] + "\n\n",
        lambda note: note.replace("— ", "- "),
        lambda note: note.replace("— ", "—"),
        lambda note: note + "\n",
        lambda note: note + "garbage\n",
        lambda note: note[:-2] + "\n",
        lambda note: note[:-1] + "=\n",
        lambda note: note.replace("text", "te\tt"),
        lambda note: note + "— other AAAA\n",
        lambda note: note + note.split("\n\n")[1] * 64,
        lambda note: "x" * 70_000 + note,
        lambda _: "",
        lambda _: "\n\n",
    ],
)
def test_note_of_wrong_form_is_refused(change):
    with pytest.raises(InvalidNoteError):
        open_note(change(LOG.sign("text\n")), [LOG.verifier])


@pytest.mark.parametrize("text", ["no newline", "a\x00b\n", "a\rb\n", ""])
def test_signer_given_text_that_no_note_may_hold_refuses(text):
    with pytest.raises(InvalidNoteError):
        LOG.sign(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2028b"])
def test_key_name_with_space_or_plus_is_refused(name):
    with pytest.raises(InvalidNoteError):
        signer(name)


def test_verifier_key_is_read_strictly():
    vkey = str(LOG.verifier)
    assert NoteVerifier.parse(vkey) == LOG.verifier
    name, key_id, key = vkey.split("+", 2)
    wrong_type = base64.b64encode(b"\x02" + LOG.verifier.key).decode()
    bad = [
        f"{name}+{key_id}",
        f"{name}+00000000+{key}",
        f"other+{key_id}+{key}",
        f"{name}+{key_id.upper() if key_id.upper() != key_id else '0'}+{key}",
        f"{name}+{key_id}+{wrong_type}",
        f"{name}+{key_id}+{key[:-4]}",
        f"{name}+{key_id}+{key} ",
        "",
    ]
    for text in bad:
        with pytest.raises(InvalidNoteError):
            NoteVerifier.parse(text)


def test_signer_never_shows_its_secret():
    assert word(f"secret of {LOG.name}").raw.hex() not in repr(LOG)
    assert "hidden" in repr(LOG)


def test_checkpoint_and_acceptance_are_read_as_written_and_repeat_their_bytes():
    assert Checkpoint.parse(split_note(HEAD.signed(LOG))) == HEAD
    assert Acceptance.parse(split_note(PROMISE.signed(LOG))) == PROMISE
    assert HEAD.signed(LOG) == HEAD.signed(LOG)


@pytest.mark.parametrize(
    "size", ["+5", "-5", "05", "\u0665", "", " 5", "5 ", "5.0", "1e1", str(2**53 + 1)]
)
def test_checkpoint_with_size_in_another_form_is_refused(size):
    with pytest.raises(InvalidNoteError):
        Checkpoint.parse(HEAD.text().replace("\n5\n", f"\n{size}\n"))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text + "extension\n",
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("=\n", "\n"),
        lambda text: text[:-6] + "AA==\n",
        lambda text: "\n".join(text.split("\n")[:2]) + "\nAAAA\n",
        lambda text: "\n".join(text.split("\n")[:2]) + "\né\n",
    ],
)
def test_checkpoint_of_wrong_form_is_refused(change):
    with pytest.raises(InvalidNoteError):
        Checkpoint.parse(change(HEAD.text()))


@pytest.mark.parametrize("line", range(5))
@pytest.mark.parametrize(
    "text", ["", "x", "corridor-ledger//acceptance", "٢", "é", "corridor-ledger/acceptance"]
)
def test_acceptance_with_any_line_of_wrong_form_is_refused(line, text):
    lines = PROMISE.text().split("\n")
    lines[line] = text
    with pytest.raises(InvalidNoteError):
        Acceptance.parse("\n".join(lines))


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "x\n", lambda t: t + "\n"])
def test_acceptance_with_other_than_five_lines_is_refused(change):
    with pytest.raises(InvalidNoteError):
        Acceptance.parse(change(PROMISE.text()))


def test_checkpoint_is_no_acceptance():
    with pytest.raises(InvalidNoteError):
        Acceptance.parse(HEAD.text())
    with pytest.raises(InvalidNoteError):
        Checkpoint.parse(PROMISE.text())


class Tiles(dict):
    def tile(self, level, index):
        return self.get((level, index), b"")


def test_tiles_grown_in_any_steps_give_root_and_proofs_of_the_leaves():
    leaves = [digest(f"leaf {n}") for n in range(600)]
    tiles, size = Tiles(), 0
    for step in (1, 1, 253, 1, 1, 255, 0, 88):
        grown = append_leaves(tiles, size, leaves[size : size + step])
        tiles.update({(tile.level, tile.index): tile.data for tile in grown})
        size += step
        assert root_of(tiles, size) == merkle_root(leaves[:size])
    for at in (1, 2, 255, 256, 257, 511, 512, 600):
        for index in (0, at // 2, at - 1):
            assert inclusion_of(tiles, index, at) == inclusion_path(leaves[:at], index)
        for old in (0, 1, at // 2, at):
            assert consistency_of(tiles, old, at) == consistency_path(leaves[:at], old)


def test_tiles_refuse_what_they_do_not_hold():
    tiles = Tiles()
    for call in (lambda: inclusion_of(tiles, 1, 1), lambda: consistency_of(tiles, 2, 1)):
        with pytest.raises(InvalidValueError):
            call()
    with pytest.raises(InvalidValueError, match="narrow"):
        root_of(tiles, 1)


def test_tile_paths_have_one_spelling():
    for index in (0, 5, 999, 1000, 1234067, 10**9):
        for width in (1, 255, 256):
            text = tile_path(0, index, width)
            assert parse_tile_index(text.removeprefix("tile/0/")) == (index, width)
    assert tile_path(3, 1234067, 256) == "tile/3/x001/x234/067"
    bad = ["", "0", "0000", "x000/001", "001.p/0", "001.p/256", "001.p/01", "x001", "1000"]
    for path in (*bad, "001/002", "\u0660\u0660\u0661", "x1/002", "001.p/", "-01", "001\n", "x"):
        with pytest.raises(InvalidValueError):
            parse_tile_index(path)
