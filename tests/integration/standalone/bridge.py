# SPDX-License-Identifier: Apache-2.0
"""Both verifiers on one input: the library, and the one file written apart from it."""

import importlib.util
import json
import sys
from functools import lru_cache
from pathlib import Path

import register
from eth_abi import decode, encode

from ledger.chain.reading import NodeReader
from ledger.chain.reading.rpc import Refusal
from ledger.errors import ChainUnavailableError, InvalidInputError
from ledger.ports import Question, ReceiptQuestion
from ledger.primitives import Address, Digest, PartyId, parse_time
from ledger.receipts import parse_package
from ledger.trust import parse_trust
from ledger.verification import GivenFile, Request, verify

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "scripts" / "verify_standalone.py"
KINDS = ("bill-of-lading", "certificate-of-origin", "file-only", "waybill", "invented-type")
QUERY = "(address,address,address[],bytes32,bytes32,(bytes32,address,bytes32,bytes32)[],bytes32[],"
QUERY += "(address,bytes32,address[]))"
ANSWER = (
    "(uint256,uint64,uint64,bytes32,bytes32,bytes32[],address,uint64,bytes32,bool,"
    "((uint64,uint64,uint64,uint64),"
    "(bytes32,uint64,uint64,uint64,uint8,bool,bool,bool,bool,uint64,uint64),(uint64,uint64)[])[],"
    "(string,bytes2,string,"
    "(uint8,uint16,uint32,uint64,uint64,bytes32,address,uint64,uint64)[])[],"
    f"{register.ANSWER})"
)


OWN_WORDS = ("redaction-broken", "acceptance-invalid", "chain-unavailable", "signature-invalid")
OWN_WORDS += ("title-history-contradicts",)


def loaded(name, path):
    """A module by its path: nothing here is on the path of imports."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


standalone = loaded("verify_standalone", SCRIPT)
standalone.recover = lru_cache(4096)(standalone.recover)  # thousands of runs, few signatures
standalone.ed25519_verifies = lru_cache(4096)(standalone.ed25519_verifies)
standalone.keccak256 = lru_cache(4096)(standalone.keccak256)
small_world = loaded("small_world_bridge", ROOT / "tests" / "unit" / "core" / "small_world.py")


class Rpc:
    """A chain in memory as a JSON-RPC node, for both verifiers; `spoil` changes its answers."""

    name = source = "memory"

    def __init__(self, world, spoil=None):
        self.chain, self.spoil = world.chain, spoil
        self.ledgers = {str(held.log.address): held for held in world.trust.ledgers}
        self.chain_id = world.trust.chain_id
        self.asked, self.calls = [], 0
        self.taken = self.received_bytes = 0

    def ask(self, method, *params):
        """What the library asks, and may be refused."""
        self.calls += 1
        self.asked.append((method, list(params)))
        result = getattr(self, method)(*params)
        return self.spoil(method, list(params), result) if self.spoil else result

    def call(self, method, *params):
        """The library gives its parameters one by one, the other in a list."""
        own = len(params) == 1 and isinstance(params[0], list)
        result = self.ask(method, *(params[0] if own else params))
        if isinstance(result, Refusal):
            kind = standalone.Declined if own else ChainUnavailableError
            raise kind(result.reason)
        return result

    def held(self, place="latest"):
        """The only ledger with a register, at a block."""
        at = -1 if place == "latest" else place
        ledgers = [held for held in self.ledgers.values() if held.titles]
        return ledgers[0], self.chain.blocks[at][1][ledgers[0].log.address]

    def eth_getLogs(self, where):  # noqa: N802 — the method of the protocol
        ledger, held = self.held()
        logs = register.logs_of(held.titles, ledger.titles[0])
        return [log for log in logs if register.wanted(log, where)]

    def eth_getBlockByHash(self, name, _full):  # noqa: N802 — the method of the protocol
        for block, _ in self.chain.blocks:
            if str(block.hash) == name:
                return {"number": hex(block.number), "hash": name, "timestamp": hex(block.time)}
        return None

    def eth_chainId(self):  # noqa: N802 — the method of the protocol
        return hex(self.chain_id)

    def eth_getBlockByNumber(self, which, _full):  # noqa: N802 — the method of the protocol
        blocks, place = self.chain.blocks, len(self.chain.blocks) - 1
        if which == "finalized":
            place = max(place - self.chain.lag, 0)
        elif which != "latest":
            place = min(max(int(which, 16) - 1, 0), place)
        block = blocks[place][0]
        number = int(which, 16) if which.startswith("0x") else block.number
        return {"number": hex(number), "hash": str(block.hash), "timestamp": hex(block.time)}

    def eth_call(self, call, where):
        place = next(
            i
            for i, (block, _) in enumerate(self.chain.blocks)
            if str(block.hash) == where["blockHash"]
        )
        raw = bytes.fromhex(call["data"][2:])
        found = decode([QUERY], raw[4:])[0]
        log, registry, _statuses, kind, commitment, receipts, issuers, title = found
        ledger = self.ledgers[log]
        question = Question(
            next((name for name in KINDS if standalone.sha(name.encode()) == kind), "another"),
            Digest(commitment),
            tuple(
                ReceiptQuestion(PartyId(p), Address.parse(s), Digest(r), Digest(root))
                for p, s, r, root in receipts
            ),
            tuple(map(PartyId, issuers)),
        )
        view = self.chain._view(place, ledger, question, None)
        held = self.chain._state(place, ledger)
        answer = (
            self.chain_id,
            view.answer.number,
            view.answer.time,
            ledger.log.code_hash.raw,
            ledger.parties.code_hash.raw,
            [held.code_hash.raw for held in ledger.statuses],
            registry,
            view.answer.log_size,
            bytes(32),
            view.answer.frozen,
            [_receipt(held) for held in view.answer.receipts],
            [_issuer(held) for held in view.answer.issuers],
            register.answer_of(held.titles, held, ledger, title, commitment),
        )
        return "0x" + encode([ANSWER], [answer]).hex()


def _receipt(held):
    head, key = held.head, held.key
    return (
        (head.previous_size, head.size, head.time, head.block),
        (
            *(key.party.raw, key.interval.start, key.interval.end, key.compromised_since),
            *(key.role, False, False, False, False, key.declared_block, 0),
        ),
        [(one.start, one.end) for one in held.accreditations],
    )


def _issuer(held):
    statuses = [
        (
            *(one.status, one.reason, 1, one.time, one.block, one.superseded_by.raw),
            *(bytes(20), one.key_compromised_since, one.key_declared_block),
        )
        for one in held.statuses
    ]
    return (held.name, held.country.encode(), held.kind, statuses)


def by_library(case, rpc):
    """The library's report as JSON, or None if it refuses the input."""
    try:
        package, trust = parse_package(case["package"]), parse_trust(case["trust"])
        other = None if case.get("other") is None else parse_package(case["other"])
        stated = None if case.get("at") is None else parse_time(case["at"])
    except InvalidInputError:
        return None
    files = tuple(GivenFile("a file", Digest.parse(digest)) for digest in case.get("files", ()))
    request = Request(package, trust, files, stated, other)
    return verify(request, NodeReader(rpc), case["now"]).json()


def by_standalone(case, rpc):
    """The standalone's report, or None if it refuses the input."""
    try:
        other = case.get("other")
        request = standalone.Request(
            standalone.read_package(case["package"]),
            standalone.read_trust(case["trust"]),
            case["now"],
            [("a file", digest) for digest in case.get("files", ())],
            None if other is None else standalone.read_package(other),
            None if case.get("at") is None else standalone.seconds(case["at"]),
        )
    except standalone.Refused:
        return None
    return standalone.verify(request, rpc)


def gist(report):
    """What both must agree in: the verdict, and each check's state and reasons."""
    if report is None:
        return "refused"
    checks = {
        check["name"]: (
            check["state"],
            sorted((said["code"], str(said["party"])) for said in check["outcomes"]),
        )
        for check in report["checks"]
    }
    return json.loads(json.dumps([report["verdict"], checks]))


def codes(report):
    """The gist without parties."""
    found = gist(report)
    if report is None:
        return found
    plain = {name: [state, sorted(c for c, _ in said)] for name, (state, said) in found[1].items()}
    return [found[0], plain]


def whole(report):
    """All that both must say alike: leaves out what the page leaves to the implementation."""
    found = json.loads(json.dumps(report))
    for check in found["checks"]:
        for said in check["outcomes"]:
            missing = str(said["detail"]).endswith("acts are missing")
            fault = said["code"] == "title-history-incomplete" and not missing
            if fault or said["code"] in OWN_WORDS:
                said["detail"] = said["pointers"] = None
            if check["name"] == "match":
                said["detail"] = said["pointers"] = said["otherPointers"] = None
        check["outcomes"].sort(key=str)
    return found | {"facts": None}
