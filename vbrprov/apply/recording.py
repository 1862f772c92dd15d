"""What becomes of the state besides the calls: what refreshing found, and the outputs."""

from __future__ import annotations

from vbrprov.apply.records import make_instance, make_output
from vbrprov.apply.run import Run
from vbrprov.diff.secrecy import secret_paths
from vbrprov.diff.stored import attributes_of
from vbrprov.plan.model import Action, Change
from vbrprov.secrets import SecretBook
from vbrprov.state.model import Status
from vbrprov.values import is_null
from vbrprov.values.wire import SENSITIVE_KEY, SPENT_KEY

#: In a record: something of which only a fingerprint is kept.
_WITHHELD = f'"{SPENT_KEY}"'.encode()
_KEPT = f'"{SENSITIVE_KEY}"'.encode()


def record_refresh(run: Run) -> None:
    """What refreshing found becomes the record, before anything is changed."""
    moves = run.plan.moves
    if moves:
        run.session.move([(m.former, m.instance.deposed) for m in moves],
                          [*(m.instance for m in moves), *run.plan.rewritten])
    for imported in run.plan.imports:
        run.session.put(imported)
        run.applied.imported += 1
    for key in run.plan.gone:
        run.session.remove(key, sync=False)
    drifted = {c.address for c in run.plan.drift}
    for change in run.plan.changes:
        old = change.prior
        if old is None or change.mode != "managed" or change.before is None:
            continue
        book = run.environment.book
        noop = (change.action is Action.NOOP and change.node is not None
                and not change.untouched)
        if change.address in drifted or (noop and _meta_differs(change)) or (
                noop and old.status is not Status.OK):
            run.session.put(make_instance(
                change if noop else _with_old_meta(change), change.before, book,
                status=Status.OK if noop else old.status, private=dict(old.private),
                token=old.token, deposed=old.deposed), sync=False)
        elif noop and change.after is not None and _secrecy_differs(change, book):
            run.session.put(make_instance(
                change, change.after, book, status=old.status, private=dict(old.private),
                token=old.token, deposed=old.deposed), sync=False)


def _secrecy_differs(change: Change, book: SecretBook) -> bool:
    """Whether what is recorded keeps other secrets than the object has by now.

    Where the state is encrypted from now on, what was only a fingerprint may be kept.
    """
    assert change.prior is not None
    assert change.after is not None
    raw = bytes(change.prior.attributes)
    withheld, paths = _WITHHELD in raw, secret_paths(change.after)
    if not paths and not withheld and _KEPT not in raw:
        return False
    return (book.keeps_values and withheld) or set(paths) != set(
        secret_paths(attributes_of(change.prior, change.schema)))


def record_outputs(run: Run) -> None:
    """Record the outputs as they came out, but for those that could not be worked out."""
    if run.environment.abandon.is_set():
        return
    outputs = dict(run.session.data.outputs)
    for planned in run.plan.outputs:
        if planned.action is Action.DELETE:
            outputs.pop(planned.name, None)
            continue
        recorded = outputs.get(planned.name)
        fuller = recorded is not None and run.environment.book.keeps_values and (
            _WITHHELD in bytes(recorded.value))
        if planned.action is Action.NOOP and not fuller:
            continue
        key = ((), "output", planned.name)
        if key in run.bad:
            continue
        value = run.world.outputs.get(((), planned.name))
        if value is None:
            continue
        if is_null(value):
            # There is no such output, as far as anybody who reads the state can tell.
            outputs.pop(planned.name, None)
            continue
        made = make_output(value, planned.sensitive, run.environment.book)
        if made is not None:
            outputs[planned.name] = made
    run.session.set_outputs(outputs)


def _with_old_meta(change: Change) -> Change:
    import copy

    made = copy.copy(change)
    if change.prior is not None:
        made.provider = change.prior.provider
        made.dependencies = tuple(change.prior.dependencies)
        made.prevent_destroy = change.prior.prevent_destroy
        made.skip_destroy = change.prior.skip_destroy
        made.create_before_destroy = change.prior.create_before_destroy
    return made


def _meta_differs(change: Change) -> bool:
    old = change.prior
    return old is not None and (
        list(change.dependencies) != old.dependencies
        or change.prevent_destroy != old.prevent_destroy
        or change.skip_destroy != old.skip_destroy
        or change.create_before_destroy != old.create_before_destroy
        or change.provider != old.provider)
