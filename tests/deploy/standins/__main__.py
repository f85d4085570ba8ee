"""moto behind the stand-ins, on 127.0.0.1: ``python -m tests.deploy.standins PORT``.

What fails or is not known is printed, one line for each call, so that a test can say which.
"""

import importlib
import sys

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, run_simple

from tests.deploy.standins import mending
from tests.deploy.standins.door import SCOPE, Door

for module in ("apprunner", "data", "eyes", "files"):
    importlib.import_module(f"tests.deploy.standins.{module}")

NOT_FOUND_IS_AN_ANSWER = 404


class Quiet(WSGIRequestHandler):
    """Says only what went wrong; keeps connections, for Terraform makes thousands of calls."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if int(code) <= NOT_FOUND_IS_AN_ANSWER and int(code) != 400:
            return
        scope = SCOPE.search(self.headers.get("Authorization", ""))
        service = scope["service"] if scope else "nobody's"
        target = self.headers.get("X-Amz-Target", "")
        print(code, service, target, self.command, self.path[:160], flush=True)  # noqa: T201


if __name__ == "__main__":
    mending.mend()
    run_simple(
        "127.0.0.1",
        int(sys.argv[1]),
        Door(DomainDispatcherApplication(create_backend_app)),
        threaded=True,
        request_handler=Quiet,
    )
