# SPDX-License-Identifier: Apache-2.0
"""A title's whole road over the real service and a real chain; no party has any ether."""

import time

import pytest
from chain_site import Site
from embedded_service import submission
from fastapi.testclient import TestClient

from api.app import create_app
from ledger.acts import Act, ActType, SignedAct
from ledger.chain.writing import act_domains
from ledger.localnode import LocalNodeOptions, local_node
from ledger.primitives import Bytes32, Digest, format_time
from ledger.titles import WHOLE, Part, plan_of

pytestmark = [
    pytest.mark.node,
    pytest.mark.slow,
    pytest.mark.xdist_group("api-titles-on-a-chain"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ZERO = bytes(32)
STRANGE = "0x" + "99" * 32


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with local_node(LocalNodeOptions(block_seconds=None)) as anvil:
        opened = Site(anvil, tmp_path_factory.mktemp("site"))
        opened.relaying.start()
        yield opened
        opened.close()


class Caller:
    """One party at the API."""

    def __init__(self, site, client, name):
        self.site, self.client, self.name = site, client, name
        self.id, self.headers = str(site.parties[name]), site.headers(name)

    def post(self, path, **body):
        return self.client.post(path, json=body, headers=self.headers)

    def get(self, path):
        return self.client.get(path, headers=self.headers)

    def reserve(self, reference):
        answer = self.post("/v1/titles/reserve", reference=reference)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def notarise(self, reference, **members):
        raw = submission(reference, **members)
        headers = self.headers | {"Content-Type": "application/json"}
        answer = self.client.post("/v1/documents", content=raw, headers=headers)
        assert answer.status_code == 202, answer.text
        return answer.json()["commitment"]

    def bill(self, reference):
        """A notarised document that names the title of its reference, and that title."""
        title = self.reserve(reference)["title"]
        return self.notarise(reference, title=title), title.rpartition(":")[2]

    def issued(self, reference, holder, beneficiary=None, **more):
        commitment, title = self.bill(reference)
        parties = {"holder": holder.id, "beneficiary": (beneficiary or holder).id}
        self.done(self.post("/v1/titles", commitment=commitment, **parties, **more))
        return commitment, title

    def act(self, title, action, **members):
        return self.post(f"/v1/titles/{title}/acts", action=action, **members)

    def settled(self, answer):
        """The act once the contract has spoken."""
        assert answer.status_code == 202, answer.text
        assert answer.headers["location"] == f"/v1/acts/{answer.json()['id']}"
        for _ in range(200):
            act = self.get(answer.headers["location"]).json()
            if act["state"] in ("mined", "final", "rejected"):
                return act
            time.sleep(0.05)
        pytest.fail(f"still {act}")

    def done(self, answer):
        act = self.settled(answer)
        assert act["error"] is None, act
        assert act["block"] > 0
        return act

    def refused(self, answer):
        act = self.settled(answer)
        assert act["state"] == "rejected", act
        return act["error"]

    def title(self, title):
        answer = self.get(f"/v1/titles/{title}")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def desk(site):
    with TestClient(create_app(site.service)) as client:
        yield lambda name: Caller(site, client, name)


@pytest.fixture(scope="module")
def carrier(desk):
    return desk("carrier")


@pytest.fixture(scope="module")
def bank(desk):
    return desk("bank")


@pytest.fixture(scope="module")
def consignee(desk):
    return desk("consignee")


def test_title_goes_from_carrier_to_bank_to_consignee_and_back(carrier, bank, consignee, desk):
    commitment, title = carrier.issued("XMPL-ROAD-1", bank, remark="Shipped on board")
    shown = bank.title(title)
    assert (shown["state"], shown["holder"]["name"]) == ("Held", "Example bank")
    assert (shown["commitment"], shown["sequence"], shown["share"]) == (commitment, 1, WHOLE)
    later = format_time(int(time.time()) + 3600)
    both = {"holder": consignee.id, "beneficiary": consignee.id}
    bank.done(bank.act(title, "TransferBoth", **both, acceptBy=later, remark="Paid — оплачено"))
    assert bank.title(title)["acceptBy"] == later
    consignee.done(consignee.act(title, "Accept"))
    consignee.done(consignee.act(title, "SurrenderForDelivery"))
    act = carrier.done(carrier.act(title, "AcceptSurrender"))
    assert (act["contract"], act["type"], act["title"]) == ("titles", "Act", title)
    closed = consignee.title(title)
    assert (closed["state"], closed["holder"], closed["carrier"]["id"]) == (
        "Delivered",
        None,
        carrier.id,
    )
    acts = [(item["sequence"], item["action"], item["party"]["id"]) for item in closed["history"]]
    assert acts == [
        (1, "Issue", carrier.id),
        (2, "TransferBoth", bank.id),
        (3, "Accept", consignee.id),
        (4, "SurrenderForDelivery", consignee.id),
        (5, "AcceptSurrender", carrier.id),
    ]
    remarks = [item["remark"] for item in closed["history"]]
    assert remarks == ["Shipped on board", "Paid — оплачено", None, None, None]
    assert closed["history"][-1]["transaction"] == act["transaction"]
    places = [(item["block"], item["logIndex"]) for item in closed["history"]]
    assert places == sorted(places)
    strange = desk("stranger").title(title)
    assert [item["remark"] for item in strange["history"]] == [None] * 5


def test_no_party_has_ether_and_the_relayer_paid(site, carrier, bank):
    carrier.issued("XMPL-ETHER-1", bank)
    for name in ("carrier", "bank", "consignee", "stranger"):
        address = str(site.keys[name].address)
        assert site.anvil.call("eth_getBalance", address, "latest") == "0x0"
    spent = site.anvil.call("eth_getTransactionCount", str(site.keys["relayer"].address), "latest")
    assert int(spent, 16) > 0


def test_reserving_is_the_same_each_time_and_registers_the_tag_key_once(carrier, bank):
    first = carrier.reserve("XMPL-SAME-1")
    assert first == carrier.reserve("XMPL-SAME-1")
    assert first["state"] == "None"
    assert bank.reserve("XMPL-SAME-1")["title"] != first["title"]
    carrier.issued("XMPL-SAME-1", bank)
    assert carrier.reserve("XMPL-SAME-1")["state"] == "Held"


def test_repeated_requests_are_one_act(carrier, bank):
    commitment, _ = carrier.bill("XMPL-TWICE-1")
    body = {"commitment": commitment, "holder": bank.id, "beneficiary": bank.id, "remark": "once"}
    first = carrier.post("/v1/titles", **body)
    assert carrier.post("/v1/titles", **body).json()["id"] == first.json()["id"]
    assert carrier.done(first)["id"] == carrier.settled(carrier.post("/v1/titles", **body))["id"]


def test_document_without_the_right_title_is_not_issued(carrier, bank):
    _, title = carrier.bill("XMPL-RIGHT-1")
    parties = {"holder": bank.id, "beneficiary": bank.id}
    bare = carrier.notarise("XMPL-BARE-1")
    named = f"{carrier.reserve('XMPL-RIGHT-1')['title'].rpartition(':')[0]}:{title}"
    other = carrier.notarise("XMPL-OTHER-1", title=named)
    for commitment, said in ((bare, "names no title"), (other, "the title of its reference is")):
        answer = carrier.post("/v1/titles", commitment=commitment, **parties)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/wrong-state")
        assert said in answer.json()["detail"]
    answer = bank.post("/v1/titles", commitment=bare, **parties)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


@pytest.mark.parametrize(
    ("who", "action", "members", "code", "said"),
    [
        ("stranger", "TransferHolder", "bank", "WrongParty", "would have to act"),
        ("bank", "TransferHolder", "bank", "SameParty", "has that role"),
        ("bank", "TransferHolder", None, "UnknownParty", "A party has to be named"),
        ("bank", "Accept", None, "WrongState", "Accept is not possible: title 0x"),
        ("carrier", "Unpause", None, "NotPaused", "is not paused"),
        ("bank", "Accept", "bank", "BadMember", "holder"),
    ],
)
def test_refusal_is_one_sentence(desk, title, who, action, members, code, said):
    caller = desk(who)
    named = {} if members is None else {"holder": desk(members).id}
    error = caller.refused(caller.act(title, action, **named))
    assert error["code"] == f"TitleRegistry_{code}"
    assert said in error["sentence"]
    assert error["sentence"].endswith(".")


@pytest.fixture(scope="module")
def title(carrier, bank):
    return carrier.issued("XMPL-REFUSED-1", bank)[1]


def test_title_that_changed_since_is_stale(carrier, bank):
    _, title = carrier.issued("XMPL-STALE-1", bank)
    error = carrier.refused(carrier.act(title, "Pause", expectedSequence=7))
    assert error == {
        "code": "TitleRegistry_Stale",
        "sentence": f"Title {title[:10]}…{title[-4:]} changed since you looked: its latest act is "
        "number 1, and 7 was expected.",
    }


def test_unknown_title_and_unknown_act_are_not_found(carrier):
    for answer in (
        carrier.get(f"/v1/titles/{STRANGE}"),
        carrier.act(STRANGE, "Accept"),
        carrier.get("/v1/acts/" + "9" * 64),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


def test_title_is_split_as_the_holder_agreed(carrier, bank):
    _, title = carrier.issued("XMPL-WHOLE-1", bank)
    names = ("XMPL-LOT-A", "XMPL-LOT-B")
    bills = {name: carrier.bill(name) for name in names}
    shares = (WHOLE // 4, WHOLE - WHOLE // 4)
    parts = [
        {"reference": name, "commitment": bills[name][0], "share": share}
        for name, share in zip(names, shares, strict=True)
    ]
    tags = [carrier.reserve(name)["tag"] for name in names]
    plan = plan_of(
        [Bytes32.parse(title)],
        [
            Part(Digest.parse(tag), Digest.parse(bills[name][0]), share)
            for name, tag, share in zip(names, tags, shares, strict=True)
        ],
    )
    bank.done(bank.act(title, "SurrenderForReissue", intent=str(plan)))
    assert bank.title(title)["intent"] == str(plan)
    wrong = [parts[0] | {"share": shares[1]}, parts[1] | {"share": shares[0]}]
    refusal = carrier.refused(carrier.post("/v1/titles/reissue", titles=[title], parts=wrong))
    assert refusal["code"] == "TitleRegistry_NotAgreed"
    done = carrier.post("/v1/titles/reissue", titles=[title], parts=parts, remark="as agreed")
    assert carrier.done(done)["type"] == "Reissue"
    assert bank.title(title)["state"] == "Reissued"
    assert bank.title(title)["history"][-1]["remark"] == "as agreed"
    for name, share in zip(names, shares, strict=True):
        lot = bank.title(bills[name][1])
        assert (lot["share"], lot["origins"], lot["holder"]["id"]) == (share, [title], bank.id)
        assert lot["history"][0]["remark"] == "as agreed"


class TestOwnKey:
    """A party that keeps its key hands in what it signed."""

    @pytest.fixture
    def own(self, desk):
        return desk("own-key")

    @pytest.fixture
    def sign(self, site, own):
        def act(kind, party=own.name, **members):
            ticket = {"nonce": time.time_ns(), "deadline": int(time.time()) + 3600}
            wish = Act(ActType(kind), {"party": site.parties[party].raw} | ticket | members)
            domain = act_domains(site.trust.chain_id, site.ledger)[wish.type.contract]
            key = site.keys["own-key"]
            signed = SignedAct(wish, domain, key.address, key.sign(wish.digest(domain).raw))
            return {
                "contract": wish.type.contract.value,
                "type": kind,
                "message": wish.json(),
                "key": str(key.address),
                "signature": str(signed.signature),
            }

        return act

    def test_is_told_to_sign_itself(self, own):
        answer = own.post("/v1/titles/reserve", reference="XMPL-OWN-0")
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
        assert "/v1/acts" in answer.json()["detail"]

    def test_passes_a_title_on(self, own, sign, carrier, bank):
        _, title = carrier.issued("XMPL-OWN-1", own)
        members = {
            "action": 4,
            "title": Bytes32.parse(title).raw,
            "expectedSequence": 1,
            "acceptBy": 0,
        }
        members |= {"holder": Bytes32.parse(bank.id).raw, "beneficiary": Bytes32.parse(bank.id).raw}
        body = sign("Act", **members, intent=ZERO, remark=ZERO)
        first = own.post("/v1/acts", **body)
        again = own.post("/v1/acts", **body)
        assert first.json()["id"] == again.json()["id"]
        own.done(first)
        assert bank.title(title)["holder"]["id"] == bank.id

    def test_says_that_a_document_is_suspended(self, own, sign):
        item = {"subject": b"\x07" * 32, "status": 2, "reason": 1, "supersededBy": ZERO}
        own.done(own.post("/v1/acts", **sign("StatusChange", **item, expectedSequence=0)))
        other = item | {"reason": 2}
        late = sign("StatusChange", **other, expectedSequence=9)
        stale = own.refused(own.post("/v1/acts", **late))
        assert stale["code"] == "DocumentStatus_Stale"

    def test_cannot_act_for_another_party(self, own, sign):
        item = {"subject": b"\x08" * 32, "status": 2, "reason": 1, "supersededBy": ZERO}
        body = sign("StatusChange", **item, expectedSequence=0, party="bank")
        answer = own.post("/v1/acts", **body)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-authorised")
        assert "does not belong to party" in answer.json()["detail"]

    def test_cannot_change_what_was_signed(self, own, sign):
        body = sign("TagKey", keyHash=b"\x09" * 32)
        body["message"]["keyHash"] = "0x" + "08" * 32
        answer = own.post("/v1/acts", **body)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-value")
        assert "another act, chain or contract" in answer.json()["detail"]

    def test_needs_the_scope_of_the_contract(self, own, sign, site):
        body = sign("TagKey", keyHash=b"\x09" * 32)
        headers = site.headers("own-key", "status", "read")
        answer = own.client.post("/v1/acts", json=body, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
