"""data veeam_permission_policy: the permission policy that a repository needs. Asks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vbrprov.policy.asking import PARTITIONS, TIERS, PolicyArguments
from vbrprov.policy.finding import format_names, vendors
from vbrprov.policy.purposes import AGENT_ACCESS, APPLIANCES, names
from vbrprov.policy.rendering import Rendered, render
from vbrprov.sdk import (
    DataSource,
    ErrorClass,
    Model,
    PolicyError,
    ProviderError,
    StepContext,
    attribute,
    computed_attribute,
)
from vbrprov_veeam.server import Server

_PAGE = "https://helpcenter.veeam.com/docs/vbr/userguide/required_permissions.html"
_AGENTS = "https://helpcenter.veeam.com/docs/vbr/userguide/agents_permissions.html"
_FOLDERS = "https://helpcenter.veeam.com/docs/vbr/userguide/object_storage_structure.html"


class PermissionPolicyModel(Model):
    """Arguments and attributes of ``data.veeam_permission_policy``."""

    vendor: str = attribute(
        doc="Whose policy it is. S3 compatible storage that is not listed takes generic.",
        required=True, choices=vendors())
    purpose: str = attribute(doc="What the identity is for.", required=True, choices=names(),
                             source=_PAGE)
    buckets: list[str] = attribute(doc="Buckets of the repository.", default=[])
    folder: str | None = attribute(
        doc="Name of the repository's folder, to narrow the policy to it: to "
            "`Veeam/Backup/<folder>/` and `Veeam/Archive/<folder>/`. Veeam itself asks for whole "
            "buckets; this is narrower than what it documents.", source=_FOLDERS)
    tier: str | None = attribute(
        doc="Which of the two: performance (Backup) or capacity (Archive); both by default.",
        choices=tuple(TIERS), source=_FOLDERS)
    immutability: bool | None = attribute(doc="Whether backups are immutable.", default=False)
    multi_bucket: bool | None = attribute(
        doc="Whether Veeam makes child buckets (S3 compatible storage).", default=False)
    browse: bool | None = attribute(
        doc="Whether the bucket may be browsed for in the wizard; with false its name has to be "
            "typed.", default=True)
    appliance: str | None = attribute(
        doc="The helper or archiver appliance in EC2: none, existing (its network is there) or "
            "new. For an archive existing is the default, else none.", choices=APPLIANCES)
    ebs_encryption: bool | None = attribute(
        doc="Whether the account encrypts new disks by default.", default=False)
    accelerated_retrieval: bool | None = attribute(
        doc="Whether archives are retrieved from S3 Glacier by batch jobs.", default=False)
    agent_access: str | None = attribute(
        doc="How agents reach S3 compatible storage: backup_server, shared or iam_sts, as the "
            "access permissions of the repository say.", choices=AGENT_ACCESS, source=_AGENTS)
    tls_only: bool | None = attribute(doc="Deny requests without TLS.", default=False)
    mfa_free: bool | None = attribute(
        doc="Allow nothing to sessions that signed in with MFA. Veeam signs with a key, which "
            "never has MFA, so what is allowed cannot be used from a person's session.",
        default=False)
    hardened: bool | None = attribute(
        doc="Deny what Veeam must never do, such as setting lifecycle rules.", default=False)
    principals: list[str] = attribute(
        doc="ARNs of identities. With them it is the policy of the bucket (or key), which allows "
            "them something; without, that of an identity.", default=[])
    account_id: str | None = attribute(
        doc="The account, in the vendor's form; for Dell ECS the namespace.")
    partition: str | None = attribute(doc="Partition of ARNs.", default="aws", choices=PARTITIONS)
    subscription_id: str | None = attribute(doc="Azure: the subscription.")
    resource_group: str | None = attribute(doc="Azure: the resource group.")
    storage_account: str | None = attribute(doc="Azure: the storage account.")
    project: str | None = attribute(doc="Google Cloud: the project of the role.")
    instance_id: str | None = attribute(doc="IBM Cloud: id of the service instance.")
    name: str | None = attribute(doc="Name of the policy; veeam- and the purpose by default.")
    format: str | None = attribute(
        doc="Format of content; JSON without blanks by default.", choices=format_names())
    json: str | None = computed_attribute(doc="The policy as JSON without blanks.")
    pretty_json: str | None = computed_attribute(doc="The policy as JSON on several lines.")
    content: str | None = computed_attribute(doc="The policy in the format that was asked for.")
    kind: str | None = computed_attribute(
        doc="What the policy is: iam, flashblade, ibm, azure_role, azure_assignments or "
            "google_role.")
    attach: str | None = computed_attribute(
        doc="What it is attached to: user, managed (too long for a user's own), group, named, "
            "bucket, key, role, rules or service_id.")
    actions: list[str] = computed_attribute(doc="What it allows, as the vendor spells it.")
    reasons: dict[str, str] = computed_attribute(
        doc="For each permission, as Veeam prints it, why it is needed.")
    sources: dict[str, str] = computed_attribute(
        doc="For each permission the page that asks for it.")
    notes: list[str] = computed_attribute(doc="What has to be known with the policy.")


class PermissionPolicy(DataSource[PermissionPolicyModel, Server]):
    """Renders the policy from what is known of permissions; no server is asked."""

    type_name = "veeam_permission_policy"
    model = PermissionPolicyModel
    doc = "The permission policy that Veeam needs on object storage, as a vendor writes it."
    source = _PAGE

    def read(self, client: Server, config: PermissionPolicyModel,
             ctx: StepContext) -> PermissionPolicyModel:
        """Render."""
        try:
            rendered = render(_arguments(config))
            content = rendered.text(config.format)
        except PolicyError as error:
            raise ProviderError(ErrorClass.INVALID, error.summary, error.detail,
                                attribute=error.argument or None, hint=error.hint) from error
        return config.copy(
            json=rendered.text("json").rstrip("\n"), pretty_json=rendered.text("pretty"),
            content=content, kind=rendered.document.kind, attach=rendered.document.attach,
            actions=list(dict.fromkeys(_spelled(rendered))),
            reasons={each.action: each.why for each in rendered.explain()},
            sources={each.action: each.sources[0] for each in rendered.explain()},
            notes=list(rendered.notes))


def _arguments(config: PermissionPolicyModel) -> PolicyArguments:
    """The arguments; a null is as good as one that is left out."""
    given: dict[str, Any] = {
        name: getattr(config, name) for name in PolicyArguments.__struct_fields__}
    return PolicyArguments(**{name: value for name, value in given.items() if value is not None})


def _spelled(rendered: Rendered) -> Iterator[str]:
    for each in rendered.explain():
        yield from each.spelling
