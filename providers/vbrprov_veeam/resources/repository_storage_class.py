"""veeam_repository_storage_class: a colder class that the REST API cannot set."""

from __future__ import annotations

from vbrprov.sdk import Model, attribute, computed_attribute
from vbrprov_veeam.powershell.base import ScriptedType
from vbrprov_veeam.powershell.script import Json

#: Classes, and the properties that may show them.
_SHOWN = {"cool": ["CoolAccessTierEnabled"],
          "coldline": ["EnableColdlineStorageClass", "ColdlineStorageClassEnabled"]}


class RepositoryStorageClassModel(Model):
    """Arguments of ``veeam_repository_storage_class``."""

    repository_id: str = attribute(
        doc="Id of the repository: Azure Blob for cool, Google Cloud for coldline.", required=True,
        replace_on_change=True)
    storage_class: str = attribute(doc="cool or coldline.", required=True,
                                   choices=tuple(_SHOWN), replace_on_change=True)
    enabled: bool = attribute(doc="Whether backups go to that class.", default=True)
    id: str | None = computed_attribute(doc="The id of the repository.")


class RepositoryStorageClass(ScriptedType[RepositoryStorageClassModel]):
    """One per repository. Destroying it switches the class off.

    The documentation names no property that shows Coldline; where the server has none, somebody
    looks at it in the console and says so with the script's switch -Seen.
    """

    type_name = "veeam_repository_storage_class"
    model = RepositoryStorageClassModel
    script = "repository_storage_class"
    noun = "storage class"
    doc = "The cool tier of Azure Blob, or Coldline of Google Cloud; needs PowerShell."
    source = "https://helpcenter.veeam.com/docs/vbr/powershell/set-vbrazureblobrepository.html"

    def where(self, model: RepositoryStorageClassModel) -> Json:
        """The repository, and what shows the class."""
        return {"repository_id": model.repository_id, "storage_class": model.storage_class,
                "shown_as": _SHOWN.get(model.storage_class, [])}

    def wanted(self, model: RepositoryStorageClassModel, token: str) -> Json:
        """On or off."""
        return {"enabled": model.enabled}

    def unset(self, model: RepositoryStorageClassModel) -> Json | None:
        """Off."""
        return {"enabled": False}

    def lookup(self, import_id: str) -> Json | None:
        """The class and the id of a repository: cool:ID."""
        kind, _, repository = import_id.partition(":")
        if kind not in _SHOWN or not repository:
            return None
        return {"repository_id": repository, "storage_class": kind}

    def model_of(self, found: Json, state: RepositoryStorageClassModel,
                 ) -> RepositoryStorageClassModel:
        """On or off; what nobody looked at is as it was."""
        return state.copy(id=state.repository_id,
                          enabled=bool(found.get("enabled", state.enabled)))
