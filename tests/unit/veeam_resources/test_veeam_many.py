"""Hundreds of objects: how many calls a plan makes, and how many run at a time."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from vbrprov_veeam.server import Server

COUNT = 200
LIMIT = 4


def test_two_hundred_repositories_and_policies(engine: Any, double: Any, connect: Any) -> None:
    server = connect(double, max_connections=LIMIT)
    assert isinstance(server, Server)
    engine = type(engine)(server)
    key = engine.apply("cloud_credentials", engine.type("cloud_credentials").model(
        type="amazon", access_key="AK", secret_key="k"))
    name, policy = "amazon_s3_repository", "agent_backup_policy"
    blocks = engine.type(name).model.schema().blocks
    target = engine.type(policy).model.schema().blocks["destination"].model

    def make(number: int) -> tuple[Any, Any, Any, Any]:
        repository = engine.type(name).model(
            name=f"repo{number}", account=blocks["account"].model(credentials_id=key.id),
            bucket=blocks["bucket"].model(name="b1", region_id="eu", folder=f"f{number}"))
        made = engine.apply(name, repository, address=f"veeam_{name}.x[{number}]")
        job = engine.type(policy).model(
            name=f"policy{number}", os="linux", policy_type="server",
            destination=target(repository_id=made.id))
        return repository, made, job, engine.apply(
            policy, job, address=f"veeam_{policy}.x[{number}]")

    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(make, range(COUNT)))
    assert double.stats()["most_at_once"] <= LIMIT
    assert double.stats()["login"] == 1

    before = len(double.reads())
    again = type(engine)(connect(double, max_connections=LIMIT))

    def plan(item: tuple[Any, Any, Any, Any]) -> list[str]:
        repository, state, job, job_state = item
        return [*again.steps(name, repository, again.read(name, state)),
                *again.steps(policy, job, again.read(policy, job_state))]

    with ThreadPoolExecutor(10) as pool:
        assert [steps for steps in pool.map(plan, made) if steps] == []
    reads = Counter(r["path"] for r in double.reads()[before:])
    single = {f"/api/v1/backupInfrastructure/repositories/{m[1].id}" for m in made}
    single |= {f"/api/v1/jobs/{m[3].id}" for m in made}
    assert {path: count for path, count in reads.items() if path in single and count > 1} == {}
    # Besides what is read one by one: the documents that tell the revision, one login.
    others = {path: count for path, count in reads.items() if path not in single}
    assert sum(others.values()) <= 4, others
