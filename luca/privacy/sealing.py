"""What only the asker may read, as lines for a log that others read, too.

On AWS an operator's command runs as a task, whose only way out is its log. Sealed to a key that
lives as long as the operator's call, a person's file can go that way and stays closed to the log's
readers.
"""

from __future__ import annotations

import base64
import io
import zipfile
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options

from luca.kernel.errors import Invalid
from luca.kernel.iterate import chunks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WORD = "sealed"  # what each line begins with
LETTERS = 8000  # in a line: a log cuts longer ones at 16 KB
BITS = 2048  # of the key, at least


def recipient(text: str) -> x509.Certificate:
    """Read a certificate: DER in base64, as it fits into one word of a call."""
    try:
        found = x509.load_der_x509_certificate(base64.b64decode(text, validate=True))
        key = found.public_key()
    except ValueError as error:
        raise Invalid("This is no certificate: it has to be DER in base64.") from error
    if not isinstance(key, RSAPublicKey) or key.key_size < BITS:
        raise Invalid(f"The certificate's key has to be RSA, of {BITS} bits or more.")
    return found


def lines(to: x509.Certificate, files: Mapping[str, bytes]) -> Iterator[str]:
    """Pack files, seal them (CMS, AES-256), and say them line by line: `sealed 1/3 …`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    envelope = PKCS7EnvelopeBuilder().set_data(packed.getvalue()).add_recipient(to)
    envelope = envelope.set_content_encryption_algorithm(AES256)
    sealed = base64.b64encode(envelope.encrypt(Encoding.DER, [PKCS7Options.Binary])).decode()
    parts = ["".join(part) for part in chunks(sealed, LETTERS)]
    for number, part in enumerate(parts, 1):
        yield f"{WORD} {number}/{len(parts)} {part}"
