# SPDX-License-Identifier: Apache-2.0
"""`corridor sign-act`: a party that keeps its own key signs an act; anyone may then carry it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import click

from ledger.acts import Act, ActContract, ActDomain, ActType, SignedAct
from ledger.cli.act_file import act_bytes, act_json, domains_of, read_json
from ledger.cli.act_words import sentence_of
from ledger.cli.files import check_free, save
from ledger.cli.key_file import opened_key, with_key
from ledger.cli.parameters import ADDRESS, COMMITMENT, PARTY, TIME, InputFile, OutputFile
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import busy, emit, note
from ledger.cli.title.options import TITLE
from ledger.errors import InvalidValueError
from ledger.primitives import Address, Bytes32, Json, PartyId, format_time
from ledger.titles import TitleAction
from ledger.wiring_verifier import SystemClock, read_trust

__all__ = ["agreed_time", "sign_act"]

_HOUR: Final = 3600
_APART_SECONDS: Final = 600  # how far two clocks may be apart without a word
_NONCE_BITS: Final = 53  # any JSON reader takes the number exactly
_ZERO: Final = "0x" + "0" * 64
_ACTIONS: Final = {
    action.name.lower().replace("_", "-"): action for action in TitleAction if action.value
}
_FILLED: Final = ("party", "nonce", "deadline")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be signed: a type, and its members but for those of `_FILLED`."""

    type: ActType
    message: Mapping[str, Json]


@click.command(short_help="Sign an act with a key that you keep.")
@click.argument("action", type=click.Choice(list(_ACTIONS)), required=False)
@click.argument("title", type=TITLE, required=False)
@click.option(
    "--wish",
    "wish_path",
    metavar="WISH",
    type=InputFile(),
    help="Another act, as JSON: type, and message without party, nonce and deadline.",
)
@click.option("--holder", metavar="PARTY", type=PARTY, help="Whom to make the holder.")
@click.option(
    "--beneficiary", metavar="PARTY", type=PARTY, help="Whom to make the beneficiary, or nominate."
)
@click.option(
    "--intent", metavar="DIGEST", type=COMMITMENT, help="The new bill, or the plan of a reissue."
)
@click.option("--accept-by", metavar="TIME", type=TIME, help="Until when it has to be accepted.")
@click.option(
    "--sequence",
    metavar="N",
    type=click.IntRange(0, 2**32 - 1),
    help="The number of the title's latest act; else the node is asked.",
)
@click.option("--party", metavar="PARTY", type=PARTY, help="Who acts; else the key file says.")
@click.option(
    "--nonce", metavar="N", type=click.IntRange(0, 2**256 - 1), help="Default: a random number."
)
@click.option(
    "--deadline",
    metavar="TIME",
    type=TIME,
    help="Its last second. Default: an hour from now, by this machine's clock and the node's.",
)
@click.option(
    "--trust",
    "trust_path",
    metavar="FILE",
    envvar="CORRIDOR_TRUST",
    show_envvar=True,
    type=InputFile(),
    help="The trust file, which names chain and contract.",
)
@click.option("--chain-id", metavar="N", type=click.IntRange(1, 2**63), help="Instead of --trust.")
@click.option("--contract", metavar="ADDRESS", type=ADDRESS, help="Instead of --trust.")
@click.option(
    "--node",
    metavar="URL",
    envvar="CORRIDOR_NODE",
    show_envvar=True,
    help="A node to ask for what is not given; nothing is sent to it.",
)
@click.option("-o", "--output", metavar="OUT", type=OutputFile(), help="Where to; else to stdout.")
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
@with_key("The file of the party's key.")
def sign_act(**given: Any) -> int:  # noqa: ANN401 — the options above
    """Sign ACTION on TITLE with your own key, without sending anything.

    The service, `corridor relay` or anybody else may carry what is written here, and can change
    nothing in it. With --sequence, --trust (or --chain-id and --contract), and a key file that
    names its party, no network is used.

    \b
    Exit codes:
      0  signed
      2  wrong usage, or an act that is malformed
      4  anything else, such as a key that does not open, or no answer of the node
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    output = given["output"]
    if output is not None:
        check_free(output, force=given["force"])
    wish = _wish(given)
    domain = _domain(given, wish.type.contract)
    key, of_file = opened_key(given["key_path"], given["passphrase_file"])
    party: PartyId | None = given["party"] or of_file
    if party is None:
        raise click.UsageError("the key file names no party: name it with --party.")
    message = _message(wish, party, domain, given)
    act = Act.parse(wish.type.value, message)
    signed = SignedAct(act, domain, key.address, key.sign(act.digest(domain).raw))
    note(sentence_of(act))
    if output is None:
        emit(json_line(act_json(signed)))
    else:
        save(output, act_bytes(signed), force=given["force"], private=False)
        emit(plain(f"act {signed.id} is in {output}"))
    return 0


def _wish(given: Mapping[str, Any]) -> _Wish:
    path = given["wish_path"]
    if path is None:
        if given["title"] is None:
            raise click.UsageError("want ACTION and TITLE, or --wish WISH.")
        return _Wish(ActType.ACT, _act_on_title(given))
    names = ("action", "title", "holder", "beneficiary", "intent", "accept_by", "sequence")
    if any(given[name] is not None for name in names):
        raise click.UsageError("--wish says everything: no ACTION, TITLE or member of one beside.")
    members = read_json(path, ("type", "message"))
    if members["type"] not in tuple(ActType) or not isinstance(members["message"], dict):
        raise InvalidValueError(f"{path}: want a type of {', '.join(ActType)}, and a message")
    return _Wish(ActType(members["type"]), members["message"])


def _act_on_title(given: Mapping[str, Any]) -> dict[str, Json]:
    message: dict[str, Json] = {
        "action": int(_ACTIONS[given["action"]]),
        "title": str(given["title"]),
        "holder": str(given["holder"] or _ZERO),
        "beneficiary": str(given["beneficiary"] or _ZERO),
        "intent": _ZERO if given["intent"] is None else f"0x{given['intent']}",
        "acceptBy": given["accept_by"] or 0,
        "remark": _ZERO,
    }
    if given["sequence"] is not None:
        message["expectedSequence"] = given["sequence"]
    return message


def _domain(given: Mapping[str, Any], contract: ActContract) -> ActDomain:
    """The contract to sign for: named whole, or the newest one of the trust file."""
    chain_id: int | None = given["chain_id"]
    address: Address | None = given["contract"]
    if chain_id is not None and address is not None:
        return ActDomain(contract, chain_id, address)
    if given["trust_path"] is None or chain_id is not None or address is not None:
        raise click.UsageError("name the contract: --trust, or --chain-id and --contract.")
    domain = next(domains_of(read_trust(given["trust_path"]), contract), None)
    if domain is None:
        raise InvalidValueError(f"{given['trust_path']} names no contract for {contract}")
    return domain


def _message(
    wish: _Wish, party: PartyId, domain: ActDomain, given: Mapping[str, Any]
) -> dict[str, Json]:
    """Fill in what the wish leaves out."""
    message = dict(wish.message)
    if set(_FILLED) & set(message):
        raise InvalidValueError(f"the message is without {', '.join(_FILLED)}: they are options")
    message["party"] = str(party)
    nonce: int | None = given["nonce"]
    message["nonce"] = str(secrets.randbits(_NONCE_BITS) if nonce is None else nonce)
    deadline: int | None = given["deadline"]
    if given["node"] is not None:
        _ask_node(wish, domain, message, given)
    if wish.type is ActType.ACT and "expectedSequence" not in message:
        name = "--sequence" if given["wish_path"] is None else "expectedSequence in the message"
        raise click.UsageError(f"name {name}, the number of the title's latest act, or --node.")
    if "deadline" not in message:
        message["deadline"] = SystemClock().now() + _HOUR if deadline is None else deadline
    return message


def _ask_node(
    wish: _Wish, domain: ActDomain, message: dict[str, Json], given: Mapping[str, Any]
) -> None:
    """Fill in what the node knows: the number of the title's latest act, and the deadline."""
    from ledger.cli.node_answers import NodeAnswers  # noqa: PLC0415 — web3, only with a node

    wanted = wish.type is ActType.ACT and "expectedSequence" not in message
    title = Bytes32.parse(message.get("title")) if wanted else None
    with busy("Asking the node"):
        answers = NodeAnswers(given["node"], domain)
        node_time = answers.now()
        if title is not None:
            message["expectedSequence"] = answers.title_sequence(title)
    if given["deadline"] is None:
        message["deadline"] = agreed_time(node_time, SystemClock().now()) + _HOUR


def agreed_time(node_time: int, machine_time: int) -> int:
    """The later of two clocks. A node that is far ahead would have the act be good for long.

    Raises:
        InvalidValueError: it is.
    """
    apart = node_time - machine_time
    if abs(apart) <= _APART_SECONDS:
        return max(node_time, machine_time)
    told = (
        f"the node's newest block is of {format_time(node_time)}; this machine's clock says "
        f"{format_time(machine_time)}"
    )
    if apart > 0:
        raise InvalidValueError(f"{told}: set the clock, ask another node, or name --deadline")
    note(f"{told}: the deadline is by this machine's clock")
    return machine_time
