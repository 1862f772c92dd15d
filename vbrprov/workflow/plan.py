"""Making a plan."""

from __future__ import annotations

from contextlib import ExitStack

import msgspec

from vbrprov.apply.order import propagate_create_first
from vbrprov.apply.recovery import Recovery, restore_deposed
from vbrprov.diag import Diagnostics
from vbrprov.evaluate.world import World
from vbrprov.graph.providers import BUILTIN
from vbrprov.plan.clients import Clients
from vbrprov.plan.data import DataReader
from vbrprov.plan.environment import Environment
from vbrprov.plan.ephemeral import fed_by_ephemerals
from vbrprov.plan.model import Options, Plan
from vbrprov.plan.planner import Planner
from vbrprov.plan.refresh import Refresher
from vbrprov.plan.uninstantiated import check_uninstantiated
from vbrprov.state.model import StateData
from vbrprov.state.session import StateSession
from vbrprov.workflow.guard import Guard
from vbrprov.workflow.prepare import Prepared

MAX_ROTATIONS = 5


class Planned(msgspec.Struct):
    """A plan with all that applying it needs."""

    plan: Plan
    prepared: Prepared
    clients: Clients
    data: DataReader
    refresher: Refresher
    guard: Guard
    state: StateData
    diags: Diagnostics = msgspec.field(default_factory=Diagnostics)
    #: All values as planned.
    world: World | None = None

    @classmethod
    def empty(cls, prepared: Prepared, environment: Environment) -> Planned:
        """No plan at all: what there is after an error before planning."""
        state = StateData()
        return cls(Plan(Options(), "", 0, errored=True), prepared,
                   Clients(environment, "", Diagnostics()), DataReader(environment, ""),
                   Refresher(environment, ""), Guard(environment), state)


def make_plan(prepared: Prepared, state: StateData, options: Options, environment: Environment,
              diags: Diagnostics, *, session: StateSession | None = None,
              refresher: Refresher | None = None, data: DataReader | None = None,
              validating: bool = False) -> Planned:
    """Plan a prepared configuration against a state.

    A secret that is spent and needed again makes its producer rotate; the plan is then made once
    more with that known (objects are not read twice).
    """
    clients: Clients | None = None
    rotate: frozenset[str] = frozenset()
    collected = Diagnostics()
    refresher = refresher or Refresher(environment, state.lineage, read=options.refresh)
    data = data or DataReader(environment, state.lineage)
    recovery = Recovery(state, environment, collected, session)
    # What is built in needs no provider block, so nothing else says when its turn is.
    recovery.settle(BUILTIN, None)
    restore_deposed(state, session)
    with ExitStack() as opened:
        # A fault leaves no thread behind that goes on reading.
        opened.callback(refresher.close)
        for _ in range(MAX_ROTATIONS):
            planner = Planner(
                prepared.graph, state, prepared.values, options, environment, prepared.context,
                validating=validating, workspace=prepared.workspace, refresher=refresher,
                clients=clients, rotate=rotate, data=data, on_provider=recovery.settle,
                unsettled=recovery.unsettled)
            opened.callback(planner.ephemerals.close, collected)
            plan = planner.run()
            clients = planner.clients
            wanted = frozenset(planner.needs_rotation) - rotate
            if not wanted or planner.diags.has_errors or options.destroy:
                break
            rotate |= wanted
        assert clients is not None
        refresher.close()
        # Logging out needs what was lent, so it comes first.
        clients.release(fed_by_ephemerals(prepared.graph))
    propagate_create_first(plan)
    if not validating:
        recovery.report(planner.deferrals.unsettled)
        plan.unsettled = sorted(recovery.unsettled)
    diags.extend(collected)
    diags.extend(planner.diags)
    if not diags.has_errors or validating:
        diags.extend(check_uninstantiated(planner))
    guard = Guard(environment)
    if not diags.has_errors or validating:
        guard.judge(plan, diags, phase="static" if validating else "plan")
    plan.errored = diags.has_errors
    return Planned(plan, prepared, clients, data, refresher, guard, planner.prior_state(), diags,
                   planner.world)
