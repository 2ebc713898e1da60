# SPDX-License-Identifier: Apache-2.0
"""Recompute a running head in Python from the events that a node returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth_abi import decode, encode
from eth_utils import keccak

if TYPE_CHECKING:
    from ape.contracts import ContractInstance

Json = dict[str, Any]


def abi_type(item: Json) -> str:
    """Return the canonical ABI type of an input."""
    if not item["type"].startswith("tuple"):
        return str(item["type"])
    inner = ",".join(abi_type(each) for each in item["components"])
    return f"({inner}){item['type'][5:]}"


def events_by_topic(abi: list[Json]) -> dict[bytes, list[Json]]:
    """Return the inputs of every event in the ABI, by topic 0."""
    found = {}
    for each in abi:
        if each["type"] == "event":
            signature = f"{each['name']}({','.join(abi_type(i) for i in each['inputs'])})"
            found[keccak(text=signature)] = each["inputs"]
    return found


def occurrence(log: Json, inputs: list[Json]) -> bytes:
    """Return `abi.encode(topic0, arguments in the order of their declaration)` of one log."""
    topics = iter(log["topics"][1:])
    plain = [abi_type(each) for each in inputs if not each["indexed"]]
    values = iter(decode(plain, bytes(log["data"])))
    arguments = [
        decode([abi_type(each)], bytes(next(topics)))[0] if each["indexed"] else next(values)
        for each in inputs
    ]
    types = ["bytes32", *(abi_type(each) for each in inputs)]
    return encode(types, [bytes(log["topics"][0]), *arguments])


def recompute(contract: ContractInstance, abi: list[Json]) -> tuple[bytes, list[bytes]]:
    """Replay all events of a contract.

    Returns:
        The head, and the topics 0 in the order of emission. An unknown event raises KeyError.
    """
    web3 = contract.provider.web3
    inputs = events_by_topic(abi)
    head, topics = bytes(32), []
    for log in web3.eth.get_logs({"address": contract.address, "fromBlock": 0}):
        topic = bytes(log["topics"][0])
        block = web3.eth.get_block(log["blockNumber"])
        head = keccak(
            encode(
                ["bytes32", "uint64", "uint64", "bytes32"],
                [
                    head,
                    block["number"],
                    block["timestamp"],
                    keccak(occurrence(log, inputs[topic])),
                ],
            )
        )
        topics.append(topic)
    return head, topics
