"""What every kind of object does, once for each folder of ``tests/cases/veeam``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from veeam_life import Case, Trial, all_cases, at, label, named, runs, settable

from vbrprov.sdk import ErrorClass, ProbeVerdict, ProviderError
from vbrprov_veeam import PROVIDER

Make = Callable[[Case, str], Trial]


#: Tests that tell something new in each revision; the others are slow ones in the second.
IN_BOTH = {"life", "drift", "import"}


#: What each variant of a type does in a way of its own.
_OF_ITS_OWN = ("life", "replace", "refused", "import", "drift")


def every(test: str, *, block: str = "") -> Any:
    """Each case that the test says something about, in each of its revisions.

    Variants share with another case all but their arguments, so that most of their tests are slow
    ones.
    """
    return pytest.mark.parametrize(("case", "revision"), [
        pytest.param(case, revision, marks=_marks(case, revision, test))
        for case, revision in runs(test, block=block)], ids=label)


def _marks(case: Case, revision: str, test: str) -> Any:
    again = test not in IN_BOTH and revision != case.revisions[0]
    shared = case.is_variant and test not in _OF_ITS_OWN
    return [pytest.mark.slow] if again or shared else []


@pytest.fixture
def make(request: pytest.FixtureRequest) -> Make:
    """Makes a trial; only the double that it needs is started."""

    def trial(case: Case, revision: str) -> Trial:
        suffix = "2" if revision == "1.3-rev2" else ""
        return Trial(case, request.getfixturevalue(f"engine{suffix}"),
                     request.getfixturevalue(f"double{suffix}"))

    return trial


@pytest.mark.parametrize("type_name", sorted({case.type for case in all_cases()}))
def test_every_argument_is_changed_somewhere(type_name: str) -> None:
    module = PROVIDER.load("resources", type_name)
    kind = next(v for v in vars(module).values()
                if getattr(v, "type_name", "") == f"veeam_{type_name}")
    missing = set(settable(kind.model.schema()))
    for case in all_cases():
        if case.type == type_name:
            changes = [*case.block("update"), *case.block("record"), *case.block("replace")]
            tried = {name for change in changes for name in named(change["set"])}
            excused = set(case.data.get("untested", {}))
            assert not excused & tried
            missing -= missing if "*" in excused else tried | excused
    assert missing == set()


@every("life")
def test_life_of_an_object(case: Case, revision: str, make: Make) -> None:
    trial = make(case, revision)
    engine, config = trial.engine, trial.config()
    assert engine.steps(case.type, config, None)[0] == "create"
    state = engine.apply(case.type, config)
    assert state.id
    seen = engine.read(case.type, state)
    assert seen == state
    trial.no_change(config, seen)
    trial.shows(trial.stored(state), case.data.get("create", {}).get("wire", {}))

    changes = []
    for update in case.block("update"):
        changes.append(update["set"])
        config, before = trial.config(*changes), len(trial.double.writes())
        assert engine.draft(case.type, config, state).replace == set()
        assert engine.steps(case.type, config, state), update
        state = engine.apply(case.type, config, state)
        trial.shows(trial.stored(state), update["wire"])
        assert len(trial.double.writes()) > before
        state = engine.read(case.type, state)
        trial.no_change(config, state)

    for record in case.block("record"):
        changes.append(record["set"])
        config, before = trial.config(*changes), len(trial.double.ledger())
        assert engine.steps(case.type, config, state) == ["record"]
        state = engine.apply(case.type, config, state)
        assert len(trial.double.ledger()) == before
        trial.no_change(config, engine.read(case.type, state))

    state = trial.gone(state)
    assert engine.steps(case.type, None, state) == ["delete"]
    engine.apply(case.type, None, state)
    if not case.lacks("gone"):
        assert engine.read(case.type, state) is None
    engine.apply(case.type, None, state)
    assert trial.double.violations() == []


@every("replace", block="replace")
def test_what_no_update_can_carry_asks_for_a_new_object(
    case: Case, revision: str, make: Make,
) -> None:
    trial = make(case, revision)
    engine = trial.engine
    state = engine.apply(case.type, trial.config())
    schema = state.schema()
    for replace in case.block("replace"):
        plan = engine.draft(case.type, trial.config(replace["set"]), state)
        path = replace["path"]
        spec = schema.attributes.get(path)
        assert path in plan.replace or (spec is not None and spec.replace_on_change), replace


@every("refused", block="refused")
def test_arguments_that_do_not_fit_are_refused_at_plan(
    case: Case, revision: str, make: Make,
) -> None:
    trial = make(case, revision)
    for refused in case.block("refused"):
        plan = trial.engine.draft(case.type, trial.config(refused["set"]))
        assert refused["attribute"] in [attribute for _, _, attribute in plan.errors], refused
        assert any(refused.get("says", "") in detail for _, detail, _ in plan.errors)


@every("import")
def test_import_by_id_and_by_name(case: Case, revision: str, make: Make) -> None:
    trial = make(case, revision)
    engine, config = trial.engine, trial.config()
    state = engine.apply(case.type, config)
    for import_id in (state.id, f"name:{trial.filled(case.import_name)}"):
        found = engine.imported(case.type, import_id)
        assert found.id == state.id
        trial.no_change(config, found)
    assert engine.imported(case.type, "name:nobody") is None
    assert engine.imported(case.type, "11111111-1111-1111-1111-111111111111") is None
    with pytest.raises(ProviderError, match="neither an id") as caught:
        engine.imported(case.type, "nobody")
    assert caught.value.kind is ErrorClass.INVALID


@every("drift", block="drift")
def test_drift_is_seen_and_repaired(case: Case, revision: str, make: Make) -> None:
    trial = make(case, revision)
    engine, config = trial.engine, trial.config()
    state = engine.apply(case.type, config)
    for drift in case.block("drift"):
        trial.double.edit(case.collection, state.id, trial.filled(drift["patch"]))
        seen = engine.read(case.type, state)
        for path, value in drift["shows"].items():
            assert _listed(at(seen, path)) == value
        state = engine.apply(case.type, config, seen)
        trial.no_change(config, engine.read(case.type, state))
        for path, value in drift["shows"].items():
            assert _listed(at(state, path)) != value
    if not case.lacks("gone"):
        trial.double.remove(case.collection, state.id)
        assert engine.read(case.type, state) is None


def _listed(value: Any) -> Any:
    return sorted(value) if isinstance(value, set) else value


@every("probe")
def test_probe_finds_what_a_dead_run_made(case: Case, revision: str, make: Make) -> None:
    trial = make(case, revision)
    engine, config = trial.engine, trial.config()
    assert engine.probe(case.type, config).verdict is ProbeVerdict.ABSENT
    state = engine.apply(case.type, config)
    found = engine.probe(case.type, config)
    assert found.verdict is ProbeVerdict.OURS
    assert found.state is not None
    assert found.state.id == state.id
    trial.no_change(config, found.state)
    if case.lacks("token"):
        return
    other = engine.probe(case.type, config, token="other")
    assert other.verdict is (ProbeVerdict.ABSENT if case.repeats else ProbeVerdict.FOREIGN)


@every("lost-creation")
def test_lost_answer_of_a_creation_is_found_again(case: Case, revision: str, make: Make) -> None:
    trial = make(case, revision)
    engine, config = trial.engine, trial.config()
    trial.double.fault("drop_after", method="POST", path=case.path)
    with pytest.raises(ProviderError) as caught:
        engine.apply(case.type, config)
    assert caught.value.kind is ErrorClass.LOST
    assert engine.probe(case.type, config).verdict is ProbeVerdict.OURS
    posts = {w["object_id"] for w in trial.own_writes("POST")}
    assert len(posts - set(_ids(trial.known))) == 1


def _ids(known: Any) -> list[str]:
    return [str(at(state, "id")) for state in known.values()]


@pytest.mark.parametrize(("case", "revision", "status"), [
    pytest.param(case, revision, status, marks=_marks(case, case.revisions[0], "unread-creation"))
    for case, revision in runs("unread-creation")
    if revision == case.revisions[0] for status in [403, 404]], ids=label)
def test_a_creation_whose_result_cannot_be_read_may_have_happened(
    case: Case, revision: str, status: int, make: Make,
) -> None:
    trial = make(case, revision)
    engine, config = trial.engine, trial.config()
    # In a session the first read is that of the session.
    trial.double.fault("status", method="GET", times=8, status=status,
                       path=f"/({case.collection}|sessions)/[0-9a-f-]+$")
    with pytest.raises(ProviderError) as caught:
        engine.apply(case.type, config)
    assert caught.value.kind is ErrorClass.LOST
    trial.double.clear_faults()
    assert engine.probe(case.type, config).verdict is ProbeVerdict.OURS


@every("lost-update", block="update")
def test_lost_answer_of_an_update_is_settled_by_looking(
    case: Case, revision: str, make: Make,
) -> None:
    trial = make(case, revision)
    engine = trial.engine
    state = engine.apply(case.type, trial.config())
    update = case.block("update")[0]
    changed, before = trial.config(update["set"]), len(trial.own_writes("PUT"))
    trial.double.fault("drop_after", method="PUT", path=f"/{case.collection}/")
    try:
        engine.apply(case.type, changed, state)
    except ProviderError as error:
        # A save in a session may still run when the look happens; the step is run again then.
        if error.kind is not ErrorClass.LOST:
            raise
        trial.double.settle()
        engine.apply(case.type, changed, state)
    trial.shows(trial.stored(state), update["wire"])
    assert len(trial.own_writes("PUT")) == before + 1


@every("conflict", block="drift")
def test_change_by_somebody_else_stops_the_update(case: Case, revision: str, make: Make) -> None:
    trial = make(case, revision)
    engine = trial.engine
    state = engine.read(case.type, engine.apply(case.type, trial.config()))
    trial.double.edit(case.collection, state.id, trial.filled(case.block("drift")[0]["patch"]))
    before = len(trial.double.ledger())
    with pytest.raises(ProviderError, match="changed after the plan read it") as caught:
        engine.apply(case.type, trial.config(case.block("update")[0]["set"]), state)
    assert caught.value.kind is ErrorClass.CONFLICT
    assert len(trial.double.ledger()) == before


@every("busy")
def test_a_busy_server_is_asked_again_after_another_look(
    case: Case, revision: str, make: Make,
) -> None:
    trial = make(case, revision)
    engine, config, pauses = trial.engine, trial.config(), []
    trial.double.fault("status", method="POST", path=case.path, status=429, retry_after="3")
    state = engine.apply(case.type, config, sleep=pauses.append)
    assert pauses == [3.0]
    if case.block("update"):
        trial.double.fault("status", method="PUT", path=f"/{case.collection}/", status=429)
        changed = trial.config(case.block("update")[0]["set"])
        engine.apply(case.type, changed, state, sleep=pauses.append)
        assert pauses == [3.0, 1.0]
        trial.no_change(changed, engine.read(case.type, state))


@every("unknown-settings")
def test_settings_that_are_not_known_survive(case: Case, revision: str, make: Make) -> None:
    trial = make(case, revision)
    engine, config = trial.engine, trial.config()
    state = engine.apply(case.type, config)
    for fault in ("nulls", "extra_fields"):
        trial.double.fault(fault, method="GET", path=case.collection, times=-1)
    state = engine.read(case.type, state)
    trial.no_change(config, state)
    if case.block("update"):
        engine.apply(case.type, trial.config(case.block("update")[0]["set"]), state)
        kept = trial.stored(state).get("addedInALaterBuild")
        assert case.lacks("kept") or kept == {"value": 1}
    assert [v for v in trial.double.violations() if v["side"] == "request"] == []


@every("refusal")
def test_a_refusal_is_told_in_the_servers_words_without_secrets(
    case: Case, revision: str, make: Make,
) -> None:
    trial, secret = make(case, revision), case.canary
    engine, config = trial.engine, trial.config()
    trial.double.fault("status", method="POST", path=case.path, status=400,
                       message=f"out of luck {secret}", error_code="UnknownError")
    with pytest.raises(ProviderError, match="out of luck") as caught:
        engine.apply(case.type, config)
    assert trial.double.url.removeprefix("https://") in caught.value.detail
    if any(spec.write_only and getattr(config, name) is not None
           for name, spec in config.schema().attributes.items()):
        assert secret not in f"{caught.value} {caught.value.detail} {caught.value.hint}"
    state = engine.apply(case.type, config)
    assert secret not in repr(config) + repr(state) + repr(state.to_values())
    assert secret not in json.dumps(engine.private)
    intent = next(iter(engine._steps(case.type, config, None)))
    assert secret not in json.dumps(dict(intent.identity.data)) + intent.doc


@every("name-taken")
def test_a_name_that_is_taken_is_refused_with_the_way_to_import(
    case: Case, revision: str, make: Make,
) -> None:
    if case.repeats:
        _several_of_one_name(make(case, revision))
        return
    trial = make(case, revision)
    engine, config = trial.engine, trial.config()
    state = engine.apply(case.type, config)
    before = len(trial.double.ledger())
    with pytest.raises(ProviderError) as caught:
        engine.apply(case.type, config, token="other")
    assert caught.value.kind is ErrorClass.EXISTS
    assert state.id in caught.value.hint
    assert len(trial.double.ledger()) == before


def _several_of_one_name(trial: Trial) -> None:
    engine, case, config = trial.engine, trial.case, trial.config()
    ids = [engine.apply(case.type, config, token=f"t{i}").id for i in range(2)]
    with pytest.raises(ProviderError, match="2 objects fit") as caught:
        engine.imported(case.type, f"name:{case.import_name}")
    assert all(i in caught.value.detail for i in ids)


@pytest.mark.parametrize("case", [c for c in all_cases() if "gate" in c.data], ids=label)
def test_an_older_revision_is_told(case: Case, make: Make, connect: Any) -> None:
    first = case.revisions[0]
    trial = make(case, first)
    config = trial.config()
    older = "1.3-rev1" if first == "1.3-rev2" else case.data.get("older", "1.2-rev1")
    engine = type(trial.engine)(connect(trial.double, revision=older))
    plan = engine.draft(case.type, config)
    if not case.data.get("gate_of_arguments"):
        assert [summary for summary, _, _ in plan.errors] == ["API revision is not supported"]
        assert re.search(case.data["gate"], plan.errors[0][1])
    # A server that did not answer while planning is asked again.
    kind = engine.type(case.type)
    steps = kind.steps(engine.server, None, kind.model.from_values(plan.planned),
                       engine.context(f"veeam_{case.type}.x"))
    with pytest.raises(ProviderError, match=case.data["gate"]) as caught:
        next(steps).run()
    assert caught.value.kind is ErrorClass.UNSUPPORTED
    engine.server.close()


@every("odd-answer")
def test_a_form_that_nobody_knows_is_told(case: Case, revision: str, make: Make) -> None:
    trial = make(case, revision)
    state = trial.engine.apply(case.type, trial.config())
    name = case.data.get("odd", "description")
    trial.double.fault("unknown_enum", method="GET", path=f"/{case.collection}(/|$)",
                       times=-1, field=name, value=[1])
    with pytest.raises(ProviderError) as caught:
        trial.engine.read(case.type, state)
    assert caught.value.summary == "Answer not understood"
