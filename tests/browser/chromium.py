"""Where the browser is."""

import os
import shutil
from pathlib import Path

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")


class Missing(Exception):
    """There is no Chromium here; the message says what to do."""


def found() -> Path:
    """The browser that `LUCA_CHROMIUM` names, or Debian's own."""
    name = os.environ.get("LUCA_CHROMIUM") or "chromium"
    path = shutil.which(name)
    if path is None:
        raise Missing(
            f"There is no {name} here: run `sh deploy/local/chromium.sh`,"
            " or set LUCA_CHROMIUM to a Chromium or Chrome."
        )
    return Path(path)
