# SPDX-License-Identifier: Apache-2.0
"""Titles in the service's HTTP API, and what it says of an act on its way to the chain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from ledger.client import Service, ServiceUnreachableError
from ledger.errors import InvalidValueError
from ledger.primitives import Bytes32, Digest, Json

__all__ = ["ActState", "TitleService"]

_MINED = ("mined", "final")


@dataclass(frozen=True, slots=True)
class ActState:
    """How far an act is. `error`: code and sentence of the contract's refusal."""

    act: Digest
    state: str
    block: int | None
    transaction: str | None
    error: tuple[str, str] | None
    body: Mapping[str, Json]

    @classmethod
    def of(cls, body: Mapping[str, Json]) -> Self:
        """Read the service's answer.

        Raises:
            ServiceUnreachableError: it is not an act.
        """
        state, block, transaction = (body.get(name) for name in ("state", "block", "transaction"))
        try:
            act = Digest.parse(body.get("id"))
        except InvalidValueError as error:
            raise ServiceUnreachableError("the service answers with no act") from error
        return cls(
            act,
            str(state),
            block if isinstance(block, int) else None,
            transaction if isinstance(transaction, str) else None,
            _refusal(body.get("error")) if state == "rejected" else None,
            body,
        )

    @property
    def mined(self) -> bool:
        """True once it is in a block."""
        return self.state in _MINED


def _refusal(error: Json) -> tuple[str, str]:
    told = error if isinstance(error, dict) else {}
    sentence = told.get("sentence") or "The contract refused the act without a reason."
    return str(told.get("code") or "unknown"), str(sentence)


class TitleService(Service):
    """The service as `corridor title` speaks with it. Bodies are those of docs/api.md."""

    __slots__ = ()

    def reserve(self, reference: str) -> Mapping[str, Json]:
        """The title of a reference: the same each time."""
        return self._json("POST", "/v1/titles/reserve", json={"reference": reference}).body

    def title(self, title: Bytes32) -> Mapping[str, Json]:
        """The record of a title and its history."""
        return self._json("GET", f"/v1/titles/{title}").body

    def issue(self, body: Mapping[str, Json]) -> ActState:
        """Issue a title."""
        return ActState.of(self._acted("/v1/titles", body).body)

    def act_on(self, title: Bytes32, body: Mapping[str, Json]) -> ActState:
        """Do something with a title."""
        return ActState.of(self._acted(f"/v1/titles/{title}/acts", body).body)

    def reissue(
        self,
        titles: Sequence[Bytes32],
        parts: Sequence[Mapping[str, Json]],
        remark: Mapping[str, Json],
    ) -> ActState:
        """Close titles and open others for them."""
        body: dict[str, Json] = {
            "titles": [str(title) for title in titles],
            "parts": [dict(part) for part in parts],
            **remark,
        }
        return ActState.of(self._acted("/v1/titles/reissue", body).body)

    def act(self, act: Digest) -> ActState:
        """Ask how far an act is."""
        return ActState.of(self._json("GET", f"/v1/acts/{act}").body)
