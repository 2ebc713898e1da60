# SPDX-License-Identifier: Apache-2.0
"""Bodies: what is read, how much of it, how slowly, and what is refused."""

import asyncio
import hashlib

import pytest
from embedded_service import submission
from httpx import ASGITransport, AsyncClient

from api import bodies, context
from api.app import create_app
from ledger.ports.facade import Limits

PLACE = "/v1/documents"
BOUNDARY = b"frontier"
FORM = {"Content-Type": "multipart/form-data; boundary=frontier"}


def part(name, data=b"", *more):
    head = b"Content-Disposition: form-data; " + name
    lines = [b"--" + BOUNDARY, head, *more, b"", data]
    return b"\r\n".join(lines) + b"\r\n"


END = b"--" + BOUNDARY + b"--\r\n"
DOCUMENT = part(b'name="document"', submission())


@pytest.fixture
def limits():
    return Limits(body_bytes=1000, file_bytes=2000, files=2, package_bytes=4000)


@pytest.fixture
def send(client, bearer):
    def post(body, headers=None, path=PLACE):
        return client.post(path, content=body, headers=bearer(**(headers or FORM)))

    return post


def test_form_with_parts_in_any_order_is_read(send):
    file = part(b'name="files"; filename="a.txt"', b"x")
    assert send(file + DOCUMENT + END).status_code == 202


def test_form_in_one_byte_chunks_is_read_alike(client, bearer, service):
    file = part(b'name="files"; filename="a.txt"', b"\r\n--fron\r\n--frontie" * 9)
    raw = DOCUMENT + file + END + b"epilogue"
    answer = client.post(PLACE, content=(bytes([byte]) for byte in raw), headers=bearer(**FORM))
    assert answer.status_code == 202, answer.text
    service.advance()
    place = answer.json()["links"]["package"]
    listed = client.get(place, headers=bearer()).json()["envelope"]["files"]
    data = b"\r\n--fron\r\n--frontie" * 9
    assert listed[0]["sha256"] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "closing boundary"),
        (DOCUMENT, "closing boundary"),
        (DOCUMENT + b"--frontier\r\nContent-", "closing boundary"),
        (END, "document is missing"),
        (part(b'name="files"; filename="a"') + END, "document is missing"),
        (DOCUMENT + DOCUMENT + END, "came twice"),
        (DOCUMENT + part(b'name="extra"') + END, "unknown part"),
        (DOCUMENT + part(b'filename="a"') + END, "no name"),
        (DOCUMENT + part(b'name="files"') + END, "no filename"),
        (DOCUMENT + part(b'name="files"; filename=""') + END, "no filename"),
        (DOCUMENT + part(b'name="files"; filename="\xff"') + END, "not UTF-8"),
        (
            DOCUMENT
            + part(b'name="files"; filename="a"', b"eA==", b"Content-Transfer-Encoding: base64")
            + END,
            "not encoded",
        ),
        (
            DOCUMENT + part(b'name="files"; filename="a"', b"", b"Content-Type: nonsense") + END,
            "type/subtype",
        ),
        (
            DOCUMENT + part(b'name="files"; filename="a"', b"", b"Content-Disposition: x") + END,
            "twice in one part",
        ),
        (b"--frontier\r\nBad header\r\n\r\n" + END, "RFC 7578"),
    ],
)
def test_form_when_malformed_is_refused_with_a_reason(send, body, word):
    answer = send(body)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")
    assert word in answer.json()["detail"]


@pytest.mark.parametrize("name", ["../a", "a/b", "x\\y", "a\x00b"])
def test_file_with_the_name_of_a_path_is_refused(send, name):
    file = part(b'name="files"; filename="' + name.encode().replace(b"\\", b"\\\\") + b'"')
    assert send(DOCUMENT + file + END).status_code in (400, 422)


@pytest.mark.parametrize(
    "body",
    [
        part(b'name="document"', b"x" * 1001) + END,
        DOCUMENT + part(b'name="files"; filename="a"', b"x" * 2001) + END,
        DOCUMENT
        + b"".join(part(b'name="files"; filename="%d"' % number) for number in range(3))
        + END,
    ],
)
def test_form_beyond_a_limit_is_refused(send, body):
    answer = send(body)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/limit-exceeded")


def test_form_up_to_its_limits_is_read(send):
    files = b"".join(
        part(b'name="files"; filename="%d"' % number, b"x" * 2000) for number in range(2)
    )
    assert send(DOCUMENT + files + END).status_code == 202


def test_padding_of_a_form_counts_too(send):
    endless = (b"x" * 65536 for _ in range(40))
    answer = send(endless)
    assert (answer.status_code, answer.json()["type"]) in {
        (413, "/problems/limit-exceeded"),
        (400, "/problems/malformed-request"),
    }


@pytest.mark.parametrize("chunked", [True, False])
@pytest.mark.parametrize(
    ("path", "media_type", "limit"),
    [
        (PLACE, "application/json", 1000),
        (PLACE, "application/vnd.corridor.package+json", 4000),
        ("/v1/statements", "application/json", 1000),
        ("/v1/verify", "application/json", 4000),
        ("/v1/verify", "application/pdf", 2000),
        (PLACE + "/" + "a" * 64 + "/revoke", "application/json", 4096),
    ],
)
def test_body_beyond_its_limit_is_refused_announced_or_not(send, path, media_type, limit, chunked):
    raw = b" " * (limit + 1)
    answer = send(
        iter([raw[:100], raw[100:]]) if chunked else raw, {"Content-Type": media_type}, path
    )
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/limit-exceeded")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/xml"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {"Content-Type": ""},
    ],
)
@pytest.mark.parametrize("path", [PLACE, "/v1/statements", "/v1/verify"])
def test_body_of_another_type_is_refused(send, headers, path):
    answer = send(b"{}", headers, path)
    assert answer.status_code in (400, 415)
    if answer.status_code == 415:
        assert answer.json()["type"] == "/problems/unsupported-media-type"


def test_form_without_boundary_is_refused(send):
    answer = send(b"", {"Content-Type": "multipart/form-data"})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")


@pytest.fixture
def trickle(service, bearer):
    """Send a body that never ends, a byte at a time."""
    service.limits = Limits(request_seconds=0.2)

    async def body():
        for _ in range(1000):
            yield b" "
            await asyncio.sleep(0.02)

    async def post():
        transport = ASGITransport(create_app(service))
        headers = bearer(**{"Content-Type": "application/json"})
        async with AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.post(PLACE, content=body(), headers=headers)

    return post


def test_body_that_trickles_is_given_up(trickle):
    answer = asyncio.run(trickle())
    assert (answer.status_code, answer.json()["type"]) == (408, "/problems/request-timeout")
    assert answer.headers["connection"] == "close"


def test_large_body_has_more_time_than_a_small_one():
    """30 s and a second per 32 KiB: 64 MiB may take 35 minutes, as on a slow line it does."""
    assert 64 * 2**20 / bodies.SLOWEST_BYTES_PER_SECOND == 2048


def test_file_is_never_held_whole(client, bearer, monkeypatch):
    """The only memory that counts is the field's: a file leaves none behind."""
    most = []
    grow = context.Lease.grow
    monkeypatch.setattr(
        context.Lease, "grow", lambda lease, count: (grow(lease, count), most.append(lease.held))[0]
    )
    file = part(b'name="files"; filename="a"', b"x" * 2000)
    client.post(PLACE, content=DOCUMENT + file + END, headers=bearer(**FORM))
    assert max(most) == len(submission())
