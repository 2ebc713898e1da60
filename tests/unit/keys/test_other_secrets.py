# SPDX-License-Identifier: Apache-2.0
"""Passphrases, the log's key, the storage's secrets."""

import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from ledger.errors import ConfigurationError, InvalidValueError
from ledger.keys import (
    Passphrase,
    load_log_key,
    load_storage_secrets,
    make_log_key,
    make_storage_secrets,
    read_passphrase_file,
    rotate_kek,
)
from ledger.log import open_note

PASSPHRASE = Passphrase("correct horse battery staple")
WRONG = Passphrase("incorrect horse battery staple")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


def private(path, content):
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_passphrase_file_is_one_line(folder, end):
    path = private(folder / "passphrase", b"correct horse battery staple" + end)
    assert read_passphrase_file(path).reveal() == PASSPHRASE.reveal()


@pytest.mark.parametrize("content", [b"", b"\n", b"two lines\nof text here\n", b"\xff" * 20])
def test_passphrase_file_of_another_form_is_refused(folder, content):
    with pytest.raises(ConfigurationError, match="want one line of text"):
        read_passphrase_file(private(folder / "passphrase", content))


def test_passphrase_file_open_to_others_is_refused(folder):
    path = private(folder / "passphrase", b"correct horse battery staple")
    path.chmod(0o644)
    with pytest.raises(ConfigurationError, match="open to others"):
        read_passphrase_file(path)


def test_missing_passphrase_file_is_named(folder):
    with pytest.raises(ConfigurationError, match="passphrase: No such file"):
        read_passphrase_file(folder / "passphrase")


def test_short_passphrase_is_refused_without_repeating_it():
    with pytest.raises(ConfigurationError) as caught:
        Passphrase("tiny-secret")
    assert "tiny-secret" not in str(caught.value)


def test_random_passphrases_differ():
    assert Passphrase.random().reveal() != Passphrase.random().reveal()


def test_log_key_signs_the_same_after_a_restart(folder):
    made = make_log_key(folder / "log.pem", "local", PASSPHRASE)
    loaded = load_log_key(folder / "log.pem", "local", PASSPHRASE)
    note = loaded.sign("corridor-ledger/local\n1\nx\n")
    assert made.sign("corridor-ledger/local\n1\nx\n") == note
    assert open_note(note, [made.verifier])[1] == (made.verifier,)
    assert made.verifier.name == "corridor-ledger/local"


def test_log_key_is_stored_encrypted_and_private(folder):
    make_log_key(folder / "log.pem", "local", PASSPHRASE)
    path = folder / "log.pem"
    assert path.read_text("utf-8").startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_log_key_is_never_overwritten(folder):
    make_log_key(folder / "log.pem", "local", PASSPHRASE)
    with pytest.raises(ConfigurationError, match="never overwritten"):
        make_log_key(folder / "log.pem", "local", PASSPHRASE)


def test_log_key_of_a_bad_name_is_not_made(folder):
    with pytest.raises(InvalidValueError):
        make_log_key(folder / "log.pem", "Not A Name", PASSPHRASE)
    assert not folder.exists()


def pem(key, encryption):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


SECRET = BestAvailableEncryption(PASSPHRASE.reveal().encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
        pem(Ed25519PrivateKey.generate(), NoEncryption()),
        pem(Ed448PrivateKey.generate(), SECRET),
    ],
    ids=["empty", "cut off", "not encrypted", "another algorithm"],
)
def test_file_that_is_no_encrypted_log_key_is_refused(folder, content):
    with pytest.raises(ConfigurationError, match="no encrypted Ed25519 key"):
        load_log_key(private(folder / "log.pem", content), "local", PASSPHRASE)


def test_wrong_passphrase_for_the_log_key_is_refused(folder):
    make_log_key(folder / "log.pem", "local", PASSPHRASE)
    with pytest.raises(ConfigurationError, match="does not open it") as caught:
        load_log_key(folder / "log.pem", "local", WRONG)
    assert caught.value.__context__ is None


def test_storage_secrets_are_the_same_after_a_restart(folder):
    made = make_storage_secrets(folder)
    assert load_storage_secrets(folder) == made
    assert made.current == "kek-1"
    assert len(made.keks["kek-1"]) == len(made.index_secret) == 32
    assert made.keks["kek-1"] != made.index_secret
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_storage_secrets_are_never_overwritten(folder):
    made = make_storage_secrets(folder)
    with pytest.raises(ConfigurationError, match="never overwritten"):
        make_storage_secrets(folder)
    assert load_storage_secrets(folder) == made


def test_rotated_kek_is_current_and_the_old_one_still_opens(folder):
    made = make_storage_secrets(folder)
    for _ in range(9):
        rotated = rotate_kek(folder)
    assert rotated.current == "kek-10"
    assert rotated.keks["kek-1"] == made.keks["kek-1"]
    assert rotated.index_secret == made.index_secret
    assert len(set(rotated.keks.values())) == 10


@pytest.mark.parametrize("missing", ["kek-1.key", "index.key"])
def test_missing_storage_secret_is_named(folder, missing):
    make_storage_secrets(folder)
    (folder / missing).unlink()
    with pytest.raises(ConfigurationError, match=missing):
        load_storage_secrets(folder)


def test_nothing_is_rotated_where_nothing_is(folder):
    with pytest.raises(ConfigurationError, match=r"kek-1\.key"):
        rotate_kek(folder)


@pytest.mark.parametrize("content", [b"", b"00" * 31, b"0A" * 32, b"00" * 32 + b"\n\n"])
def test_damaged_storage_secret_is_refused_without_repeating_it(folder, content):
    make_storage_secrets(folder)
    private(folder / "index.key", content)
    with pytest.raises(ConfigurationError, match="want 64") as caught:
        load_storage_secrets(folder)
    assert not content or content.decode().strip() not in str(caught.value)


def test_storage_secrets_are_not_shown(folder):
    made = make_storage_secrets(folder)
    assert made.index_secret.hex() not in repr(made)
    assert repr(made.index_secret) not in repr(made)
    assert repr(made) == "StorageSecrets(current='kek-1')"
