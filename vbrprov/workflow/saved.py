"""Saved plans: written by ``plan -out``, carried out by ``apply FILE``.

A saved plan holds what the plan was made from - the configuration's files, the inputs, what every
object looked like - and what it was, in JSON and as text. Applying makes the plan again from that,
without reading anything outside, and refuses to go on when the result is another. It holds no
secret: sensitive inputs are fingerprints and are read again.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from vbrprov import __version__
from vbrprov.apply.records import make_instance
from vbrprov.config import DiskFiles, StoredFiles
from vbrprov.diag import Diagnostics
from vbrprov.diff.stored import attributes_of, restore
from vbrprov.plan.data import DataReader
from vbrprov.plan.environment import Environment
from vbrprov.plan.model import Options, Plan, Reason
from vbrprov.plan.refresh import Refreshed, Refresher
from vbrprov.platform_.files import atomic_write
from vbrprov.sdk.resource import ResourceType
from vbrprov.secrets import Redactor
from vbrprov.state.errors import StateError
from vbrprov.state.model import Instance, StateData
from vbrprov.state.session import StateSession, require_unchanged
from vbrprov.values import NULL, Unknown, Value, is_wholly_known, type_of, unmark_deep
from vbrprov.values.types import type_from_json, type_to_json
from vbrprov.values.wire import encode
from vbrprov.views.json.plan import plan_json
from vbrprov.views.json.values import object_json, object_unknown, plain
from vbrprov.workflow.apply import Consent, Outcome, apply
from vbrprov.workflow.packages.installed import Replayed
from vbrprov.workflow.plan import Planned, make_plan
from vbrprov.workflow.planning import Surroundings, start
from vbrprov.workflow.prepare import Prepared, early_values
from vbrprov.workflow.request import Request

MAGIC = b"VBRPLAN1\n"


class SavedPlanError(Exception):
    """The file is not a plan that this version can use."""


class SavedPlan(msgspec.Struct, forbid_unknown_fields=True):
    """The content of a plan file."""

    version: str
    lineage: str
    serial: int
    #: Also tells two runs apart that were cut off before they could raise the serial.
    position: str
    timestamp: str
    sandbox: bool
    options: dict[str, Any]
    files: dict[str, str]
    variables: dict[str, Any]
    secrets: dict[str, str]
    #: Ephemeral variables that had a value; it is given again, and may be another.
    ephemerals: list[str]
    refreshed: list[dict[str, Any]]
    gone: list[tuple[str, str]]
    data: dict[str, Any]
    digest: str
    #: As it is shown: read again, numbers would lose digits.
    json: msgspec.Raw
    text: str
    #: Hash of the content of each package of modules, by its folder.
    packages: dict[str, str] = {}
    #: Fingerprint of the content of all files that functions read: the digest does not tell what
    #: became of it where that is sensitive.
    files_read: str = ""


def digest(plan: Plan) -> str:
    """What a plan does, in one hash: actions, reasons, values (but for secrets), outputs."""
    rows = [(c.address, c.deposed, str(c.action), str(c.reason), sorted(c.changed),
             object_json(c.after, c.schema), object_unknown(c.after), sorted(c.send), c.previous,
             c.importing)
            for c in sorted(plan.changes, key=lambda c: (c.address, c.deposed))
            if c.is_shown and c.reason is not Reason.READ_CHECK_NESTED]
    rows += [(d.change.address, "", "deferred", str(d.why), [d.because], {}, {}, [], "", "")
             for d in sorted(plan.deferred, key=lambda d: d.change.address)]
    outputs = [(o.name, str(o.action), None if o.sensitive else plain(o.after))
               for o in sorted(plan.outputs, key=lambda o: o.name)]
    return hashlib.sha256(msgspec.json.encode([rows, outputs], order="sorted")).hexdigest()


def save_plan(path: Path, planned: Planned, request: Request, environment: Environment,
              text: str) -> None:
    """Write a plan file (0600)."""
    plan, prepared = planned.plan, planned.prepared
    seen: Mapping[str, bytes] = getattr(prepared.files, "seen", {})
    # Not the files of inputs: their values are kept, without the sensitive ones.
    configuration = {name for module in prepared.root.walk() for name in module.sources}
    variables, secrets, ephemerals = {}, {}, []
    for name, value in prepared.values.items():
        declared = prepared.root.variables[name]
        inner, _ = unmark_deep(value)
        if declared.ephemeral:
            ephemerals.append(name)
        elif declared.sensitive:
            secrets[name] = environment.book.of(encode(inner))
        else:
            variables[name] = {"value": encode(inner), "type": type_to_json(type_of(inner))}
    refreshed = []
    kept = [change for item in plan.deferred for change in item.kept]
    for change in (*plan.changes, *kept):
        if change.prior is not None and change.before is not None and change.mode == "managed":
            made = make_instance(change, change.before, environment.book,
                                 status=change.prior.status, private=dict(change.prior.private),
                                 token=change.prior.token, deposed=change.prior.deposed)
            refreshed.append({"address": made.address, "deposed": made.deposed,
                              "provider": made.provider,
                              "attributes": msgspec.json.decode(made.attributes),
                              "private": made.private if change.importing else {}})
    options = {"destroy": request.options.destroy, "refresh_only": request.options.refresh_only,
               "targets": list(request.options.targets), "parallelism": request.options.parallelism,
               "excludes": list(request.options.excludes), "replace": list(request.options.replace),
               "strict": request.options.strict}
    rendered = plan_json(plan, prepared.root, planned.state, environment.registry, planned.diags)
    saved = SavedPlan(
        version=__version__, lineage=plan.lineage, serial=plan.serial,
        position=planned.state.position, timestamp=plan.timestamp,
        sandbox=request.sandbox, options=options,
        files={p: base64.b64encode(raw).decode() for p, raw in seen.items() if p in configuration},
        variables=variables, secrets=secrets, ephemerals=ephemerals, refreshed=refreshed,
        gone=list(plan.gone), data=planned.data.stored(environment.book), digest=digest(plan),
        json=msgspec.Raw(msgspec.json.encode(rendered)), text=text,
        packages={m.package.folder: m.package.hash for m in prepared.root.walk() if m.package},
        files_read=environment.book.of(read) if (read := _files_read(prepared)) else "")
    atomic_write(path, MAGIC + zlib.compress(msgspec.json.encode(saved)), mode=0o600)


def _files_read(prepared: Prepared) -> list[tuple[str, str]]:
    return sorted((prepared.context.files or {}).items())


def load_plan(path: str | Path) -> SavedPlan:
    """Read a plan file.

    Raises:
        SavedPlanError: Not a plan file, damaged, or from another version.
    """
    raw = Path(path).read_bytes()
    if not raw.startswith(MAGIC):
        raise SavedPlanError(f"{path} is not a plan file. Make one with: vbrprov plan -out={path}")
    try:
        saved = msgspec.json.decode(zlib.decompress(raw[len(MAGIC):]), type=SavedPlan)
    except (zlib.error, msgspec.DecodeError) as error:
        raise SavedPlanError(f"The plan file {path} is damaged ({error}). Make a new "
                             "plan.") from None
    if saved.version != __version__:
        raise SavedPlanError(f"The plan file {path} was made by vbrprov {saved.version}, but this "
                             f"is vbrprov {__version__}. Make a new plan.")
    return saved


class _Replay(Refresher):
    """Gives back what the plan had read, instead of reading."""

    def __init__(self, environment: Environment, lineage: str, saved: SavedPlan) -> None:
        super().__init__(environment, lineage, read=False)
        self._kept = {(i["address"], i.get("deposed", "")): i for i in saved.refreshed}
        self._gone = set(saved.gone)

    def start(self, instance: Instance, kind: ResourceType[Any, Any], client: Any) -> None:
        """Take the kept object."""
        schema = kind.model.schema()
        recorded = attributes_of(instance, schema)
        values: dict[str, Any] | None = recorded
        changed: tuple[str, ...] = ()
        kept = self._kept.get(instance.key)
        if instance.key in self._gone:
            values = None
        elif kept is not None:
            from vbrprov.diff.propose import changed_attributes

            again = Instance(address=instance.address, provider=instance.provider,
                             attributes=msgspec.Raw(msgspec.json.encode(kept["attributes"])))
            values = attributes_of(again, schema)
            changed = tuple(changed_attributes(recorded, values, schema, self._environment.book))
            values = self.tell_again(instance, kind, client, values)
        self._done[instance.key] = Refreshed(instance, recorded, values, changed)

    def look(self, instance: Instance, kind: ResourceType[Any, Any], client: Any) -> Refreshed:
        """Take the kept object: the plan would not have been saved if there had been none."""
        found = self.result(instance)
        assert found is not None
        return found

    def start_import(self, address: str, provider: str, import_id: str,
                     kind: ResourceType[Any, Any], client: Any) -> None:
        """Take the kept object."""
        instance = Instance(address, provider)
        kept = self._kept.get(instance.key)
        if kept is None:
            self._done[instance.key] = Refreshed(instance, {}, None)
            return
        schema = kind.model.schema()
        again = Instance(address=address, provider=provider,
                         attributes=msgspec.Raw(msgspec.json.encode(kept["attributes"])))
        self._done[instance.key] = self.adopt(
            instance, attributes_of(again, schema), schema, kept["private"])


class _PlannedFiles(StoredFiles):
    """The configuration as it was planned, and files of inputs as they are on disk now."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self._disk = DiskFiles()

    def names(self, directory: str) -> list[str]:
        """File names in a folder."""
        try:
            there = self._disk.names(directory)
        except OSError:
            there = []
        return sorted({*super().names(directory), *(n for n in there if "vbrvars" in n)})

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return super().read(path) if path in self._files else self._disk.read(path)


def _variables(saved: SavedPlan) -> dict[str, Value]:
    """The inputs that a plan was made with, but for the sensitive ones."""
    return {name: restore(kept["value"], type_from_json(kept["type"]))
            for name, kept in saved.variables.items()}


def packages_of(saved: SavedPlan, request: Request, redactor: Redactor) -> Replayed:
    """The modules that are not local, as a plan was made with them."""
    return Replayed(request, early_values(request, _variables(saved)), redactor, saved.packages)


def apply_saved(path: str, request: Request, runtime: Surroundings, consent: Consent) -> Outcome:
    """Carry out a saved plan."""
    try:
        saved = load_plan(path)
    except (SavedPlanError, OSError) as error:
        runtime.diags.error("Cannot use the plan file", str(error))
        return Outcome(refused=True)
    files = _PlannedFiles({p: base64.b64decode(b) for p, b in saved.files.items()})
    request = _as_planned(request, saved)
    packages = packages_of(saved, request, runtime.redactor)
    started = start(request, runtime, files=files, plan_time=saved.timestamp, packages=packages)
    if started is None:
        return Outcome(refused=True)
    values = started.prepared.values
    for name in saved.ephemerals:
        if not is_wholly_known(values.get(name, Unknown())):
            runtime.diags.error(
                "No value for required variable", f'The ephemeral input variable "{name}" was set '
                "during the plan phase, and so must also be set during the apply phase.")
    if runtime.diags.has_errors:
        return Outcome(refused=True)
    for name in values.keys() - saved.variables.keys() - saved.secrets.keys() - set(
            saved.ephemerals):
        # The plan was made with the default.
        del values[name]
    values.update(_variables(saved))
    for name, kept_secret in saved.secrets.items():
        inner, _ = unmark_deep(values.get(name, NULL))
        if not (name in values and is_wholly_known(inner)
                and started.environment.book.matches(encode(inner), kept_secret)):
            runtime.diags.error("A sensitive input changed", "The value of the sensitive variable "
                                f'"{name}" is not the one that the plan was made with. Give the '
                                "same value, or make a new plan.")
            return Outcome(refused=True)

    def make(session: StateSession) -> Planned:
        return _replan(session, saved, started, request, runtime.diags)

    return apply(request, started.prepared, started.backend, started.environment, runtime.diags,
                 consent, make=make)


def _as_planned(request: Request, saved: SavedPlan) -> Request:
    options = Options(
        destroy=saved.options["destroy"], refresh_only=saved.options["refresh_only"],
        targets=tuple(saved.options["targets"]), excludes=tuple(saved.options["excludes"]),
        replace=tuple(saved.options["replace"]), parallelism=request.options.parallelism,
        strict=request.options.strict or saved.options.get("strict", False))
    again = {*saved.secrets, *saved.ephemerals}
    variables = tuple((kind, text) for kind, text in request.variables
                      if kind == "file" or text.partition("=")[0].strip() in again)
    return msgspec.structs.replace(request, options=options, sandbox=saved.sandbox,
                               variables=variables, allow_missing_variables=True)


def _replan(session: StateSession, saved: SavedPlan, started: Any, request: Request,
            diags: Diagnostics) -> Planned:
    environment: Environment = started.environment
    state: StateData = session.data
    empty = Planned.empty(started.prepared, environment)
    try:
        require_unchanged(state, lineage=saved.lineage, serial=saved.serial,
                          position=saved.position)
    except StateError as error:
        diags.add(error.diagnostic)
        return empty
    refresher = _Replay(environment, state.lineage, saved)
    data = DataReader(environment, state.lineage, saved.data)
    planned = make_plan(started.prepared, state, request.options, environment, diags,
                        session=session, refresher=refresher, data=data)
    read = _files_read(started.prepared)
    same_files = (environment.book.matches(read, saved.files_read) if read
                  else not saved.files_read)
    if not diags.has_errors and not (same_files and digest(planned.plan) == saved.digest):
        diags.error(
            "Saved plan is stale", "Making the plan again from what it was made from gives another "
            "result: a file that the configuration reads has changed. Make a new plan.")
    return planned
