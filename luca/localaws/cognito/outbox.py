"""The mail that Cognito would send, as text files that only the owner of the home can read."""

import os
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

KINDS = {"CognitoInvitationMessage": "invitation", "CognitoVerificationMessage": "code"}
KEPT_SECONDS = 7 * 24 * 3600  # no temporary password lives longer


class Outbox:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(
        self,
        _pool: Mapping[str, Any],
        address: str,
        subject: str,
        body: str,
        type_name: str,
        extra: object = None,
    ) -> None:
        """Stand in for the emulator's delivery, which is asked with these arguments."""
        del extra
        if address:
            self.forget(before=time.time() - KEPT_SECONDS)
            self.write(KINDS.get(type_name, "mail"), address, subject, body)

    def write(self, kind: str, address: str, subject: str, body: str) -> Path:
        """One file for each message; its name tells when and what, and never to whom."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        file = self.folder / f"{moment}-{kind}-{secrets.token_hex(3)}.txt"
        text = body.replace("<br>", "\n")
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(f"To: {address}\nSubject: {subject}\n\n{text}\n")
        return file

    def forget(self, *, before: float) -> None:
        for file in self.folder.glob("*.txt"):
            if file.stat().st_mtime < before:
                file.unlink(missing_ok=True)
