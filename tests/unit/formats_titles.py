# SPDX-License-Identifier: Apache-2.0
"""The examples of docs/formats.md about titles and relayed acts, each recomputed from its input."""

import hashlib
import re

import coincurve

from ledger.anchors import BlockRef
from ledger.chain.reading import Node
from ledger.chain.reading.abi import encode
from ledger.chain.reading.title_histories import read_history
from ledger.ports import (
    Answer,
    Evidence,
    IssuerAnswer,
    KeyDoubt,
    PartyName,
    TitleAnswer,
    TitleQuestion,
    View,
)
from ledger.primitives import Address, Bytes32, Digest, PartyId, format_time, parse_time
from ledger.statements import keccak256
from ledger.titles import Part, TitleAct, plan_of, title_id, title_tag
from ledger.trust import TrustedContract
from ledger.verification.request import Asked, Header, TitlePlace
from ledger.verification.title import title_check
from ledger.verification.title_facts import title_facts
from ledger.verification.title_replay import replayed


def title_identity(given):
    secret = bytes.fromhex(given["secret"])
    tag = title_tag(secret, given["reference"])
    title = title_id(PartyId.parse(given["carrier"]), tag)
    return {
        "keyHash": hashlib.sha256(secret).hexdigest(),
        "tag": str(tag),
        "title": str(title),
        "envelope": f"eip155:{given['chainId']}:{given['register']}:{title}",
    }


def title_plan(given):
    titles = [Bytes32.parse(title) for title in given["titles"]]
    parts = [
        Part(Digest.parse(part["tag"]), Digest.parse(part["commitment"]), part["share"])
        for part in given["parts"]
    ]
    return str(plan_of(titles, parts))


# -- EIP-712, from its text alone ---------------------------------------------------------------


def members_of(types, name):
    found = re.search(rf"\b{name}\(([^)]*)\)", types)
    return [member.split(" ") for member in found[1].split(",")]


def type_hash(types, name):
    """The type's own words first, then those of the structs that it names, sorted."""
    inner = {kind.removesuffix("[]") for kind, _ in members_of(types, name)}
    others = sorted(kind for kind in inner if f"{kind}(" in types and kind != name)
    words = [re.search(rf"\b{kind}\([^)]*\)", types)[0] for kind in (name, *others)]
    return keccak256("".join(words).encode())


def word_of(types, kind, value):
    if kind.endswith("[]"):
        return keccak256(b"".join(word_of(types, kind[:-2], item) for item in value))
    if f"{kind}(" in types:
        return struct_hash(types, kind, value)
    if kind == "bytes32":
        return bytes.fromhex(value.removeprefix("0x"))
    if kind == "address":
        return Address.parse(value).raw.rjust(32, b"\0")
    return int(value).to_bytes(32, "big")


def struct_hash(types, name, message):
    members = members_of(types, name)
    assert [member for _, member in members] == [*message]
    words = [word_of(types, kind, message[member]) for kind, member in members]
    return keccak256(type_hash(types, name) + b"".join(words))


def relayed_acts(given, types):
    """`types`: those of the page's table, by their name."""
    key = coincurve.PrivateKey(bytes.fromhex(given["privateKey"]))
    out = []
    for act in given["acts"]:
        kind = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        name = f"Corridor Ledger {act['contract']}"
        place = encode(
            ("uint256", "address"),
            (given["chainId"], Address.parse(given[act["contract"]]).raw),
        )
        texts = b"".join(map(keccak256, (kind, name.encode(), b"1")))
        struct = struct_hash(types[act["type"]], act["type"], act["message"])
        digest = keccak256(b"\x19\x01" + keccak256(texts + place) + struct)
        raw = key.sign_recoverable(digest, hasher=None)
        out.append(
            {
                "type": act["type"],
                "structHash": "0x" + struct.hex(),
                "signingDigest": "0x" + digest.hex(),
                "signature": "0x" + (raw[:64] + bytes([raw[64] + 27])).hex(),
            }
        )
    return out


# -- a history ----------------------------------------------------------------------------------


class LogsNode(Node):
    """A node that has these logs, and keeps what it was asked."""

    def __init__(self, logs):
        super().__init__("http://node.example")
        self.logs = logs
        self.asked = []

    def ask(self, method, *parameters):
        assert method == "eth_getLogs"
        self.asked.append(parameters[0])
        return self.logs


def history_of(given):
    register = TrustedContract(
        Address.parse(given["register"]),
        Bytes32(bytes(32)),
        given["deployBlock"],
        Bytes32(bytes(32)),
    )
    node = LogsNode(given["logs"])
    question = TitleQuestion(register, Bytes32.parse(given["title"]))
    return read_history(node, question, given["latest"]), node


def title_history(given):
    history, node = history_of(given)
    assert history.fault is None
    states = replayed(Bytes32.parse(given["title"]), history.acts, ())
    final = [act for act in history.acts if act.block <= given["final"]]
    return {
        "request": node.asked,
        "acts": [step(act) for act in history.acts],
        "keys": [str(key) for key in history.keys],
        "parties": [str(party) for party in history.parties],
        "final": record(states[len(final) - 1]),
        "latest": record(states[-1]),
    }


def step(act):
    return {
        "sequence": act.sequence,
        "action": act.wish.action.label if isinstance(act.wish, TitleAct) else "Issue",
        "party": str(act.party),
        "time": format_time(act.time),
        "block": act.block,
    }


def record(title):
    def text(value):
        return None if value is None else str(value)

    return {
        "carrier": str(title.carrier),
        "holder": text(title.holder),
        "beneficiary": text(title.beneficiary),
        "nominee": text(title.nominee),
        "formerHolder": text(title.former_holder),
        "formerBeneficiary": text(title.former_beneficiary),
        "commitment": str(title.commitment),
        "intent": text(title.intent),
        "state": title.state.label,
        "paused": title.paused,
        "sequence": title.sequence,
        "time": format_time(title.time),
        "acceptBy": None if title.accept_by is None else format_time(title.accept_by),
        "share": title.share,
        "origins": [str(origin) for origin in title.origins],
    }


def judged(given, told, request):
    """The check and the facts, for a chain that tells this history, and of no compromise."""
    history, _ = history_of(told)
    (held,) = request.trust.ledgers
    states = replayed(Bytes32.parse(told["title"]), history.acts, ())
    names = {PartyId.parse(party): name for party, name in given["names"].items()}

    def view(number, when):
        acts = [act for act in history.acts if act.block <= number]
        answer = TitleAnswer(
            record=states[len(acts) - 1],
            key=acts[-1].key,
            title_of=Bytes32.parse(told["title"]),
            parties=tuple(PartyName(party, name) for party, name in names.items()),
            keys=tuple(KeyDoubt(key, 0) for key in history.keys),
        )
        time = parse_time(given[when])
        issuer = IssuerAnswer(names[issuers[0]], "", "", ())
        whole = Answer(number, time, 0, False, (), (issuer,), answer)  # noqa: FBT003 — not frozen
        return View(BlockRef(number, Bytes32(bytes(32)), time), whole)

    issuers = (states[0].carrier,)
    evidence = Evidence(
        "http://127.0.0.1:8545",
        view(told["final"], "finalTime"),
        view(told["latest"], "latestTime"),
        history,
    )
    text = f"eip155:{request.trust.chain_id}:{told['register']}:{told['title']}"
    (register,) = held.titles
    ledger, _ = request.trust.title_register(register.address)
    place = TitlePlace(ledger, TitleQuestion(register, Bytes32.parse(told["title"])))
    header = Header("bill-of-lading", issuers, text, None)
    asked = Asked(request, parse_time(given["now"]), header, {ledger: evidence}, title=place)
    facts = title_facts(asked)
    return {
        "check": title_check(asked).json(),
        "title": facts.json(),
        "notes": list(facts.notes()),
    }
