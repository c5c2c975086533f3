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
    return secrets.seal(_encoder.encode(replace(carried, previous={}) if carried.previous else carried))


def unseal_carried(sealed: bytes | memoryview) -> Carried:
    """What `seal_carried` sealed; `previous` is empty. Raises SecretsError."""
    return _carried.decode(secrets.unseal(sealed))


def seal_body(body: bytes) -> bytes:
    """A request's body. The names of fields come over and over in a batch: compressed it is a tenth of its size."""
    return secrets.seal(zlib.compress(body, 1))


def unseal_body(sealed: bytes | memoryview) -> bytes:
    """What `seal_body` sealed, byte for byte. Raises SecretsError."""
    return zlib.decompress(secrets.unseal(sealed))


def seal_reply(reply: wire.Reply) -> bytes:
    """The whole answer, byte for byte."""
    return secrets.seal(_encoder.encode(reply))


def unseal_reply(sealed: bytes | memoryview) -> wire.Reply:
    """What `seal_reply` sealed. Raises SecretsError."""
    return _reply.decode(secrets.unseal(sealed))
