# SPDX-License-Identifier: Apache-2.0
"""Anyone may copy the log: C2SP tlog-tiles."""

import pytest

from ledger.log import Checkpoint, open_note
from ledger.merkle import leaf_digest, merkle_root


@pytest.fixture
def grown(service, submit):
    for number in range(3):
        submit(f"R-{number}")
    service.advance()


def test_log_when_empty_has_no_checkpoint(client):
    answer = client.get("/log/checkpoint")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


@pytest.mark.usefixtures("grown")
def test_copy_of_the_log_gives_the_signed_root(client, service):
    note = client.get("/log/checkpoint")
    assert note.headers["cache-control"] == "no-cache"
    assert note.headers["content-type"] == "text/plain; charset=utf-8"
    text, _ = open_note(note.text, [service.world.signer.verifier])
    head = Checkpoint.parse(text).head
    tile = client.get("/log/tile/0/000.p/3")
    assert tile.headers["content-type"] == "application/octet-stream"
    assert "immutable" in tile.headers["cache-control"]
    bundle = client.get("/log/tile/entries/000.p/3").content
    assert len(bundle) == 3 * 42
    entries = [bundle[at + 2 : at + 42] for at in range(0, len(bundle), 42)]
    assert all(bundle[at : at + 2] == b"\x00\x28" for at in range(0, len(bundle), 42))
    leaves = [leaf_digest(entry) for entry in entries]
    assert tile.content == b"".join(leaf.raw for leaf in leaves)
    assert merkle_root(leaves) == head.root


@pytest.mark.usefixtures("grown")
def test_partial_tile_is_a_prefix_of_the_wider_one(client):
    wide = client.get("/log/tile/0/000.p/3").content
    assert client.get("/log/tile/0/000.p/2").content == wide[:64]
    assert (
        client.get("/log/tile/entries/000.p/1").content
        == (client.get("/log/tile/entries/000.p/3").content[:42])
    )


@pytest.mark.usefixtures("grown")
@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000", "tile/0/000.p/4", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/0.p/1",
        "tile/0/x000/000.p/1", "tile/0/001.p/1", "tile/1/000.p/1", "tile/00/000.p/1",
        "tile/64/000.p/1", "tile/-1/000.p/1", "tile/0/000.p/1/", "tile/entries/000",
        "tile/entries/001.p/1", "tile/entries/000.p/03", "tile/0/x999/x999/x999/x999/x999/x999",
        "tile/0/%F0%9F%98%80", "nothing",
    ],
)  # fmt: skip
def test_tile_that_is_not_there_is_not_found_and_not_kept(client, path):
    answer = client.get(f"/log/{path}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("grown")
def test_checkpoint_that_did_not_change_is_not_sent_again(client, service, submit):
    tag = client.get("/log/checkpoint").headers["etag"]
    known = {"If-None-Match": f'"x", W/{tag}'}
    answer = client.get("/log/checkpoint", headers=known)
    assert (answer.status_code, answer.content) == (304, b"")
    submit("R-9")
    service.advance()
    assert client.get("/log/checkpoint", headers=known).status_code == 200
