"""Data sources of the google provider."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderContext, ProviderError
from vbrprov_google.provider import CONFIG, GoogleModel

PROJECT = "sandbox-project"


@pytest.fixture
def read(google: Any, kind: Any) -> Any:
    def run(name: str, /, **arguments: Any) -> Any:
        source = kind(name, "data_sources")
        return source.read(google.client, source.model(**arguments), google.ctx)

    return run


def test_project(read: Any, double: Any) -> None:
    own = read("project")
    assert (own.project_id, own.id) == (PROJECT, f"projects/{PROJECT}")
    assert own.number.isdigit()
    assert (own.org_id, own.folder_id) == ("1000000000", None)
    assert read("project", project_id="other-project").number != own.number
    double.ask("foreign", {"name": "their-project"})
    with pytest.raises(ProviderError) as caught:
        read("project", project_id="their-project")
    assert caught.value.kind is ErrorClass.DENIED
    assert "resourcemanager.projects.get" in caught.value.detail


def test_client_config(google: Any, double: Any, kind: Any) -> None:
    told: list[str] = []
    google.client = CONFIG.configure(GoogleModel(region="europe-west3"), ProviderContext(
        sandbox=double.sandbox, secret=told.append))
    source = kind("client_config", "data_sources")
    found = source.read(google.client, source.model(), google.ctx)
    assert (found.project, found.region, found.zone) == (PROJECT, "europe-west3", None)
    assert found.access_token in told
    assert source.model.schema().attributes["access_token"].sensitive
    assert found.access_token not in repr(found)


def test_service_agent(read: Any) -> None:
    found = read("storage_project_service_account")
    assert found.email_address.endswith("@gs-project-accounts.iam.gserviceaccount.com")
    assert found.member == f"serviceAccount:{found.email_address}"


def test_service_account(read: Any, google: Any, kind: Any) -> None:
    made = google.apply(kind("service_account"), account_id="backup-agent",
                        display_name="VBR").state
    for name in ("backup-agent", made.email, made.unique_id, made.name):
        found = read("service_account", account_id=name)
        assert (found.email, found.unique_id, found.display_name) == (
            made.email, made.unique_id, "VBR")
    with pytest.raises(ProviderError) as caught:
        read("service_account", account_id="nobody")
    assert caught.value.kind is ErrorClass.NOT_FOUND


def test_bucket(read: Any, google: Any, kind: Any) -> None:
    made = google.apply(kind("storage_bucket"), name="my-backups", location="EU",
                        enable_object_retention=True, labels={"a": "b"}).state
    found = read("storage_bucket", name="my-backups")
    for name in ("location", "project", "project_number", "versioning", "soft_delete_policy",
                 "storage_class", "enable_object_retention", "effective_labels", "self_link",
                 "public_access_prevention", "live_lifecycle_rules", "live_retention_period"):
        assert getattr(found, name) == getattr(made, name), name
    with pytest.raises(ProviderError) as caught:
        read("storage_bucket", name="none-there")
    assert caught.value.kind is ErrorClass.NOT_FOUND
