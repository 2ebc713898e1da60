# SPDX-License-Identifier: Apache-2.0
"""Envelope encryption."""

import pytest

from ledger.errors import ConfigurationError
from ledger.storage import Vault, VaultKeys
from ledger.storage.vault import WrappedKey


@pytest.fixture
def vault(make):
    return Vault(make.KEYS)


def test_column_opens_again(vault, make):
    key, wrapped = vault.new_key(make.number(1))
    assert key.encrypt("content", b"cargo") != key.encrypt("content", b"cargo")
    again = vault.unwrap(make.number(1), wrapped)
    assert again.decrypt("content", key.encrypt("content", b"cargo")) == b"cargo"


def test_ciphertext_opens_only_where_it_belongs(vault, make):
    key, wrapped = vault.new_key(make.number(1))
    sealed = key.encrypt("content", b"cargo")
    with pytest.raises(ConfigurationError, match=r"label of .* does not open"):
        key.decrypt("label", sealed)
    with pytest.raises(ConfigurationError, match="does not open"):
        key.decrypt("content", sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(ConfigurationError, match="does not open"):
        key.decrypt("content", b"short")
    with pytest.raises(ConfigurationError, match="does not open"):
        vault.unwrap(make.number(2), wrapped)


def test_wrong_key_encryption_key_says_so(vault, make):
    _, wrapped = vault.new_key(make.number(1))
    impostor = Vault(VaultKeys("k1", {"k1": b"X" * 32}, b"I" * 32))
    with pytest.raises(ConfigurationError, match="'k1' does not open"):
        impostor.unwrap(make.number(1), wrapped)
    absent = Vault(VaultKeys("k2", {"k2": b"K" * 32}, b"I" * 32))
    with pytest.raises(ConfigurationError, match="'k1', which is not loaded"):
        absent.unwrap(make.number(1), wrapped)
    renamed = Vault(VaultKeys("k2", {"k2": b"K" * 32}, b"I" * 32))
    with pytest.raises(ConfigurationError, match="does not open"):
        renamed.unwrap(make.number(1), WrappedKey("k2", wrapped.wrapped))


def test_rewrapped_key_needs_only_the_new_one(vault, make):
    key, wrapped = vault.new_key(make.number(1))
    both = Vault(VaultKeys("k2", {"k1": b"K" * 32, "k2": b"N" * 32}, b"I" * 32))
    fresh = both.rewrap(make.number(1), wrapped)
    only_new = Vault(VaultKeys("k2", {"k2": b"N" * 32}, b"I" * 32))
    sealed = key.encrypt("content", b"cargo")
    assert only_new.unwrap(make.number(1), fresh).decrypt("content", sealed) == b"cargo"


def test_tags_outlive_key_encryption_keys_and_keep_parts_apart(vault):
    later = Vault(VaultKeys("k9", {"k9": b"Z" * 32}, b"I" * 32))
    assert vault.tag("claim", b"a", b"bc") == later.tag("claim", b"a", b"bc")
    assert vault.tag("claim", b"a", b"bc") != vault.tag("claim", b"ab", b"c")
    assert vault.tag("claim", b"a") != vault.tag("file", b"a")
    assert vault.tag("claim", b"a") != Vault(VaultKeys("k1", {"k1": b"K" * 32}, b"J" * 32)).tag(
        "claim", b"a"
    )


@pytest.mark.parametrize(
    ("current", "keks", "index"),
    [
        ("k2", {"k1": b"K" * 32}, b"I" * 32),
        ("k1", {"k1": b"K" * 31}, b"I" * 32),
        ("K 1", {"K 1": b"K" * 32}, b"I" * 32),
        ("k1", {"k1": b"K" * 32}, b""),
    ],
)
def test_unusable_keys_are_refused(current, keks, index):
    with pytest.raises(ConfigurationError):
        VaultKeys(current, keks, index)


def test_nothing_secret_is_shown(vault, make):
    key, _ = vault.new_key(make.number(1))
    for shown in (repr(make.KEYS), repr(vault), repr(key), str(key)):
        assert "KKKK" not in shown
        assert "IIII" not in shown
        assert "_raw" not in shown
