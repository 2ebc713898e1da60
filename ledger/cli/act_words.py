# SPDX-License-Identifier: Apache-2.0
"""An act in one sentence, for who is about to sign it or to carry it."""

from collections.abc import Callable, Mapping
from typing import Final

from ledger.acts import Act, ActType
from ledger.primitives import MAX_TIME, format_time
from ledger.titles import TitleAction

__all__ = ["sentence_of"]

_SHORT: Final = 10
_ZERO: Final = bytes(32)
_STATUSES: Final = ("in force", "revoked", "suspended", "superseded")
_A: Final = TitleAction
_ACTIONS: Final[Mapping[TitleAction, str]] = {
    _A.NOMINATE: "names {beneficiary} as the next beneficiary of title {title}",
    _A.TRANSFER_HOLDER: "gives title {title} to the holder {holder}",
    _A.TRANSFER_BENEFICIARY: "makes {beneficiary} the beneficiary of title {title}",
    _A.TRANSFER_BOTH: (
        "gives title {title} to the holder {holder} and the beneficiary {beneficiary}"
    ),
    _A.ACCEPT: "accepts title {title}",
    _A.REJECT_HOLDER: "rejects the holder's role of title {title}",
    _A.REJECT_BENEFICIARY: "rejects the beneficiary's role of title {title}",
    _A.REJECT_BOTH: "rejects both roles of title {title}",
    _A.TAKE_BACK: "takes title {title} back",
    _A.SURRENDER_FOR_DELIVERY: "surrenders title {title} for the goods",
    _A.SURRENDER_FOR_AMENDMENT: "surrenders title {title} to have its bill replaced by {intent}",
    _A.SURRENDER_FOR_PAPER: "surrenders title {title} for a paper bill",
    _A.SURRENDER_FOR_REISSUE: "surrenders title {title} for other titles, as plan {intent} says",
    _A.ACCEPT_SURRENDER: "accepts the surrender of title {title}",
    _A.REFUSE_SURRENDER: "refuses the surrender of title {title}",
    _A.PAUSE: "pauses title {title}",
    _A.UNPAUSE: "ends the pause of title {title}",
}


def sentence_of(act: Act) -> str:
    """Say who wants what, and until when the act may be carried."""
    deadline = "for ever" if act.deadline > MAX_TIME else f"until {format_time(act.deadline)}"
    return f"Party {_short(act.party.raw)} {_WISHES[act.type](act)}; good {deadline}."


def _of_title(act: Act) -> str:
    number = act.number("action")
    if number not in set(_ACTIONS):
        return f"wants action {number}, which is none, of title {act.title}"
    action = TitleAction(number)
    if action is _A.NOMINATE and act.word("beneficiary") == _ZERO:
        wish = f"withdraws its nomination for title {act.title}"
    else:
        wish = _ACTIONS[action].format(
            title=act.title,
            holder=_short(act.word("holder")),
            beneficiary=_short(act.word("beneficiary")),
            intent=act.word("intent").hex(),
        )
    accept_by = act.number("acceptBy")
    offered = f", to be accepted by {_time(accept_by)}" if accept_by else ""
    return f"{wish}{offered}, after its act number {act.number('expectedSequence')}"


def _issue(act: Act) -> str:
    return (
        f"issues title {act.title} for the bill {act.word('commitment').hex()} to the holder"
        f" {_short(act.word('holder'))} and the beneficiary {_short(act.word('beneficiary'))}"
    )


def _reissue(act: Act) -> str:
    titles, parts = act.message["titles"], act.message["parts"]
    closed = ", ".join(f"0x{_bytes(title).hex()}" for title in _tuple(titles))
    return f"closes title {closed} and opens {len(_tuple(parts))} for it"


def _status(act: Act) -> str:
    by = act.word("supersededBy")
    successor = "" if by == _ZERO else f" by {by.hex()}"
    return f"declares {act.word('subject').hex()} {_standing(act.number('status'))}{successor}"


def _statuses(act: Act) -> str:
    items = [_tuple(item) for item in _tuple(act.message["items"])]
    told = sorted({_standing(item[1]) for item in items})
    return f"declares {len(items)} documents {' or '.join(told)}"


_WISHES: Final[Mapping[ActType, Callable[[Act], str]]] = {
    ActType.TAG_KEY: lambda act: f"registers the hash {act.word('keyHash').hex()} of its tag key",
    ActType.ISSUE: _issue,
    ActType.ACT: _of_title,
    ActType.REISSUE: _reissue,
    ActType.STATUS_CHANGE: _status,
    ActType.STATUS_CHANGES: _statuses,
}


def _short(party: bytes) -> str:
    return "nobody" if party == _ZERO else f"0x{party.hex()}"[:_SHORT] + "…"


def _time(seconds: int) -> str:
    return format_time(seconds) if seconds <= MAX_TIME else str(seconds)


def _standing(status: object) -> str:
    known = isinstance(status, int) and 0 <= status < len(_STATUSES)
    return _STATUSES[status] if known and isinstance(status, int) else f"status {status}"


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def _tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()
