"""google_project_iam_member: one member of one role of a project."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import InstanceFacts, attribute
from vbrprov.sdk.views import View
from vbrprov_google.clients import GoogleClients
from vbrprov_google.grants import VERSION, Grant, GrantModel, Holder


class ProjectIamMemberModel(GrantModel):
    """Arguments and attributes of ``google_project_iam_member``."""

    project: str = attribute(doc="Id of the project.", required=True, replace_on_change=True)


class ProjectIamMember(Grant[ProjectIamMemberModel]):
    """A grant on a project."""

    type_name = "google_project_iam_member"
    model = ProjectIamMemberModel
    doc = "A role on a project, granted to one member."
    source = "https://docs.cloud.google.com/resource-manager/reference/rest/v3/projects/setIamPolicy"
    target = ("project",)

    def holder(self, client: GoogleClients, model: ProjectIamMemberModel) -> Holder:
        """The project."""
        path = f"projects/{model.project.removeprefix('projects/')}"
        return Holder(
            subject=f'the policy of project "{model.project}"',
            permission="resourcemanager.projects",
            get=("POST", "resourcemanager", f"{path}:getIamPolicy"),
            set=("POST", "resourcemanager", f"{path}:setIamPolicy"),
            body={"options": {"requestedPolicyVersion": VERSION}})

    def views(self, facts: InstanceFacts) -> Iterator[View]:
        """The grant as guardrails see it."""
        from vbrprov_google.access_views import grant_view

        return grant_view(facts)
