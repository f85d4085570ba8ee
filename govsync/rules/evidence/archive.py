"""How the archive of a run is laid out."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

FORMAT = "luca-govsync-evidence/1"
README, MANIFEST, SUMS = "README.md", "manifest.json", "SHA256SUMS"
RUN, BALANCE, SNAPSHOT = "run.json", "balance.json", "snapshot.json"
STEPS, ACTS, BOOK, OTHER = "steps.jsonl", "acts.jsonl", "book.jsonl", "other.jsonl"
MACHINES, BATCHES, FILES = "machines/", "batches/", "files/"
BATCH, RECORDS, PAYLOAD, CALLS = "batch.json", "records.jsonl", "payload.json", "calls/"
SEAL = b"sha256:"  # begins the ZIP's comment; the hash of all bytes before its digits follows
DIGITS = 64

WORDS = """# Evidencia de un envío a la autoridad / Evidence of a government sync

Este archivo contiene datos personales de menores. Guárdelo y entréguelo como tal.
This file holds personal data of minors. Keep it and hand it over as such.

| archivo / file | |
| --- | --- |
| `manifest.json` | qué envío, de quién, cuándo y cuánto / which run, whose, when, how much |
| `batches/<n>/payload.json` | los bytes exactos que se enviaron / the exact bytes that were sent |
| `batches/<n>/calls/` | cada llamada y su respuesta exacta / each call and its exact answer |
| `batches/<n>/records.jsonl` | la historia de cada registro / each record's history |
| `batches/<n>/batch.json` | los del lote, y su cadena / the batch's own, and its chain |
| `balance.json`, `files/` | el cuadre, y lo leído de vuelta / the balance, and what was read back |
| `acts.jsonl` | quién hizo qué / who did what |
| `steps.jsonl`, `machines/` | cada paso, y su definición / each step, and its definition |
| los demás / others | lo demás que se guarda del envío / what else is kept of the run |

Todas las horas son UTC. Donde dice `erased`, una supresión de datos personales quitó el contenido;
su hash permanece.
All times are UTC. Where it says `erased`, an erasure of personal data has taken the words; their
hash stays.

Para comprobarlo / To check it:

    sha256sum -c SHA256SUMS   # cada archivo / each file
    sha256sum SHA256SUMS      # la raíz: compárela con la bitácora de la escuela
                              # the root: compare it with the school's audit log
    manage.py govsync verify FILE --root HASH
"""


def pretty(content: Any) -> bytes:
    """JSON for people, the same for the same content."""
    return json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"


def rows(content: Iterable[Mapping[str, Any]]) -> bytes:
    """One JSON text in each line."""
    return b"".join(
        json.dumps(one, sort_keys=True, ensure_ascii=False).encode() + b"\n" for one in content
    )


def sums(hashes: Mapping[str, str]) -> bytes:
    """As `sha256sum` writes it, in the order of the names. Its own hash is the root."""
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode()


def folder(number: str) -> str:
    return f"{BATCHES}{number}/"
