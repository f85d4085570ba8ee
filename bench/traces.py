"""What traces cost: the CPU that a request of four table calls takes more, by where its spans go.

`make bench NAME=traces` opens and ends the spans of such a request and nothing else, several
thousand times in each of five rounds: `off`, as lines, as segments, and as segments of one
request in twenty, which is what runs in AWS. Sending is free here, turning spans into what is
sent is not. The ratio is what one in twenty adds to the CPU of a whole request: 0.9 ms with one
call of the table, and 0.35 ms for each further one.
"""

import os
import statistics
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

ROUNDS, REQUESTS, CALLS = 5, 2000, 4
REQUEST = 1900  # microseconds of CPU of a whole request with as many calls
TARGET = 0.05


def request() -> None:
    from luca.kernel import context
    from luca.telemetry import origins, spans

    origin = origins.begun()
    with (
        context.entered(school="north", trace_id=origin.trace),
        spans.arriving("request", spans.SERVER, origin) as span,
    ):
        for _ in range(CALLS):
            with spans.span("GetItem", spans.CLIENT, peer="DynamoDB", index=None):
                pass
        span.named("GET me")
        span.told(status=200, school="north")


def measure() -> float:
    """Microseconds of CPU a request, of all of this process's threads."""
    began = time.process_time()
    for _ in range(REQUESTS):
        request()
    return (time.process_time() - began) / REQUESTS * 1e6


def engines() -> dict[str, Callable[[], object]]:
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from luca.telemetry.exporting import Lines, Segments
    from luca.telemetry.tracing import Recorder

    def batches() -> BatchSpanProcessor:
        return BatchSpanProcessor(Segments("api", lambda _documents: 0))

    return {
        "off": lambda: None,
        "log": lambda: Recorder(Lines("api"), "api"),
        "xray": lambda: Recorder(batches(), "api"),
        "xray, 1 in 20": lambda: Recorder(batches(), "api", 0.05),
    }


def main() -> None:
    os.environ.setdefault("LUCA_SECRET_KEY", "bench")
    os.environ["LUCA_SERVICE"] = "api"
    os.environ["DJANGO_SETTINGS_MODULE"] = "luca.settings"
    import django

    django.setup()
    from luca.telemetry import spans

    found: dict[str, list[float]] = {name: [] for name in engines()}
    for _ in range(ROUNDS):
        for name, made in engines().items():
            engine = made()
            spans.recorded_by(engine)  # type: ignore[arg-type]  # a recorder, or nothing
            with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
                found[name].append(measure())
            spans.recorded_by(None)
            if engine is not None:
                engine.close()  # type: ignore[attr-defined]
    for name, times in found.items():
        print(f"{name:<14} {statistics.median(times):6.0f} µs   {min(times):.0f}..{max(times):.0f}")
    added = [one - off for one, off in zip(found["xray, 1 in 20"], found["off"], strict=True)]
    ratios = [one / REQUEST for one in added]
    ratio = statistics.median(ratios)
    verdict = "met" if ratio <= TARGET else "short"
    print(
        f"BENCH traces ratio={ratio:.3f} range={min(ratios):.3f}..{max(ratios):.3f} "
        f"target={TARGET} {verdict}"
    )


if __name__ == "__main__":
    main()
