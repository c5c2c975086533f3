"""What is stored sealed: the bodies of requests and answers, and what settling an item needs. Knows no tables."""

import zlib
from dataclasses import replace

import msgspec

from bluepro.quickbooks.connect import secrets
from bluepro.quickbooks.work import Carried
from qbo_client import wire

_encoder = msgspec.json.Encoder()
_carried = msgspec.json.Decoder(Carried)
_reply = msgspec.json.Decoder(wire.Reply)


def seal_carried(carried: Carried) -> bytes:
    """Everything but the last push's fields, which the link holds anyway."""
    return _seal(_encoder.encode(replace(carried, previous={}) if carried.previous else carried))


def unseal_carried(sealed: bytes | memoryview) -> Carried:
    """What `seal_carried` sealed; `previous` is empty. Raises SecretsError."""
    return _carried.decode(_unseal(sealed))


def seal_body(body: bytes) -> bytes:
    """A request's body."""
    return _seal(body)


def unseal_body(sealed: bytes | memoryview) -> bytes:
    """What `seal_body` sealed, byte for byte. Raises SecretsError."""
    return _unseal(sealed)


def _seal(text: bytes) -> bytes:
    """Compressed first: the names of fields come over and over, and what is sealed the database cannot compress."""
    return secrets.seal(zlib.compress(text, 1))


def _unseal(sealed: bytes | memoryview) -> bytes:
    return zlib.decompress(secrets.unseal(sealed))


def seal_reply(reply: wire.Reply) -> bytes:
    """The whole answer, byte for byte."""
    return _seal(_encoder.encode(reply))


def unseal_reply(sealed: bytes | memoryview) -> wire.Reply:
    """What `seal_reply` sealed. Raises SecretsError."""
    return _reply.decode(_unseal(sealed))
