# SPDX-License-Identifier: Apache-2.0
"""An act on its way: hand it in, wait until it is in a block or refused, say which."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from ledger.cli.plain import json_line, plain
from ledger.cli.screen import busy, emit
from ledger.cli.title.asking import ActState, TitleService
from ledger.cli.title.options import title_service_of
from ledger.client import ServiceError, ServiceUnreachableError
from ledger.errors import ChainRejectedError, NotFinalError
from ledger.primitives import Json

__all__ = ["act_line", "carry_out", "check_not_refused", "place_line", "wait_until_mined"]

_PAUSE_SECONDS: Final = 0.5


def carry_out(done: str, send: Callable[[TitleService], ActState], given: Mapping[str, Any]) -> int:
    """Hand an act in, wait unless told not to, and say what became of it.

    Args:
        done: what is so once it is in a block, such as "transferred".
        send: hands it in.
        given: the options of `with_act`.

    Returns:
        The exit code 0.

    Raises:
        ChainRejectedError: the contract refused it; its sentence.
        NotFinalError: it is in no block yet; says how to ask again.
    """
    service = title_service_of(given)
    with busy("Handing the act in"):
        state = send(service)
    check_not_refused(state)
    if not given["no_wait"]:
        state = wait_until_mined(service, state, given["wait_seconds"])
    emit(json_line(dict(state.body)) if given["as_json"] else plain(act_line(done, state)))
    return 0


def wait_until_mined(service: TitleService, state: ActState, most_seconds: int) -> ActState:
    """Ask until an act is in a block.

    Raises:
        ChainRejectedError: the contract refused it; its sentence.
        NotFinalError: not within `most_seconds`.
    """
    deadline = time.monotonic() + most_seconds
    with busy("Waiting until it is in a block"):
        while not state.mined:
            check_not_refused(state)
            if time.monotonic() + _PAUSE_SECONDS > deadline:
                raise NotFinalError(
                    f"the act is {state.state} and in no block after {most_seconds} s; it is not"
                    f" lost, ask again: corridor title act {state.act}",
                    1,
                )
            time.sleep(_PAUSE_SECONDS)
            state = _asked(service, state)
    return state


def _asked(service: TitleService, state: ActState) -> ActState:
    """Ask once; a service that is busy or away for a moment is asked again."""
    try:
        return service.act(state.act)
    except ServiceUnreachableError:
        return state
    except ServiceError as error:
        if error.retry_after_seconds is None:
            raise
        return state


def check_not_refused(state: ActState) -> None:
    """Raise the contract's refusal of an act, if it refused it.

    Raises:
        ChainRejectedError: its sentence, and its code.
    """
    if state.error is not None:
        code, sentence = state.error
        raise ChainRejectedError(f"{sentence} ({code})")


def act_line(done: str, state: ActState) -> str:
    """Say in one line what became of an act."""
    if state.mined:
        return place_line(done, state.block, state.transaction)
    return f"{state.state}: in no block yet; ask again: corridor title act {state.act}"


def place_line(done: str, block: Json, transaction: Json) -> str:
    """Say in one line in which block something was done."""
    by = "carried by somebody else" if transaction is None else f"transaction {transaction}"
    return f"{done}: in block {block} ({by})"
