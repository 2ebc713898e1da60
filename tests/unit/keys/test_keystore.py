# SPDX-License-Identifier: Apache-2.0
"""Encrypted keys: made, listed, opened, used, retired; and what never shows."""

import json
import pickle
import stat
import traceback

import coincurve
import pytest
from eth_account import Account

from ledger.errors import ConfigurationError, InvalidValueError
from ledger.keys import HeldKey, KeyRole, Keystore, Passphrase
from ledger.primitives import Address, PartyId

PARTY = PartyId(bytes([1]) * 32)
OTHER = PartyId(bytes([2]) * 32)
PASSPHRASE = Passphrase("correct horse battery staple")
WRONG = Passphrase("incorrect horse battery staple")
DIGEST = bytes(range(32))
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


def opened(folder):
    return Keystore(folder, scrypt_n=2)  # the least work: these keys are worth nothing


@pytest.fixture
def keystore(folder):
    return opened(folder)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def told(error):
    chain, at = [], error
    while at is not None:
        chain.append(repr(at) + str(at))
        at = at.__cause__ or at.__context__
    return "\n".join(chain) + "".join(traceback.format_exception(error))


def test_made_key_is_found_again_after_a_restart(keystore, folder):
    key = keystore.make_party_key(PARTY, KeyRole.SIGN, PASSPHRASE)
    again = opened(folder)
    assert again.signer_of(PARTY) is None
    again.unlock(PASSPHRASE)
    assert again.signer_of(PARTY) == key.address
    assert again.sign(key.address, DIGEST) == key.sign(DIGEST)


def test_files_are_for_their_owner_only(keystore, folder):
    keystore.make_party_key(PARTY, KeyRole.SIGN, PASSPHRASE)
    assert mode(folder) == 0o700
    assert [mode(path) for path in folder.iterdir()] == [0o600]


def test_file_is_named_for_its_party_and_role(keystore, folder):
    keystore.make_party_key(PARTY, KeyRole.SIGN, PASSPHRASE)
    keystore.make_party_key(PARTY, KeyRole.MANAGE, PASSPHRASE)
    keystore.make_service_key("sequencer", PASSPHRASE)
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"{PARTY}-manage.json", f"{PARTY}-sign.json", "sequencer.json"]


def test_file_opens_in_any_ethereum_client(keystore, folder):
    key = keystore.make_service_key("sequencer", PASSPHRASE)
    content = json.loads((folder / "sequencer.json").read_text("utf-8"))
    assert bytes(Account.decrypt(content, PASSPHRASE.reveal())) == key.secret()
    assert content["crypto"]["kdf"] == "scrypt"


def test_default_work_factor_is_that_of_geth(folder):
    Keystore(folder).make_service_key("sequencer", PASSPHRASE)
    content = json.loads((folder / "sequencer.json").read_text("utf-8"))
    assert content["crypto"]["kdfparams"]["n"] == 2**18


def test_keys_are_listed_without_a_passphrase(keystore, folder):
    sign = keystore.make_party_key(PARTY, KeyRole.SIGN, PASSPHRASE)
    keystore.make_service_key("sequencer", PASSPHRASE)
    found = [(entry.party, entry.role, entry.label) for entry in opened(folder).entries()]
    assert found == [
        (PARTY, KeyRole.SIGN, f"{PARTY}-sign"),
        (None, KeyRole.SERVICE, "sequencer"),
    ]
    assert opened(folder).entries()[0].address == sign.address


def test_only_the_wanted_keys_are_opened(keystore, folder):
    keystore.make_party_key(PARTY, KeyRole.MANAGE, PASSPHRASE)
    sign = keystore.make_party_key(PARTY, KeyRole.SIGN, PASSPHRASE)
    again = opened(folder)
    again.unlock(PASSPHRASE, [e for e in again.entries() if e.role is KeyRole.SIGN])
    assert again.signer_of(PARTY) == sign.address
    with pytest.raises(ConfigurationError, match="no unlocked key"):
        again.account(f"{PARTY}-manage")


def test_new_key_signs_only_once_the_old_one_is_retired(keystore, folder):
    old = keystore.make_party_key(PARTY, KeyRole.SIGN, PASSPHRASE)
    new = keystore.make_party_key(PARTY, KeyRole.SIGN, PASSPHRASE)
    assert keystore.signer_of(PARTY) == old.address
    keystore.retire(f"{PARTY}-sign")
    assert keystore.signer_of(PARTY) == new.address
    again = opened(folder)
    again.unlock(PASSPHRASE)
    assert again.signer_of(PARTY) == new.address
    assert (folder / f"{PARTY}-sign.retired.json").exists()
    third = keystore.make_party_key(PARTY, KeyRole.SIGN, PASSPHRASE)
    assert (folder / f"{PARTY}-sign-3.json").exists()
    assert third.address not in {old.address, new.address}


def test_manage_key_never_signs_for_its_party(keystore):
    keystore.make_party_key(PARTY, KeyRole.MANAGE, PASSPHRASE)
    keystore.make_party_key(OTHER, KeyRole.SIGN, PASSPHRASE)
    assert keystore.signer_of(PARTY) is None


def test_service_key_is_never_overwritten(keystore):
    first = keystore.make_service_key("sequencer", PASSPHRASE)
    with pytest.raises(ConfigurationError, match="never overwritten"):
        keystore.make_service_key("sequencer", PASSPHRASE)
    assert keystore.account("sequencer").address == first.address


@pytest.mark.parametrize("name", ["", "Sequencer", "../x", "a/b", "0x12", "a" * 49])
def test_key_name_that_could_be_a_path_is_refused(keystore, name):
    with pytest.raises(ConfigurationError, match="want a key name"):
        keystore.make_service_key(name, PASSPHRASE)


def test_wrong_passphrase_names_the_key_and_no_secret(keystore, folder):
    key = keystore.make_service_key("sequencer", PASSPHRASE)
    with pytest.raises(ConfigurationError, match="does not open key sequencer") as caught:
        opened(folder).unlock(WRONG)
    text = told(caught.value)
    assert WRONG.reveal() not in text
    assert key.secret().hex() not in text


def test_key_that_is_not_the_one_it_says_is_refused(keystore, folder):
    keystore.make_service_key("sequencer", PASSPHRASE)
    path = folder / "sequencer.json"
    content = json.loads(path.read_text("utf-8")) | {"address": "11" * 20}
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(ConfigurationError, match="says 0x1111"):
        opened(folder).unlock(PASSPHRASE)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"address": "11", "corridor": {}}', '{"corridor": 1}']
)
def test_file_that_is_no_key_is_named(folder, keystore, content):
    path = folder / "sequencer.json"
    path.write_text(content, "utf-8")
    path.chmod(0o600)
    with pytest.raises(ConfigurationError, match=r"sequencer\.json"):
        keystore.entries()


def test_renamed_key_is_refused(keystore, folder):
    keystore.make_party_key(PARTY, KeyRole.SIGN, PASSPHRASE)
    (folder / f"{PARTY}-sign.json").rename(folder / f"{OTHER}-sign.json")
    with pytest.raises(ConfigurationError, match="was renamed"):
        keystore.entries()


def test_key_open_to_others_is_refused(keystore, folder):
    keystore.make_service_key("sequencer", PASSPHRASE)
    (folder / "sequencer.json").chmod(0o640)
    with pytest.raises(ConfigurationError, match=r"open to others.*chmod 600"):
        opened(folder).unlock(PASSPHRASE)


def test_folder_open_to_others_is_refused(folder):
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with pytest.raises(ConfigurationError, match=r"open to others.*chmod 700"):
        Keystore(folder)


def test_unknown_signer_is_refused(keystore):
    with pytest.raises(ConfigurationError, match="no unlocked key has the address"):
        keystore.sign(Address(bytes(20)), DIGEST)


def test_unknown_key_is_not_retired(keystore):
    with pytest.raises(ConfigurationError, match="'nobody'"):
        keystore.retire("nobody")


def test_signature_is_recoverable_and_low():
    for _ in range(50):
        key = HeldKey.random()
        raw = key.sign(DIGEST).raw
        assert int.from_bytes(raw[32:64], "big") <= ORDER // 2
        assert raw[64] in {27, 28}
        recovered = coincurve.PublicKey.from_signature_and_message(
            raw[:64] + bytes([raw[64] - 27]), DIGEST, hasher=None
        )
        assert HeldKey(key.secret()).address == key.address
        assert Account.from_key(key.secret()).address.lower() == str(key.address)
        assert recovered == coincurve.PrivateKey(key.secret()).public_key


@pytest.mark.parametrize("digest", [b"", bytes(31), bytes(33)])
def test_key_signs_digests_only(digest):
    with pytest.raises(InvalidValueError):
        HeldKey.random().sign(digest)


@pytest.mark.parametrize("secret", [b"", bytes(32), ORDER.to_bytes(32, "big"), bytes(33)])
def test_bytes_that_are_no_key_are_refused_without_repeating_them(secret):
    with pytest.raises(ConfigurationError) as caught:
        HeldKey(secret)
    assert secret == b"" or secret.hex() not in told(caught.value)


def test_nothing_shows_a_secret(keystore):
    key = keystore.make_service_key("sequencer", PASSPHRASE)
    shown = repr(key) + str(key) + repr(keystore) + repr(PASSPHRASE) + str(PASSPHRASE)
    shown += f"{PASSPHRASE!r:>60}" + repr(keystore.entries())
    assert key.secret().hex() not in shown
    assert repr(key.secret()) not in shown
    assert PASSPHRASE.reveal() not in shown


@pytest.mark.parametrize("secret", [HeldKey.random(), PASSPHRASE])
def test_secrets_are_not_pickled(secret):
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)
