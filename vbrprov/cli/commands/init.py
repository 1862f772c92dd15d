"""``vbrprov init``."""

from __future__ import annotations

from typing import Any

import click

from vbrprov.cli.options import input_options, output_options, trust_options


@click.command()
@click.option("--upgrade", is_flag=True,
              help="Choose the newest allowed versions and accept changed content.")
@click.option("--lockfile", type=click.Choice(["readonly"]), metavar="MODE",
              help='"readonly": fail when the lock file would change.')
@click.option("--get", "get_modules", type=bool, default=True, metavar="BOOL",
              help="Fetch modules (default true).")
@click.option("--backend", type=bool, default=True, metavar="BOOL",
              help="Look at the backend settings (default true).")
@click.option("--migrate-state", is_flag=True,
              help="Move the states of all workspaces to the backend that the settings name.")
@click.option("--force-copy", is_flag=True, help="The same as -migrate-state.")
@click.option("--reconfigure", is_flag=True,
              help="Use what is in the backend that the settings name; move nothing.")
@click.option("--lock-timeout", default="60s", metavar="DURATION",
              help="How long to wait for another init, such as 30s or 5m (default 60s).")
@input_options
@trust_options
@output_options
def command(no_color: bool, upgrade: bool, lockfile: str | None, get_modules: bool, backend: bool,
            migrate_state: bool, force_copy: bool, reconfigure: bool, lock_timeout: str,
            **given: Any) -> int:
    """Install the modules that are not local, as .vbrprov.lock.hcl says, and change the backend.

    A configuration without such modules needs no init, and a backend needs one only when the state
    was kept elsewhere before.

    Exit status: 0 done, 1 errors.
    """
    from vbrprov.cli.installing import run_init
    from vbrprov.cli.options import make_request
    from vbrprov.cli.runtime import Runtime

    if upgrade and lockfile:
        raise click.UsageError("-upgrade conflicts with -lockfile=readonly.")
    if reconfigure and (migrate_state or force_copy):
        raise click.UsageError("-migrate-state conflicts with -reconfigure.")
    runtime = Runtime(no_color=no_color)
    request = make_request(runtime, lock_timeout=lock_timeout, **given)
    status = 0
    if get_modules:
        status = run_init(runtime, request, upgrade=upgrade, readonly=lockfile is not None,
                          brief=False)
    else:
        runtime.out("Modules are left as they are, since -get=false was given.\n")
    if backend and status == 0:
        from vbrprov.workflow.migrate import reconfigure as change

        change(request, runtime, lambda text: runtime.out(f"{text}\n"),
               migrate=migrate_state or force_copy, forget=reconfigure)
        return runtime.finish()
    return status
