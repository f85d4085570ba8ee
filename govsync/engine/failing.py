"""What follows a failure: another attempt, a state that catches it, or the end."""

from dataclasses import replace

from govsync.engine import errors, paths
from govsync.engine.errors import StateError
from govsync.engine.language import Catcher, Retrier, State
from govsync.engine.values import Context, Execution, Phase, fail


def failed(state: State, execution: Execution, problem: StateError, context: Context) -> Execution:
    counts = execution.retries or (0,) * len(state.retry)
    for number, retrier in enumerate(state.retry):
        if errors.matches(retrier.errors, problem.name):
            if counts[number] < retrier.attempts:
                return _again(execution, counts, number, retrier, context)
            break
    for catcher in state.catch:
        if errors.matches(catcher.errors, problem.name):
            return _caught(execution, catcher, problem)
    return fail(execution, problem.name, problem.cause)


def _again(
    execution: Execution,
    counts: tuple[int, ...],
    number: int,
    retrier: Retrier,
    context: Context,
) -> Execution:
    seconds = retrier.seconds(counts[number])
    if retrier.jitter:
        seconds *= context.chance
    spent = (*counts[:number], counts[number] + 1, *counts[number + 1 :])
    return replace(execution, phase=Phase.BACKING_OFF, retries=spent, seconds=seconds, children=())


def _caught(execution: Execution, catcher: Catcher, problem: StateError) -> Execution:
    said = {"Error": problem.name, "Cause": problem.cause}
    path = catcher.result_path
    try:
        data = execution.data if path is None else paths.written(path, execution.data, said)
    except StateError as worse:
        return fail(execution, errors.RESULT_PATH, worse.cause)
    return Execution(catcher.next, Phase.ENTERING, data, entered=execution.entered + 1)
