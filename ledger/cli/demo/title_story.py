# SPDX-License-Identifier: Apache-2.0
"""The title of the demo's bill: carrier, bank, consignee, and back to the carrier at Ambarli.

The bill is made out to the order of the bank, which endorses it to the consignee once it is paid.
Every act is signed by its party's key and carried by the service: no party has ether.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ledger.cli.demo.acting import Act, Result, judged
from ledger.cli.demo.stage import Handed, Stage
from ledger.cli.title.asking import ActState, TitleService
from ledger.cli.title.waiting import wait_until_mined
from ledger.errors import ConfigurationError
from ledger.primitives import Bytes32, Digest, Json
from ledger.titles import TitleAction

__all__ = ["REMARKS", "TitleStory"]

REMARKS: Final[Mapping[str, str]] = {
    "issued": "Shipped on board at Nagoya",
    "endorsed": "Documents against payment: paid",
    "surrendered": "Ambarli, gate 1",
}
_WAIT_SECONDS: Final = 60


@dataclass(slots=True)
class TitleStory:
    """What happens to one title, in order: `issued`, `endorsed`, `surrendered`."""

    stage: Stage
    name: str = ""
    under_way: dict[str, ActState] = field(default_factory=dict)

    def reserve(self) -> str:
        """The carrier reserves the title of the bill's reference, so that the bill can name it."""
        reference = self.stage.samples.bill["transportDocumentReference"]
        self.name = str(self._service("carrier").reserve(reference)["title"])
        return self.name

    def issue(self, bill: Digest) -> None:
        """The carrier issues it to the bank, to whose order the bill is."""
        bank = str(self.stage.ledger.parties["bank"])
        wish: dict[str, Json] = {"commitment": str(bill), "holder": bank, "beneficiary": bank}
        wish["remark"] = REMARKS["issued"]
        self.under_way["carrier"] = self._service("carrier").issue(wish)

    def endorse(self) -> None:
        """The bank was paid and passes it on: who waits for it, waits later."""
        consignee = str(self.stage.ledger.parties["consignee"])
        self.mined("carrier")
        self._act(
            "bank",
            TitleAction.TRANSFER_BOTH,
            holder=consignee,
            beneficiary=consignee,
            remark=REMARKS["endorsed"],
        )

    def mined(self, label: str) -> None:
        """Wait until the latest act of a party is in a block."""
        wait_until_mined(self._service(label), self.under_way[label], _WAIT_SECONDS)

    def final(self, label: str) -> None:
        """Wait until the latest act of a party is there for good."""
        self.stage.until(
            lambda: self._service(label).act(self.under_way[label].act).state == "final"
        )

    def rows(self, bill: dict[str, Handed]) -> Iterator[Act]:
        """The rest of the story; `bill` holds the bill under `bl`."""
        yield Act("title of another carrier", self._borrowed, self._not_controlled)
        yield Act("endorsed to the consignee", lambda: None, lambda _: self._endorsed(bill["bl"]))
        yield Act("surrendered at Ambarli", lambda: None, lambda _: self._surrendered(bill["bl"]))

    def _borrowed(self) -> Handed:
        """A second carrier issues a bill of its own that names the first one's title."""
        data = self.stage.samples.bill | {"transportDocumentReference": "XTWO260200001"}
        return self.stage.notarise("second-carrier", "bill-of-lading", data, title=self.name)

    def _not_controlled(self, handed: Handed) -> Result:
        return judged(self.stage, "NOT_CONTROLLED", self.stage.package(handed))

    def _endorsed(self, bill: Handed) -> Result:
        self.mined("bank")
        return judged(self.stage, "AUTHENTIC", self.stage.package(bill))

    def _surrendered(self, bill: Handed) -> Result:
        self._act("consignee", TitleAction.SURRENDER_FOR_DELIVERY, remark=REMARKS["surrendered"])
        self.mined("consignee")
        self._act("carrier", TitleAction.ACCEPT_SURRENDER)
        self.mined("carrier")
        return judged(self.stage, "SURRENDERED", self.stage.package(bill))

    def _act(self, label: str, action: TitleAction, **members: str) -> None:
        body: dict[str, Json] = {"action": action.label, **members}
        self.under_way[label] = self._service(label).act_on(self._title(), body)

    def _title(self) -> Bytes32:
        if not self.name:
            raise ConfigurationError("the demo's title was not reserved")
        return Bytes32.parse(self.name.rpartition(":")[2])

    def _service(self, label: str) -> TitleService:
        client = self.stage.clients[label]
        return TitleService(client.url, client.token)
