"""The provider of the ledger cloud for Terraform, on the package ``tf``.

It runs in an environment of its own (requirements.txt), as a process that Terraform starts. Records
are named by the cloud and buckets by the client; neither can be found again by a mark, since
Terraform gives its providers none.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
from urllib.parse import urlsplit

from tf import runner
from tf.iface import Provider, Resource
from tf.schema import Attribute, Schema
from tf.types import String

#: The provider's own address, as configurations name it.
ADDRESS = "example.com/tests/ledger"


class Cloud:
    """One world of the cloud; each call has a connection of its own."""

    def __init__(self, endpoint: str, world: str) -> None:
        self._where = urlsplit(endpoint).netloc
        self._world = world

    def call(self, method: str, path: str, body: dict | None = None) -> tuple[int, dict]:
        connection = http.client.HTTPConnection(self._where, timeout=60)
        try:
            connection.request(method, f"/w/{self._world}/{path}",
                               body=None if body is None else json.dumps(body).encode(),
                               headers={"X-Process": str(os.getpid())})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


class _Object(Resource):
    kind = ""

    def __init__(self, provider: LedgerProvider) -> None:
        self._provider = provider

    @classmethod
    def get_name(cls) -> str:
        return f"_{cls.kind}"

    @classmethod
    def get_schema(cls) -> Schema:
        return Schema(attributes=[
            Attribute("id", String(), computed=True),
            Attribute("name", String(), required=True, requires_replace=True)])

    def _path(self, state: dict) -> str:
        return f"{self.kind}s/{state['id']}"

    def create(self, ctx, planned):
        if self.kind == "bucket":
            status, answer = self._provider.cloud.call(
                "PUT", f"buckets/{planned['name']}", {"name": planned["name"], "note": ""})
        else:
            status, answer = self._provider.cloud.call(
                "POST", f"{self.kind}s", {"name": planned["name"]})
        if status >= 400:
            ctx.diagnostics.add_error("Refused by the cloud", f"{status}: {answer['error']}")
            return None
        return {"id": answer["id"], "name": planned["name"]}

    def read(self, ctx, current):
        status, _ = self._provider.cloud.call("GET", self._path(current))
        return None if status == 404 else current

    def update(self, ctx, current, planned):
        return planned

    def delete(self, ctx, current):
        self._provider.cloud.call("DELETE", self._path(current))


class Record(_Object):
    kind = "record"


class Bucket(_Object):
    kind = "bucket"


class LedgerProvider(Provider):
    cloud: Cloud

    def get_model_prefix(self) -> str:
        return "ledger"

    def get_provider_schema(self, diags) -> Schema:
        return Schema(attributes=[Attribute("endpoint", String(), required=True),
                                  Attribute("world", String(), required=True)])

    def full_name(self) -> str:
        return ADDRESS

    def validate_config(self, diags, config) -> None:
        """Nothing to check."""

    def configure_provider(self, diags, config) -> None:
        self.cloud = Cloud(config["endpoint"], config["world"])

    def get_data_sources(self) -> list:
        return []

    def get_resources(self) -> list:
        return [Record, Bucket]


if __name__ == "__main__":
    runner.run_provider(LedgerProvider(), sys.argv)
