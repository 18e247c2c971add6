# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""What needs no server."""
import inspect
import typing
from datetime import datetime, timedelta, timezone

import pytest
import reference_server
import uploadproto
from uploadproto import contract, events

GOOD: contract.BulkUploadProgress = {
    "job_id": "j", "stage": "file_reading", "progress": 15, "message": "m", "status": "processing",
    "timestamp": "2025-01-01T00:00:00Z"}


def test_a_good_message_has_no_violations():
    assert uploadproto.validate("bulk_upload", "bulk_upload_progress", GOOD) == []
    assert uploadproto.validate("bulk_upload", "subscribe_bulk_upload_job", b'{"job_id":"j"}') == []


def test_all_violations_are_told_with_their_pointers():
    bad = {**GOOD, "progress": 120, "stage": "nosuch"}
    found = uploadproto.validate("bulk_upload", "bulk_upload_progress", bad)
    assert {v.pointer: v.code for v in found} == {"/progress": "out_of_range", "/stage": "not_allowed"}
    assert uploadproto.Violation("/progress", "out_of_range", "a number of 0 to 100", "120",
                                 "/progress: expected a number of 0 to 100, got 120") in found


@pytest.mark.parametrize("text", [b"", b"{", b'{"a":1}\0', b"\xff"])
def test_what_is_no_json_is_a_violation(text):
    assert [v.code for v in uploadproto.validate("upload_progress", None, text)] == ["not_json"]


def test_what_cannot_be_judged_is_an_argument_error():
    with pytest.raises(uploadproto.InvalidArgument, match="'nosuch' is none of bulk_upload, "):
        uploadproto.validate("nosuch", "e", {})
    with pytest.raises(ValueError, match="bulk_upload_failed"):
        uploadproto.validate("bulk_upload", "nosuch", {})
    with pytest.raises(ValueError, match="zero byte"):
        uploadproto.validate("bulk\0_upload", "e", {})


def test_a_good_token_says_who_and_until_when():
    claims = uploadproto.verify_token(reference_server.SECRET, reference_server.token("bob"))
    assert claims.user_id == claims.all["sub"] == "bob"
    assert timedelta(minutes=50) < claims.expires_at - datetime.now(timezone.utc) <= timedelta(hours=1)


def test_a_token_that_does_not_verify_says_why():
    with pytest.raises(uploadproto.TokenExpired):
        uploadproto.verify_token(reference_server.SECRET, reference_server.token(ttl=-3600))
    for secret, token in [(b"x" * 32, reference_server.token()), (reference_server.SECRET, "a.b.c")]:
        with pytest.raises(uploadproto.TokenRefused) as refused:
            uploadproto.verify_token(secret, token)
        assert token not in str(refused.value)
    with pytest.raises(uploadproto.TokenRefused):
        uploadproto.verify_token(reference_server.SECRET, reference_server.token(), ticket=True)
    with pytest.raises(uploadproto.InvalidArgument, match="secret"):
        uploadproto.verify_token("short", reference_server.token())


def test_the_payload_type_is_everything_that_servers_send():
    sent = {value for value in vars(contract).values()
            if typing.is_typeddict(value) and (inspect.getdoc(value) or "").endswith("sent by the server.")}
    assert sent == {t for t in typing.get_args(events.Payload) if typing.is_typeddict(t)}


@pytest.mark.parametrize("options, sentence", [
    ({"protocol": "nosuch"}, "none of"), ({"url": "ftp://x"}, "is no URL"), ({"token": None}, "wants a token"),
    ({"timeout": 0}, "timeout_ms"), ({"rest_url": "ftp://x"}, "rest_url")])
def test_options_that_cannot_be_are_refused_at_once(options, sentence):
    with pytest.raises(uploadproto.InvalidArgument, match=sentence):
        uploadproto.Client(**{"protocol": "bulk_upload", "url": "http://127.0.0.1:1", "token": "t", **options})


def test_a_file_of_authorities_must_hold_some(tmp_path):
    empty = tmp_path / "ca.pem"
    empty.write_text("")
    with pytest.raises(uploadproto.FileProblem, match="ca.pem"):
        uploadproto.Client("file_upload", "http://127.0.0.1:1", ca_file=empty)
