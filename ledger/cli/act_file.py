# SPDX-License-Identifier: Apache-2.0
"""A signed act as a file: the body of `POST /v1/acts`, which `corridor relay` carries as well."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ledger.acts import Act, ActContract, ActDomain, SignedAct
from ledger.errors import InvalidInputError, InvalidValueError
from ledger.primitives import Address, Json, Signature, shown
from ledger.trust import Trust

__all__ = ["act_bytes", "act_json", "domains_of", "read_json", "read_signed_act"]

_MEMBERS: Final = ("contract", "type", "message", "key", "signature")
_LARGEST: Final = 256 * 1024


def act_json(signed: SignedAct) -> dict[str, Json]:
    """Write a signed act as `POST /v1/acts` takes it."""
    return {
        "contract": signed.domain.contract.value,
        "type": signed.act.type.value,
        "message": signed.act.json(),
        "key": str(signed.key),
        "signature": str(signed.signature),
    }


def act_bytes(signed: SignedAct) -> bytes:
    """The file as it is written."""
    return (json.dumps(act_json(signed), indent=2) + "\n").encode()


def domains_of(trust: Trust, contract: ActContract) -> Iterator[ActDomain]:
    """The contracts of this kind that a trust file names, the newest ledger's first."""
    for held in reversed(trust.ledgers):
        found = held.titles if contract is ActContract.TITLES else held.statuses
        for each in reversed(found):
            yield ActDomain(contract, trust.chain_id, each.address)


def read_signed_act(path: Path, trust: Trust) -> SignedAct:
    """Read a signed act, and find out for which contract of a trust file it was signed.

    Raises:
        InvalidValueError: names the file, and what is wrong with it.
    """
    members = read_json(path, _MEMBERS)
    try:
        act = Act.parse(_text(members["type"]), members["message"])
        key, signature = Address.parse(members["key"]), Signature.parse(members["signature"])
        if members["contract"] != act.type.contract:
            raise InvalidValueError(
                f"contract: {act.type} goes to {act.type.contract}; got"
                f" {shown(members['contract'])}"
            )
        return _matched(act, domains_of(trust, act.type.contract), key, signature)
    except InvalidInputError as error:
        raise InvalidValueError(f"{path}: {error}") from error


def read_json(path: Path, names: tuple[str, ...]) -> Mapping[str, Any]:
    """Read a small JSON object that has exactly these members.

    Raises:
        InvalidValueError: names the file, and what is wrong with it.
    """
    with path.open("rb") as file:
        raw = file.read(_LARGEST + 1)
    try:
        members = json.loads(raw) if len(raw) <= _LARGEST else None
    except (ValueError, RecursionError) as error:
        raise InvalidValueError(f"{path}: it is not JSON") from error
    if not isinstance(members, dict) or sorted(members) != sorted(names):
        raise InvalidValueError(f"{path}: want an object of {', '.join(names)}")
    return members


def _matched(
    act: Act, domains: Iterable[ActDomain], key: Address, signature: Signature
) -> SignedAct:
    """The first contract for which the signature is the key's."""
    failure: InvalidValueError | None = None
    for domain in domains:
        try:
            return SignedAct(act, domain, key, signature)
        except InvalidValueError as error:
            failure = failure or error
    if failure is None:
        raise InvalidValueError("the trust file names no contract that it could be for")
    raise failure


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidValueError(f"type: want a text; got {shown(value)}")
    return value
