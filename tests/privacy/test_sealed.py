"""What belongs to the asker alone leaves through a log that others read, too."""

import base64
import io
import subprocess
import traceback
import zipfile
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs7 import pkcs7_decrypt_der
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command

from luca.privacy import sealing
from tests.privacy.cast import CURP, NANDU


class Asker:
    """Somebody with a key that nobody else has."""

    def __init__(self, bits: int = 2048) -> None:
        self.key = rsa.generate_private_key(65537, bits)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "asker")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
        made = made.public_key(self.key.public_key()).serial_number(1)
        made = made.not_valid_before(now).not_valid_after(now + timedelta(days=1))
        self.certificate = made.sign(self.key, hashes.SHA256())

    @property
    def word(self) -> str:
        return base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()

    def open(self, log: str) -> dict[str, bytes]:
        words = [line.split() for line in log.splitlines()]
        assert {word for word, *_ in words} == {sealing.WORD}
        assert [place for _, place, _ in words] == [
            f"{n}/{len(words)}" for n in range(1, len(words) + 1)
        ]
        sealed = base64.b64decode("".join(part for *_, part in words))
        with zipfile.ZipFile(
            io.BytesIO(pkcs7_decrypt_der(sealed, self.certificate, self.key, []))
        ) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker()


def test_a_person_s_file_comes_through_the_log_and_only_the_asker_reads_it(
    north: str, asker: Asker
) -> None:
    log = StringIO()
    call_command("sealed", asker.word, "export_person", NANDU, "--school", north, stdout=log)

    found = asker.open(log.getvalue())
    with zipfile.ZipFile(io.BytesIO(found["person.zip"])) as person:
        assert CURP.encode() in person.read("profile.json")
    assert b"person.zip: " in found["said.txt"]
    with pytest.raises((ValueError, zipfile.BadZipFile)):
        Asker().open(log.getvalue())


def test_a_mistake_is_told_in_words_and_leaves_nothing(north: str, asker: Asker) -> None:
    log = StringIO()
    with pytest.raises(CommandError):
        call_command("sealed", asker.word, "export_person", "nobody", "--school", north, stdout=log)
    assert log.getvalue() == ""


def test_what_breaks_is_told_by_its_kind_and_place_and_nobody_s_data(
    north: str, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's traceback would end in the error's message, in a log that others read."""

    def export(*_: object) -> None:
        raise RuntimeError(f"no such letter in {CURP}")

    monkeypatch.setattr("luca.privacy.exporting.export", export)
    with pytest.raises(CommandError, match="export_person broke: ") as told:
        call_command("sealed", asker.word, "export_person", NANDU, "--school", north)

    assert '"error": "RuntimeError"' in str(told.value)
    assert CURP not in "".join(traceback.format_exception(told.value))


def test_a_long_one_comes_in_lines_that_a_log_does_not_cut(asker: Asker) -> None:
    long = bytes(range(256)) * 400
    lines = list(sealing.lines(asker.certificate, {"x": long, "y": b"z" * 90}))
    assert max(map(len, lines)) < 16_000

    assert asker.open("\n".join(lines)) == {"x": long, "y": b"z" * 90}


@pytest.mark.parametrize("word", ["", "x", base64.b64encode(b"no").decode()])
def test_what_is_no_certificate_is_refused_before_anything_is_read(word: str) -> None:
    with pytest.raises(CommandError, match="no certificate"):
        call_command("sealed", word, "export_person", "x", "--school", "y")


def test_a_weak_key_is_refused() -> None:
    with pytest.raises(CommandError, match="2048 bits"):
        call_command("sealed", Asker(1024).word, "integrator", "list", "--school", "y")


def test_openssl_opens_it(asker: Asker, tmp_path: Path) -> None:
    """It is what deploy/manage.sh opens it with."""
    (line,) = sealing.lines(asker.certificate, {"a": b"b"})
    (tmp_path / "sealed").write_bytes(base64.b64decode(line.split()[2]))
    key = asker.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key").write_bytes(key)

    done = subprocess.run(
        [
            *("openssl", "cms", "-decrypt", "-binary", "-inform", "DER"),
            *("-in", "sealed", "-inkey", "key", "-out", "zip"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert zipfile.ZipFile(tmp_path / "zip").read("a") == b"b"
