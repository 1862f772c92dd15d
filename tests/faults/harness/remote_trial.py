"""A trial whose state is in a store."""

from __future__ import annotations

import itertools
import json
import os

import store_servers
from ledger_actions import Action
from ledger_trial import Ground, Trial

from vbrprov.state.remote.backend import RemoteBackend
from vbrprov.workflow.stores import backend_type

_count = itertools.count()


def remote(ground: Ground, server: store_servers.Server, action: Action, *, seed: int = 0,
           pace: tuple[float, float] = (0.0, 0.0), lease: str = "1s") -> Trial:
    """A trial whose state is in a fresh place of the server.

    The lease is short where somebody dies or sleeps, and long where several meet: on a busy machine
    a run may not get to renew a short one, and it is right that another takes over then.
    """
    settings = {**server.place(f"t{os.getpid()}_{next(_count)}"), "lock_lease": lease}
    lines = "\n".join(f"    {name} = {json.dumps(text)}" for name, text in settings.items())
    backend = f'\nterraform {{\n  backend "{server.kind}" {{\n{lines}\n  }}\n}}\n'
    trial = ground.trial(configuration=action.configuration + backend)
    type_ = backend_type(server.kind)
    assert type_ is not None
    del settings["lock_lease"]
    trial.backend = RemoteBackend(
        type_.open({**{s.name: s.default for s in type_.settings}, **settings}),
        spill_directories=[])
    objects = {}
    if action.made:
        done = trial.apply()
        assert done.status == 0, done
        world = trial.world()
        trial.tally.counts["made"] = 0
        objects = {"objects": world["objects"], "number": world["number"]}
    trial.seed(**objects, seed=seed, pace=list(pace), plan=[])
    trial.variables.update(action.variables)
    trial.tally.subject = server.kind
    return trial
