"""All of Luca on one machine: start it, stop it, look at it."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from luca.localaws import embedded, processes
from luca.localaws.embedded import CannotStart
from luca.localaws.environment import environment
from luca.localaws.home import Home, default
from luca.localaws.probes import any_port, free, last_line
from luca.localaws.processes import Record
from luca.localaws.programs import AWS, LAKE, PASSED_ON, PORTS, ROOT, TABLE, Program, well

READY_SECONDS = 60

Progress = Callable[[str], None]


def _silent(line: str) -> None:
    del line


@dataclass(frozen=True, slots=True)
class State:
    """One line of `make status`."""

    name: str
    pid: int | None
    since: float | None
    port: int | None
    alive: bool
    healthy: bool


class Stack:
    """The processes of one home.

    ``ports``: numbers by name (aws, api, authority), or 0 for free ones everywhere; without them
    the environment or the defaults say. ``settings`` are added to every process's environment.
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        ports: Mapping[str, int] | int | None = None,
        settings: Mapping[str, str] | None = None,
        programs: Sequence[Program] = TABLE,
    ) -> None:
        self.home = Home(home or default())
        self.settings = dict(settings or {})
        self.programs = tuple(programs)
        self._wanted = wanted_ports(ports)

    @property
    def ports(self) -> dict[str, int]:
        """The ports of the last start."""
        return {name: int(port) for name, port in self.home.recall("ports").items()}

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def environment(self, role: str) -> dict[str, str]:
        """All settings of a process with this role."""
        return {**environment(self.home, role), **self.settings}

    def pid(self, name: str) -> int:
        return self._living(name).pid

    def up(self, progress: Progress = _silent) -> None:
        """Start what does not run; when something cannot start, nothing new stays behind."""
        self.home.prepare()
        self._report_stale(progress)
        if self._dead(AWS):
            self.down(progress)  # what still runs holds sessions of an AWS that is no more
        missing = [program for program in self.programs if self._dead(program)]
        self._choose_ports(missing)
        try:
            self._start(missing, progress)
        except BaseException:
            self._end(missing[::-1], _silent)
            raise

    def down(self, progress: Progress = _silent) -> None:
        """Stop all; the emulator goes last, so that nothing is written after its state is.

        The lake's writer goes just before it: it has read all that the others have changed.
        """
        last = [one for one in (LAKE, AWS) if one in self.programs]
        self._end([one for one in reversed(self.programs) if one not in last], progress)
        for program in last:
            self._end([program], progress)

    def restart(self, name: str, progress: Progress = _silent) -> None:
        """Start one process again, whether or not it still runs."""
        program = self._program(name)
        self._end([program], progress)
        self._start([program], progress)

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to one process and do not wait."""
        processes.send(self._living(name), number)

    def reset(self, progress: Progress = _silent) -> None:
        """Stop all and forget all."""
        self.down(progress)
        self.home.erase()

    def status(self) -> Iterator[State]:
        ports = self.ports
        for program in self.programs:
            found = self._record(program)
            alive = processes.alive(found)
            yield State(
                name=program.name,
                pid=found.pid if found and alive else None,
                since=found.since if found and alive else None,
                port=ports.get(program.port),
                alive=alive,
                healthy=alive and self._well(program),
            )

    def log(self, name: str) -> Path:
        return self.home.logs / f"{self._program(name).name}.log"

    def _start(self, programs: Sequence[Program], progress: Progress) -> None:
        """The emulator first and alone, then the others at once: they only need the emulator."""
        began = time.monotonic()
        if AWS in programs:
            self._start_aws(progress)
        others = [program for program in programs if program != AWS]
        for program in others:
            log = self.log(program.name)
            found = processes.launch(program.argv, log, self._environ(program), ROOT)
            processes.write(self._file(program), found)
        for program in programs:
            self._await(program)
            port = f" on port {self.ports[program.port]}" if program.port else ""
            progress(f"{program.name} runs{port} ({time.monotonic() - began:.1f} s)")

    def _start_aws(self, progress: Progress) -> None:
        running = embedded.start(
            self.home.path, self.ports["aws"], detached=True, time_scale=self._time_scale()
        )
        processes.forget(running.process)
        processes.write(self._file(AWS), processes.record(running.pid))
        address = self.url("authority") if "authority" in self.ports else ""
        self.home.keep("outputs", {**self.home.recall("outputs"), "authority": address})
        if running.lost:
            progress(running.lost)

    def _time_scale(self) -> str:
        name = "GOVSYNC_TIME_SCALE"
        return self.settings.get(name, os.environ.get(name, "1"))

    def _await(self, program: Program) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self._dead(program) and time.monotonic() < deadline:
            if self._well(program):
                return
            time.sleep(0.05)
        raise CannotStart(f"{program.name} did not start: {last_line(self.log(program.name))}")

    def _end(self, programs: Sequence[Program], progress: Progress) -> None:
        """Ask all of them to stop, then wait for each; one that will not is killed."""
        living = [program for program in programs if not self._dead(program)]
        for program in living:
            self.kill(program.name, signal.SIGTERM)
        for program in living:
            found = self._record(program)
            if found is None or processes.gone(found, program.grace):
                progress(f"{program.name} stopped")
            else:
                processes.send(found, signal.SIGKILL)
                processes.gone(found, program.grace)
                progress(f"{program.name} did not stop in {program.grace:.0f} s and was killed")
        for program in programs:
            self._file(program).unlink(missing_ok=True)

    def _environ(self, program: Program) -> dict[str, str]:
        # Spans are cheap here, and `make traces` reads them.
        mine = {"LUCA_TRACES": "log"}
        mine |= {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        place = {
            "LUCA_BIN": str(Path(sys.executable).parent),
            "LUCA_HOME": str(self.home.path),
            "LUCA_SERVICE": program.name,
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(self.home.run),
        }
        if program.port:
            place["LUCA_BIND"] = f"127.0.0.1:{self.ports[program.port]}"
        if program.role:
            return {**mine, **self.environment(program.role), **place}
        # The authority is another organisation's: it knows its own token and nothing of ours.
        return {**mine, **place, "LUCA_AUTHORITY_TOKEN": self.home.keys["authority_token"]}

    def _choose_ports(self, missing: Sequence[Program]) -> None:
        before, chosen = self.ports, self.ports
        for program in missing:
            if not program.port:
                continue
            port = self._wanted[program.port]
            if port == 0:
                last = before.get(program.port, 0)
                port = last if last and free(last) else any_port()
            elif not free(port):
                variable = PORTS[program.port].variable
                raise CannotStart(
                    f"Port {port} ({program.name}) is in use; stop the program that has it"
                    f" or set {variable} (0 takes a free one)."
                )
            chosen[program.port] = port
        self.home.keep("ports", chosen)

    def _well(self, program: Program) -> bool:
        return well(program, self.ports, lambda: self._log_of_this_run(program))

    def _log_of_this_run(self, program: Program) -> str:
        found = self._record(program)
        with self.log(program.name).open("rb") as stream:
            stream.seek(found.log_from if found else 0)
            return stream.read(200_000).decode(errors="replace")

    def _program(self, name: str) -> Program:
        return next(program for program in self.programs if program.name == name)

    def _file(self, program: Program) -> Path:
        return self.home.run / f"{program.name}.json"

    def _record(self, program: Program) -> Record | None:
        return processes.read(self._file(program))

    def _dead(self, program: Program) -> bool:
        return not processes.alive(self._record(program))

    def _report_stale(self, progress: Progress) -> None:
        for program in self.programs:
            found = self._record(program)
            if found is not None and not processes.alive(found):
                progress(f"{program.name} (pid {found.pid}) has ended by itself; it starts again.")

    def _living(self, name: str) -> Record:
        found = self._record(self._program(name))
        if found is None or not processes.alive(found):
            raise CannotStart(f"{name} does not run.")
        return found


def wanted_ports(ports: Mapping[str, int] | int | None) -> dict[str, int]:
    if isinstance(ports, int):
        return dict.fromkeys(PORTS, ports)
    given = ports or {}
    return {name: given.get(name, _port_setting(name)) for name in PORTS}


def _port_setting(name: str) -> int:
    text = os.environ.get(PORTS[name].variable, str(PORTS[name].default))
    if not text.isdecimal() or int(text) > 65535:  # noqa: PLR2004 -- the highest port
        raise CannotStart(f"{PORTS[name].variable} must be a port number or 0, not {text!r}.")
    return int(text)
