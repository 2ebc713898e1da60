# SPDX-License-Identifier: Apache-2.0
"""docs/formats.md is a specification: every example on it is recomputed here, from the page alone.

An example is a fenced json block after `<!-- vector: NAME -->`; most hold `input` and `output`. A
table is a Markdown table after `<!-- table: NAME -->`.
"""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import replace
from pathlib import Path

import coincurve
import formats_titles as titles
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.anchors import AnchorHint, BlockRef, HeadRecord
from ledger.canonical import (
    PACKAGE_LIMITS,
    canonical_bytes,
    parse_exact,
    parse_submitted,
    scalar_text,
)
from ledger.chain.reading.abi import encode
from ledger.chain.reading.lens import SELECTOR, calldata
from ledger.documents import ALWAYS_DISCLOSED, KINDS, TradeDocument
from ledger.errors import ChainUnavailableError, InvalidInputError
from ledger.log import Acceptance, Checkpoint, Entry, NoteSigner, TreeHead
from ledger.merkle import (
    consistency_path,
    inclusion_path,
    leaf_digest,
    merkle_root,
    root_from_consistency,
    root_from_path,
)
from ledger.ports import (
    Answer,
    Evidence,
    Interval,
    IssuerAnswer,
    KeyRecord,
    Question,
    ReceiptAnswer,
    ReceiptQuestion,
    StatusRecord,
    TitleQuestion,
    View,
)
from ledger.primitives import (
    Address,
    Bytes32,
    Digest,
    PartyId,
    Seed,
    Signature,
    format_time,
    parse_time,
)
from ledger.receipts import Package, Receipt, parse_package
from ledger.sealing import field_leaf, redact, reopen, salt_of
from ledger.statements import (
    LedgerId,
    Statement,
    UnsignedStatement,
    commitments_root,
    keccak256,
    statement_root_from_path,
)
from ledger.titles import TitleAction, TitleState
from ledger.trust import parse_trust
from ledger.verification import (
    REASONS,
    CheckName,
    ExitCode,
    Request,
    Verdict,
    exit_code,
    verify,
)
from ledger.verification.title_words import ACTS, STATES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "formats.md").read_text("utf-8")
ARTIFACTS = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in (ROOT / "ledger" / "chain" / "artifacts").glob("*.json")
}
VECTORS = {
    found[1]: json.loads(found[2])
    for found in re.finditer(r"<!-- vector: ([a-z0-9-]+) -->\s*```json\n(.*?)```", PAGE, re.DOTALL)
}


def table(name):
    """The rows of a table, as lists of cells without code marks."""
    found = re.search(rf"<!-- table: {name} -->\s*((?:\|.*\n)+)", PAGE)
    assert found, f"no table {name}"
    lines = found[1].splitlines()[2:]
    return [
        [cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines
    ]


# -- the examples, each from its input ---------------------------------------------------------


def sealed_of(given):
    return reopen(TradeDocument.parse(given["envelope"]), Seed.parse(given["seed"]))


def example_sealed():
    return sealed_of(VECTORS["sealed-document"]["input"])


def numbers(given):
    def read(token):
        raw = token.encode()
        try:
            sealed = scalar_text(parse_submitted(raw, PACKAGE_LIMITS)[0])
        except InvalidInputError:
            return {"token": token, "sealed": None}
        return {"token": token, "sealed": sealed}

    return [read(token) for token in given]


def merkle_tree(given):
    leaves = [leaf_digest(bytes.fromhex(entry)) for entry in given["entries"]]
    index, old_size = given["index"], given["oldSize"]
    return {
        "leaves": [str(leaf) for leaf in leaves],
        "roots": [str(merkle_root(leaves[:size])) for size in range(1, len(leaves) + 1)],
        "inclusionPath": [str(digest) for digest in inclusion_path(leaves, index)],
        "consistencyPath": [str(digest) for digest in consistency_path(leaves, old_size)],
    }


def document_types(given):
    return {name: "0x" + hashlib.sha256(name.encode("ascii")).hexdigest() for name in given}


def party_id(given):
    words = encode(
        ("uint256", "address", "uint64"),
        (given["chainId"], Address.parse(given["registry"]).raw, given["serial"]),
    )
    return "0x" + keccak256(words).hex()


def sealed_document(given):
    sealed = sealed_of(given)
    return {
        "leaves": [
            {
                "pointer": item.pointer,
                "salt": salt_of(sealed.seed, item.pointer).text(),
                "v": str(item.digest),
                "fieldLeaf": str(field_leaf(item.pointer, item.digest)),
            }
            for item in sealed.digests
        ],
        "commitment": str(sealed.commitment),
    }


def example_redaction(given):
    return redact(example_sealed(), given["shown"])


def redaction(given):
    held = Package.of(example_sealed(), ()).redacted(example_redaction(given))
    return held.json()["redaction"]


def statement(given):
    commitments = [Digest.parse(text) for text in given["commitments"]]
    key = coincurve.PrivateKey(bytes.fromhex(given["privateKey"]))
    body = UnsignedStatement(
        LedgerId.parse(given["ledger"]),
        PartyId.parse(given["party"]),
        len(commitments),
        commitments_root(commitments),
        parse_time(given["statedAt"]),
    )
    raw = key.sign_recoverable(body.signing_digest(), hasher=None)
    signer = Address(keccak256(key.public_key.format(compressed=False)[1:])[12:])
    signed = body.signed(signer, Signature(raw[:64] + bytes([raw[64] + 27])))
    index = given["index"]
    path = inclusion_path([leaf_digest(item.raw) for item in commitments], index)
    assert statement_root_from_path(commitments[index], index, body.count, path) == body.root
    return {
        "typeHash": "0x"
        + keccak256(b"Statement(bytes32 party,bytes32 root,uint64 count,uint64 statedAt)").hex(),
        "domainSeparator": "0x" + domain_separator("Corridor Ledger", body.ledger).hex(),
        "signingDigest": "0x" + body.signing_digest().hex(),
        "statementPath": [str(digest) for digest in path],
        "statement": signed.json(),
        "digest": str(signed.digest()),
    }


def domain_separator(name, contract):
    kind = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    texts = keccak256(kind) + keccak256(name.encode()) + keccak256(b"1")
    place = encode(("uint256", "address"), (contract.chain_id, contract.log.raw))
    return keccak256(texts + place)


def key_consent(given):
    kind = b"KeyConsent(bytes32 party,address key,uint8 role,uint64 notBefore,uint64 to)"
    place = LedgerId(given["chainId"], Address.parse(given["registry"]))
    words = encode(
        ("bytes32", "address", "uint8", "uint64", "uint64"),
        (
            PartyId.parse(given["party"]).raw,
            Address.parse(given["key"]).raw,
            given["role"],
            given["notBefore"],
            int(given["to"]),
        ),
    )
    domain = domain_separator("Corridor Ledger PartyRegistry", place)
    return {
        "typeHash": "0x" + keccak256(kind).hex(),
        "domainSeparator": "0x" + domain.hex(),
        "signingDigest": "0x"
        + keccak256(b"\x19\x01" + domain + keccak256(keccak256(kind) + words)).hex(),
    }


def log(given):
    digests = [Digest.parse(text) for text in given["statementDigests"]]
    entries = [Entry(index, digest) for index, digest in enumerate(digests)]
    leaves = [entry.leaf() for entry in entries]
    index, old_size = given["entryIndex"], given["previousSize"]
    old, path = merkle_root(leaves[:old_size]), consistency_path(leaves, old_size)
    assert root_from_consistency(old_size, len(leaves), old, path) == merkle_root(leaves)
    return {
        "entries": [entry.raw().hex() for entry in entries],
        "leaves": [str(leaf) for leaf in leaves],
        "previousRoot": str(old),
        "size": len(leaves),
        "root": str(merkle_root(leaves)),
        "logPath": [str(digest) for digest in inclusion_path(leaves, index)],
        "consistencyProof": [str(digest) for digest in path],
    }


def example_signer(given):
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(given["ed25519Seed"]))
    return NoteSigner(given["keyName"], key)


def notes(given):
    signer = example_signer(given)
    size, root = VECTORS["log"]["output"]["size"], VECTORS["log"]["output"]["root"]
    promise = Acceptance(
        given["logName"],
        LedgerId.parse(VECTORS["statement"]["input"]["ledger"]),
        Digest.parse(VECTORS["statement"]["output"]["digest"]),
        parse_time(given["acceptedAt"]),
        parse_time(given["anchorBy"]),
    )
    head = TreeHead(size, Digest.parse(root))
    return {
        "vkey": str(signer.verifier),
        "checkpoint": Checkpoint(given["keyName"], head).signed(signer),
        "acceptance": promise.signed(signer),
    }


def example_receipt(hint):
    stated, logged = VECTORS["statement"], VECTORS["log"]
    return Receipt(
        statement=Statement.parse(stated["output"]["statement"]),
        statement_index=stated["input"]["index"],
        statement_path=tuple(map(Digest.parse, stated["output"]["statementPath"])),
        entry_index=logged["input"]["entryIndex"],
        log_path=tuple(map(Digest.parse, logged["output"]["logPath"])),
        size=logged["output"]["size"],
        root=Digest.parse(logged["output"]["root"]),
        anchor=AnchorHint(
            hint["chainId"],
            Address.parse(hint["contract"]),
            Bytes32.parse(hint["transaction"]),
            hint["blockNumber"],
            Bytes32.parse(hint["blockHash"]),
            parse_time(hint["blockTime"]),
        ),
    )


def receipt(given):
    return example_receipt(given["anchor"]).json()


def example_package():
    held = Package.of(
        example_sealed(),
        (example_receipt(VECTORS["receipt"]["input"]["anchor"]),),
        (VECTORS["notes"]["output"]["acceptance"],),
    )
    return held.redacted(example_redaction(VECTORS["redaction"]["input"]))


def package(given):
    assert given == {"redacted": True, "receipts": 1, "acceptances": 1}
    written = example_package().file_bytes()
    assert parse_package(written).file_bytes() == written
    return {
        "bytes": len(written),
        "sha256": hashlib.sha256(written).hexdigest(),
        "package": json.loads(written),
    }


def example_trust():
    return parse_trust(json.dumps(VECTORS["trust"]).encode())


def example_question():
    held = example_package().receipts[0]
    body = held.statement.body
    asked = ReceiptQuestion(body.party, held.statement.signer, body.root, held.root)
    kind = VECTORS["sealed-document"]["input"]["envelope"]["documentType"]
    return Question(kind, example_package().commitment, (asked,), (body.party,))


def lens_call(given):
    assert given == {"package": "package", "trust": "trust"}
    (held,) = example_trust().ledgers
    return "0x" + calldata(held, example_question()).hex()


def lens_title_call(given):
    assert given == {"package": "package", "trust": "trust", "title": "title-history"}
    (held,) = example_trust().ledgers
    told = VECTORS["title-history"]["input"]
    (register,) = held.titles
    assert (str(register.address), register.deploy_block) == (told["register"], told["deployBlock"])
    history, _ = titles.history_of(told)
    asked = TitleQuestion(register, Bytes32.parse(told["title"]))
    return "0x" + calldata(held, replace(example_question(), title=asked), history).hex()


def title_check(given):
    request = Request(example_package(), example_trust())
    return titles.judged(given, VECTORS["title-history"]["input"], request)


def relayed_acts(given):
    types = {row[2].split("(")[0]: row[2] for row in table("types")}
    return titles.relayed_acts(given, types)


class PageReader:
    """A chain that answers what the page says."""

    def __init__(self, given):
        self._given = given

    def look(self, _trust, _ledger, _question):
        return Evidence(self._given["source"], *map(self._view, ("final", "latest")))

    def _view(self, which):
        given = self._given
        block, head, key = given[which], given["head"], given["key"]
        none = StatusRecord(0, 0, 0, 0, Digest(bytes(32)), 0, 0)
        answer = Answer(
            number=block["number"],
            time=parse_time(block["time"]),
            log_size=head["size"],
            frozen=False,
            receipts=(
                ReceiptAnswer(
                    HeadRecord(
                        head["previousSize"],
                        head["size"],
                        parse_time(head["time"]),
                        head["number"],
                    ),
                    KeyRecord(
                        Bytes32.parse(key["party"]),
                        Interval(parse_time(key["start"]), int(key["end"])),
                        key["role"],
                        0,
                        0,
                    ),
                    (Interval(parse_time(given["accredited"]["start"]), 2**64 - 1),),
                ),
            ),
            issuers=(IssuerAnswer(**given["issuer"], statuses=(none, none)),),
        )
        where = BlockRef(block["number"], Bytes32(bytes(32)), parse_time(block["time"]))
        return View(where, answer)


def report(given):
    request = Request(example_package(), example_trust())
    return verify(request, PageReader(given), parse_time(given["now"])).json()


def running_head(given):
    topic = keccak256(b"Anchored(bytes32,uint64,uint64,uint64)")
    arguments = (
        topic,
        Digest.parse(given["root"]).raw,
        given["previousSize"],
        given["size"],
        given["time"],
    )
    occurrence = keccak256(encode(("bytes32", "bytes32", "uint64", "uint64", "uint64"), arguments))
    words = (Bytes32.parse(given["head"]).raw, given["blockNumber"], given["time"], occurrence)
    return {
        "topic0": "0x" + topic.hex(),
        "occurrence": "0x" + occurrence.hex(),
        "head": "0x" + keccak256(encode(("bytes32", "uint64", "uint64", "bytes32"), words)).hex(),
    }


def storage_keys(given):
    def slot(key, base):
        return keccak256(key + (base if isinstance(base, bytes) else base.to_bytes(32, "big")))

    def base_of(contract, label):
        layout = ARTIFACTS[contract]["storageLayout"]
        return next(item["slot"] for item in layout if item["label"] == label)

    def after(first, steps):
        return "0x" + (int.from_bytes(first, "big") + steps).to_bytes(32, "big").hex()

    def packed(contract, variable, values):
        """A struct's first slot: each member at its offset."""
        layout = ARTIFACTS[contract]["storageLayout"]
        members = next(item["members"] for item in layout if item["label"] == variable)
        places = {member["label"]: 8 * int(member["offset"]) for member in members}
        number = sum(int(value) << places[name] for name, value in values.items())
        return "0x" + number.to_bytes(32, "big").hex()

    party = PartyId.parse(given["party"]).raw
    subject = Digest.parse(given["subject"]).raw
    address = Address.parse(given["key"]).raw.rjust(32, b"\0")
    key = slot(address, base_of("PartyRegistry", "_keys"))
    kind = Bytes32.parse(given["documentType"]).raw
    accreditations = slot(kind, slot(party, base_of("PartyRegistry", "_accreditations")))
    status = slot(subject, slot(party, base_of("DocumentStatus", "_records")))
    successor = slot(subject, slot(party, base_of("DocumentStatus", "_successors")))
    title = Bytes32.parse(given["title"]).raw
    nonces = slot(address, base_of("TitleRegistry", "_used"))
    serial = given["keyRecord"]["serial"].to_bytes(32, "big")
    return {
        "DocumentLog head record": after(
            slot(Digest.parse(given["root"]).raw, base_of("DocumentLog", "_records")), 0
        ),
        "its value": packed("DocumentLog", "_records", given["headRecord"]),
        "PartyRegistry key, first of two slots": after(key, 0),
        "the key's value": packed("PartyRegistry", "_keys", given["keyRecord"]),
        "PartyRegistry keyAt of the key's serial": after(
            slot(serial, base_of("PartyRegistry", "keyAt")), 0
        ),
        "PartyRegistry accreditations, length": after(accreditations, 0),
        "PartyRegistry accreditations, second interval": after(keccak256(accreditations), 1),
        "DocumentStatus record": after(status, 0),
        "the status record's value": packed("DocumentStatus", "_records", given["statusRecord"]),
        "DocumentStatus successor": after(successor, 0),
        "TitleRegistry title": after(slot(title, base_of("TitleRegistry", "_titles")), 0),
        "the title's value": packed("TitleRegistry", "_titles", given["titleRecord"]),
        "TitleRegistry commitment": after(slot(title, base_of("TitleRegistry", "_commitments")), 0),
        "TitleRegistry word of the nonce": after(
            slot((given["nonce"] // 256).to_bytes(32, "big"), nonces), 0
        ),
        "bit of the nonce in it": given["nonce"] % 256,
    }


COMPUTED = {
    "numbers": numbers,
    "merkle-tree": merkle_tree,
    "document-types": document_types,
    "party-id": party_id,
    "sealed-document": sealed_document,
    "redaction": redaction,
    "statement": statement,
    "key-consent": key_consent,
    "log": log,
    "notes": notes,
    "receipt": receipt,
    "package": package,
    "lens-call": lens_call,
    "report": report,
    "running-head": running_head,
    "storage-keys": storage_keys,
    "lens-title-call": lens_title_call,
    "relayed-acts": relayed_acts,
    "title-id": titles.title_identity,
    "title-plan": titles.title_plan,
    "title-history": titles.title_history,
    "title-check": title_check,
}


@pytest.mark.parametrize("name", COMPUTED)
def test_example_on_the_page_is_what_the_code_computes(name):
    assert COMPUTED[name](VECTORS[name]["input"]) == VECTORS[name]["output"]


def test_every_example_on_the_page_is_recomputed():
    assert set(VECTORS) == {*COMPUTED, "trust"}


def test_trust_file_on_the_page_is_read_and_written_the_same():
    assert example_trust().json() == VECTORS["trust"]


def test_numbers_on_the_page_are_exact_iff_they_are_written_as_sealed():
    for row in VECTORS["numbers"]["output"]:
        try:
            parse_exact(row["token"].encode(), PACKAGE_LIMITS)
            exact = True
        except InvalidInputError:
            exact = False
        assert exact == (row["sealed"] == row["token"]), row


def plain_leaves(value, pointer=""):
    """The rules of §2.1 once more, without any code of the ledger."""
    if isinstance(value, dict) and value:
        for key, child in value.items():
            token = key.replace("~", "~0").replace("/", "~1")
            yield from plain_leaves(child, f"{pointer}/{token}")
    elif isinstance(value, list) and value:
        for index, child in enumerate(value):
            yield from plain_leaves(child, f"{pointer}/{index}")
    else:
        yield pointer, value


def plain_field_leaf(seed, pointer, value):
    def written(pair):
        return json.dumps(pair, ensure_ascii=False, separators=(",", ":")).encode()

    code = hmac.digest(seed, b"corridor/salt/1" + pointer.encode(), "sha256")
    salt = base64.urlsafe_b64encode(code[:16]).rstrip(b"=").decode()
    digest = hashlib.sha256(b"\x02" + written([salt, value])).hexdigest()
    return hashlib.sha256(b"\x00" + written([pointer, digest])).digest()


def test_commitment_is_also_right_with_nothing_but_the_standard_library():
    given, output = VECTORS["sealed-document"]["input"], VECTORS["sealed-document"]["output"]
    seed = base64.urlsafe_b64decode(given["seed"] + "=")
    leaves = sorted(plain_leaves(given["envelope"]), key=lambda leaf: leaf[0].encode())
    level = [plain_field_leaf(seed, pointer, value) for pointer, value in leaves]
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [
            hashlib.sha256(b"\x01" + b"".join(pair)).digest() if len(pair) > 1 else pair[0]
            for pair in pairs
        ]
    assert level[0].hex() == output["commitment"]


def test_redaction_on_the_page_leads_to_the_same_commitment():
    held = parse_package(canonical_bytes(VECTORS["package"]["output"]["package"]))
    held.content.redaction.check()
    first = held.receipts[0]
    leaf = Entry(first.entry_index, first.statement.digest()).leaf()
    assert root_from_path(leaf, first.entry_index, first.size, first.log_path) == first.root
    assert VECTORS["report"]["output"]["verdict"] == "AUTHENTIC"


# -- the tables, against the built contracts ---------------------------------------------------


def canonical_type(item):
    if not item["type"].startswith("tuple"):
        return item["type"]
    inside = ",".join(canonical_type(member) for member in item["components"])
    return f"({inside})" + item["type"].removeprefix("tuple")


def signature(item):
    return f"{item['name']}({','.join(map(canonical_type, item['inputs']))})"


def test_every_event_stands_on_the_page_with_its_topic():
    wanted = set()
    for name, artifact in ARTIFACTS.items():
        for item in artifact["abi"]:
            if item["type"] == "event":
                arguments = ", ".join(
                    f"{each['type']}{' indexed' if each['indexed'] else ''} {each['name']}"
                    for each in item["inputs"]
                )
                topic = "0x" + keccak256(signature(item).encode()).hex()
                wanted.add((name, f"{item['name']}({arguments})", topic))
    assert {tuple(row) for row in table("events")} == wanted


def test_every_error_stands_on_the_page_with_its_selector():
    wanted = {
        (name, signature(item), "0x" + keccak256(signature(item).encode())[:4].hex())
        for name, artifact in ARTIFACTS.items()
        for item in artifact["abi"]
        if item["type"] == "error"
    }
    assert {tuple(row) for row in table("errors")} == wanted


def test_functions_on_the_page_have_their_selectors():
    known = {
        (name, signature(item)): "0x" + keccak256(signature(item).encode())[:4].hex()
        for name, artifact in ARTIFACTS.items()
        for item in artifact["abi"]
        if item["type"] == "function"
    }
    rows = table("selectors")
    assert {
        (contract, text): selector for contract, text, selector in rows
    }.items() <= known.items()
    assert ("LedgerLens", "0x" + SELECTOR.hex()) in {(row[0], row[2]) for row in rows}
    writing = {
        (name, signature(item))
        for name, artifact in ARTIFACTS.items()
        for item in artifact["abi"]
        if item["type"] == "function" and item["stateMutability"] == "nonpayable"
    }
    assert writing <= {(row[0], row[1]) for row in rows}


def test_storage_table_is_the_compilers():
    def rows(contract, items, prefix=""):
        for item in items:
            name = prefix + item["label"]
            place = (str(item["slot"]), str(item["offset"]), str(item["bytes"]))
            yield (contract, *place, name, item["type"])
            yield from rows(contract, item.get("members", ()), name + ".")

    wanted = {
        row for name, artifact in ARTIFACTS.items() for row in rows(name, artifact["storageLayout"])
    }
    assert {tuple(row) for row in table("storage")} == wanted


def test_roles_are_the_hashes_of_their_names():
    for name, value in table("roles"):
        if name != "DEFAULT_ADMIN_ROLE":
            assert value == "0x" + keccak256(name.encode()).hex()
        else:
            assert value == "0x" + "00" * 32


def test_signed_types_are_those_of_the_contracts():
    rows = {(row[0], row[2]): row[3] for row in table("types")}
    for (_, text), value in rows.items():
        assert value == "0x" + keccak256(text.encode()).hex()
    for contract in ("PartyRegistry", "DocumentStatus", "TitleRegistry"):
        source = (ROOT / "contracts" / f"{contract}.sol").read_text("utf-8")
        said = {text for text in re.findall(r'"([A-Z]\w+\([^"]*\))"', source) if " " in text}
        named = {text for name, text in rows if name == contract}
        parts = {text for text in said if any(text in other for other in said - {text})}
        assert said - parts == named, contract


def test_every_state_and_action_of_a_title_stands_on_the_page():
    rows = table("states")
    assert [(int(row[0]), row[1]) for row in rows] == [(s.value, s.label) for s in TitleState]
    assert [row[3] for row in rows[1:]] == [STATES[state] for state in list(TitleState)[1:]]
    actions = [(int(row[0]), row[1]) for row in table("actions")]
    assert actions == [(action.value, action.label) for action in list(TitleAction)[1:]]
    assert {row[0]: row[1] for row in table("acts")} == ACTS
    assert list(ACTS) == ["Issue", *(action.label for action in list(TitleAction)[1:])]


def test_members_of_a_title_in_the_report_are_those_of_the_page():
    text = PAGE.split("`title` is what the latest view says")[1].split("A file alone is looked up")[
        0
    ]
    rows = re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE)
    said = [name for row in rows for name in re.findall(r"`([a-zA-Z]+)`", row)]
    facts = VECTORS["title-check"]["output"]["title"]
    assert said == list(facts)
    steps = re.search(r"`\{([^}]*)\}`; parties as above", text)[1]
    assert re.findall(r'"(\w+)"', steps) == list(facts["history"][0])


def test_every_reason_code_stands_on_the_page_with_its_state():
    rows = {code: state for code, state, _ in table("reasons")}
    assert rows == {code: reason.state.value for code, reason in REASONS.items()}


def test_every_verdict_and_check_stands_on_the_page():
    assert [row[0] for row in table("checks")] == [name.value for name in CheckName]
    codes = {row[0]: int(row[1]) for row in table("verdicts")}
    assert codes == {verdict.value: int(exit_code(verdict)) for verdict in Verdict}
    assert int(ExitCode.USAGE) == 2


def test_page_names_what_is_always_disclosed_and_the_known_types():
    for name in (*ALWAYS_DISCLOSED, *KINDS):
        assert f"`{name}`" in PAGE or f'"{name}"' in PAGE


def test_documents_are_narrow_and_their_links_lead_somewhere():
    own = [
        *(ROOT / "docs" / "adr").glob("*.md"),
        *(ROOT / "docs" / name for name in ("README.md", "formats.md", "threat-model.md")),
        *(ROOT / name for name in ("CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "SECURITY.md")),
        ROOT / "CHANGELOG.md",
    ]
    elsewhere = {"api", "cli", "verdicts", "keys", "storage", "benchmarks"}
    for path in own:
        text = path.read_text("utf-8")
        prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        wide = [line for line in prose.splitlines() if len(line) > 120 and line[:1] != "|"]
        assert wide == [], path
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose):
            target = path.parent / link
            assert target.exists() or target.stem in elsewhere, f"{path.name}: {link}"


def test_unavailable_chain_is_undecided():
    class Silent:
        def look(self, *_):
            raise ChainUnavailableError("nobody is there")

    request = Request(example_package(), example_trust())
    held = verify(request, Silent(), parse_time(VECTORS["report"]["input"]["now"]))
    assert held.verdict is Verdict.UNDECIDED
    assert format_time(held.checked_at) == VECTORS["report"]["input"]["now"]
