# SPDX-License-Identifier: Apache-2.0
"""Our keccak, EIP-712, ABI and lens types against eth-account, eth-abi and the built contract."""

import json
from importlib.resources import files

import pytest
from eth_abi import decode as eth_decode
from eth_abi import encode as eth_encode
from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_typed_data
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.reading import lens, title_logs
from ledger.chain.reading.abi import decode, encode
from ledger.errors import ChainUnavailableError, InvalidStatementError
from ledger.primitives import Address, Digest, PartyId, Signature
from ledger.statements import LedgerId, Statement, UnsignedStatement, keccak256

WORDS = st.binary(min_size=32, max_size=32)
BODIES = st.builds(
    UnsignedStatement,
    ledger=st.builds(
        LedgerId, st.integers(0, 10**18 - 1), st.binary(min_size=20, max_size=20).map(Address)
    ),
    party=WORDS.map(PartyId),
    count=st.integers(1, 2**32),
    root=WORDS.map(Digest),
    stated_at=st.integers(0, 2**33),
)
TYPES = {
    "EIP712Domain": [
        {"name": "name", "type": "string"},
        {"name": "version", "type": "string"},
        {"name": "chainId", "type": "uint256"},
        {"name": "verifyingContract", "type": "address"},
    ],
    "Statement": [
        {"name": "party", "type": "bytes32"},
        {"name": "root", "type": "bytes32"},
        {"name": "count", "type": "uint64"},
        {"name": "statedAt", "type": "uint64"},
    ],
}


def typed_data(body):
    message = {
        "types": TYPES,
        "primaryType": "Statement",
        "domain": {
            "name": "Corridor Ledger",
            "version": "1",
            "chainId": body.ledger.chain_id,
            "verifyingContract": str(body.ledger.log),
        },
        "message": {
            "party": body.party.raw,
            "root": body.root.raw,
            "count": body.count,
            "statedAt": body.stated_at,
        },
    }
    return encode_typed_data(full_message=message)


@given(st.binary(max_size=300))
def test_keccak_is_ethereums(data):
    assert keccak256(data) == keccak(data)


@given(BODIES)
def test_signing_digest_is_the_typed_data_digest_of_eth_account(body):
    assert body.signing_digest() == _hash_eip191_message(typed_data(body))


@given(BODIES, st.integers(1, 2**200))
def test_signature_by_eth_account_is_accepted_for_its_signer_and_nobody_else(body, secret):
    account = Account.from_key(secret.to_bytes(32, "big"))
    signature = Signature(bytes(account.sign_message(typed_data(body)).signature))
    signer = Address(bytes.fromhex(account.address[2:]))
    assert body.signed(signer, signature).signer == signer
    with pytest.raises(InvalidStatementError):
        body.signed(Address(b"\x01" * 20), signature)


@given(BODIES, st.binary(min_size=64, max_size=64), st.sampled_from((27, 28)))
def test_recovery_agrees_with_eth_account_on_any_signature(body, noise, v):
    raw = noise + bytes([v])
    try:
        recovered = Account.recover_message(typed_data(body), signature=raw)
    except Exception:  # noqa: BLE001 — eth-account raises many kinds; all mean "no"
        recovered = "0x" + "00" * 20
    claimed = Address(bytes.fromhex(recovered[2:]))
    low_s = int.from_bytes(noise[32:], "big") <= lens_order() // 2
    try:
        Statement(body, claimed, Signature(raw)).check_signature()
    except InvalidStatementError:
        assert not low_s or claimed.raw == bytes(20)
    else:
        assert low_s


def lens_order():
    return 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


# --- the ABI ---------------------------------------------------------------------------------


def written(kind):
    if isinstance(kind, tuple):
        return "(" + ",".join(written(item) for item in kind) + ")"
    return written(kind[0]) + "[]" if isinstance(kind, list) else kind


def values_of(kind):  # noqa: PLR0911 — one line per type
    if isinstance(kind, tuple):
        return st.tuples(*(values_of(item) for item in kind))
    if isinstance(kind, list):
        return st.lists(values_of(kind[0]), max_size=3).map(tuple)
    if kind == "address":
        return st.binary(min_size=20, max_size=20)
    if kind == "bool":
        return st.booleans()
    if kind == "string":
        return st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
    if kind.startswith("bytes"):
        return st.binary(min_size=int(kind[5:]), max_size=int(kind[5:]))
    return st.integers(0, 2 ** int(kind[4:]) - 1)


def eth_form(kind, value):
    """eth-abi wants addresses as text."""
    if isinstance(kind, tuple):
        return tuple(eth_form(one, item) for one, item in zip(kind, value, strict=True))
    if isinstance(kind, list):
        return tuple(eth_form(kind[0], item) for item in value)
    return "0x" + value.hex() if kind == "address" else value


@given(st.data())
def test_query_is_encoded_as_eth_abi_does(data):
    value = data.draw(values_of(lens._QUERY))
    expected = eth_encode([written(lens._QUERY)], [eth_form(lens._QUERY, value)])
    assert encode((lens._QUERY,), (value,)) == expected


@given(st.data())
def test_answer_is_decoded_as_eth_abi_does(data):
    value = data.draw(values_of(lens._ANSWER))
    raw = eth_encode([written(lens._ANSWER)], [eth_form(lens._ANSWER, value)])
    assert decode((lens._ANSWER,), raw) == (value,)
    assert eth_decode([written(lens._ANSWER)], raw) == (eth_form(lens._ANSWER, value),)


@given(st.data())
def test_damaged_answer_is_unavailable_or_what_eth_abi_reads(data):
    value = data.draw(values_of(lens._ANSWER))
    raw = bytearray(eth_encode([written(lens._ANSWER)], [eth_form(lens._ANSWER, value)]))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, len(raw)))
    for damaged in (bytes(raw), bytes(raw[:cut])):
        try:
            decode((lens._ANSWER,), damaged)
        except ChainUnavailableError:
            continue


# --- the built contract ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def lookup():
    text = files("ledger.chain.artifacts").joinpath("LedgerLens.json").read_text("utf-8")
    (function,) = [item for item in json.loads(text)["abi"] if item.get("name") == "lookup"]
    return function


def of_abi(item):
    """The type of an ABI item, written as ours."""
    kind, depth = item["type"], item["type"].count("[]")
    bare = kind.removesuffix("[]")
    found = tuple(of_abi(part) for part in item["components"]) if bare == "tuple" else bare
    return [found] if depth else found


def plain(kind):
    """Ours, with every alias spelled out."""
    if isinstance(kind, tuple):
        return tuple(plain(item) for item in kind)
    return [plain(kind[0])] if isinstance(kind, list) else kind


def components(item):
    return [part["name"] for part in item["components"]]


def test_lens_types_are_the_artifacts_component_by_component(lookup):
    assert [plain(lens._QUERY)] == [of_abi(item) for item in lookup["inputs"]]
    assert [plain(lens._ANSWER)] == [of_abi(item) for item in lookup["outputs"]]


def test_lens_selector_is_the_artifacts(lookup):
    signature = f"lookup({written(of_abi(lookup['inputs'][0]))})"
    assert keccak(signature.encode())[:4] == lens.SELECTOR
    assert signature == lens._SIGNATURE


def test_members_stand_where_the_reader_takes_them(lookup):
    """Two members of one type that change places would pass a comparison of types."""
    (query,), (answer,) = lookup["inputs"], lookup["outputs"]
    assert components(query) == [
        *("log", "registry", "statuses", "documentType", "commitment", "receipts", "issuers"),
        "title",
    ]
    assert components(query["components"][-1]) == ["registry", "title", "keys"]
    assert components(answer) == [
        *("chainId", "number", "time", "logCodeHash", "registryCodeHash", "statusCodeHashes"),
        *("logRegistry", "logSize", "logRoot", "frozen", "receipts", "issuers", "title"),
    ]
    told = {part["name"]: part for part in answer["components"]}
    receipt = {part["name"]: part for part in told["receipts"]["components"]}
    assert list(receipt) == ["head", "key", "accreditations"]
    assert components(receipt["head"]) == ["previousSize", "size", "time", "number"]
    assert components(receipt["accreditations"]) == ["start", "end"]
    assert components(receipt["key"])[:5] == ["party", "start", "end", "compromisedSince", "role"]
    assert components(receipt["key"])[6] == "vetoed"
    assert components(receipt["key"])[9] == "declaredBlock"
    issuer = {part["name"]: part for part in told["issuers"]["components"]}
    assert list(issuer) == ["name", "country", "kind", "statuses"]
    assert components(issuer["statuses"]) == [
        *("status", "reason", "sequence", "time", "number", "supersededBy", "key"),
        *("keyCompromisedSince", "keyDeclaredBlock"),
    ]
    title = {part["name"]: part for part in told["title"]["components"]}
    assert list(title) == ["codeHash", "registry", "titleOf", "record", "parties", "keys"]
    assert components(title["record"]) == [
        *("carrier", "holder", "beneficiary", "nominee", "formerHolder", "formerBeneficiary"),
        *("commitment", "intent", "state", "paused", "sequence", "time", "acceptBy", "share"),
        *("key", "origins"),
    ]
    assert components(title["parties"]) == ["id", "name", "country", "kind"]
    assert components(title["keys"]) == ["key", "compromisedSince", "declaredBlock"]


def test_events_of_titles_stand_where_the_reader_takes_them():
    raw = (files("ledger.chain") / "artifacts" / "TitleRegistry.json").read_bytes()
    events = {item["name"]: item for item in json.loads(raw)["abi"] if item["type"] == "event"}
    read = {
        "TitleIssued": (title_logs.ISSUED, title_logs._DATA[title_logs.ISSUED]),
        "TitleActed": (title_logs.ACTED, title_logs._DATA[title_logs.ACTED]),
    }
    for name, (topic, data) in read.items():
        inputs = events[name]["inputs"]
        assert keccak(f"{name}({','.join(item['type'] for item in inputs)})".encode()) == topic
        assert [item["name"] for item in inputs[:2]] == ["title", "party"]
        assert [item["indexed"] for item in inputs] == [True, True, *[False] * len(data)]
        assert tuple(item["type"] for item in inputs[2:]) == data
    assert [item["name"] for item in events["TitleIssued"]["inputs"][2:]] == [
        *("tag", "commitment", "holder", "beneficiary", "share", "remark", "key")
    ]
    assert [item["name"] for item in events["TitleActed"]["inputs"][2:]] == [
        *("action", "sequence", "holder", "beneficiary", "intent", "acceptBy", "remark", "key")
    ]
