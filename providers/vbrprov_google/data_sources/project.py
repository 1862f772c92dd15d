"""google_project (data): a project by its id."""

from __future__ import annotations

from vbrprov.sdk import DataSource, Model, StepContext, attribute, computed_attribute
from vbrprov_google.clients import GoogleClients
from vbrprov_google.errors import call


class ProjectModel(Model):
    """Arguments and attributes of the data source ``google_project``."""

    project_id: str | None = attribute(doc="Id of the project; the provider's when left out.",
                                       default=None, computed=True)
    id: str | None = computed_attribute(doc="The project as projects/ID.")
    number: str | None = computed_attribute(doc="Number of the project.")
    name: str | None = computed_attribute(doc="Name for people.")
    org_id: str | None = computed_attribute(doc="Organisation right above; null below a folder.")
    folder_id: str | None = computed_attribute(doc="Folder right above, if there is one.")
    labels: dict[str, str] | None = computed_attribute(doc="Labels of the project.")


class Project(DataSource[ProjectModel, GoogleClients]):
    """Reads a project."""

    type_name = "google_project"
    model = ProjectModel
    doc = "A project: its number, and what it lies in."
    source = "https://docs.cloud.google.com/resource-manager/reference/rest/v3/projects/get"

    def read(self, client: GoogleClients, config: ProjectModel, ctx: StepContext) -> ProjectModel:
        """Ask Resource Manager."""
        project = config.project_id or client.project
        there = call(ctx, "resourcemanager.projects.get", f'project "{project}"',
                     lambda: client.rest("GET", "resourcemanager", f"projects/{project}"))
        kind, _, parent = str(there.get("parent", "")).partition("/")
        return config.copy(
            project_id=there["projectId"], id=f"projects/{there['projectId']}",
            number=there["name"].removeprefix("projects/"), name=there.get("displayName"),
            org_id=parent if kind == "organizations" else None,
            folder_id=parent if kind == "folders" else None, labels=there.get("labels") or {})
