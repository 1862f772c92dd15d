"""All that a provider, a rule, a function or a backend imports.

Here: models, resource types and steps, functions, facts, views and rules.
Not here: anything that runs them.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vbrprov.diag import Severity, SourceRange
    from vbrprov.sdk.audit import Listed, StorageBelow
    from vbrprov.sdk.ephemeral import EphemeralResource, Opened
    from vbrprov.sdk.estate import Estate, StorageInUse, Target, Use
    from vbrprov.sdk.estate_links import Extent
    from vbrprov.sdk.facts import Attestation, InstanceFacts, Suppression
    from vbrprov.sdk.function import Function, FunctionContext, FunctionError, Param
    from vbrprov.sdk.handwork import Handwork
    from vbrprov.sdk.keys import Key, KeyContext, KeyProvider, KeyProviderError
    from vbrprov.sdk.linking import Choice, Member
    from vbrprov.sdk.model import (
        Attribute,
        BlockType,
        Model,
        Schema,
        attribute,
        block,
        computed_attribute,
    )
    from vbrprov.sdk.policy import (
        Level,
        Need,
        PolicyDialect,
        PolicyDocument,
        PolicyError,
        PolicyFormat,
        PolicyRequest,
        Scope,
    )
    from vbrprov.sdk.provider import Provider, ProviderConfig, ProviderContext
    from vbrprov.sdk.reading import Reader
    from vbrprov.sdk.resource import (
        DataSource,
        ErrorClass,
        Identity,
        OpenIntent,
        PlanDraft,
        Probe,
        ProbeVerdict,
        ProviderError,
        Recovery,
        ResourceType,
        Step,
        StepContext,
        Steps,
    )
    from vbrprov.sdk.rule import Finding, Phase, Rule, Truth, Verdict
    from vbrprov.sdk.store import (
        BackendType,
        ObjectStore,
        Setting,
        StoreConflictError,
        Stored,
        StoreError,
    )
    from vbrprov.sdk.terraform import TerraformAttributes, TerraformPart, only
    from vbrprov.sdk.views import (
        AccessKeyView,
        AccountView,
        AgentAccessView,
        BackupServerView,
        BucketView,
        CloudQuotaView,
        ContainerView,
        CredentialsView,
        ExtentView,
        Facet,
        Fact,
        FileRepositoryView,
        FolderInUseView,
        GrantView,
        HostView,
        JobKind,
        JobView,
        Lifecycle,
        LifecycleRuleView,
        Link,
        ManagedPolicyView,
        MemberView,
        Origin,
        PlacesView,
        ProtectionGroupView,
        RepositorySettingView,
        RepositoryView,
        RoleGrantView,
        RoleView,
        ScaleOutView,
        StorageView,
        TierView,
        View,
    )

__all__ = [
    "AccessKeyView", "AccountView", "AgentAccessView", "Attestation", "Attribute", "BackendType",
    "BackupServerView", "BlockType", "BucketView", "Choice", "CloudQuotaView", "ContainerView",
    "CredentialsView", "DataSource", "EphemeralResource", "ErrorClass", "Estate", "Extent",
    "ExtentView", "Facet", "Fact", "FileRepositoryView", "Finding", "FolderInUseView", "Function",
    "FunctionContext", "FunctionError", "GrantView", "Handwork", "HostView", "Identity",
    "InstanceFacts", "JobKind", "JobView", "Key", "KeyContext", "KeyProvider", "KeyProviderError",
    "Level", "Lifecycle", "LifecycleRuleView", "Link", "Listed", "ManagedPolicyView", "Member",
    "MemberView", "Model", "Need", "ObjectStore", "OpenIntent", "Opened", "Origin", "Param",
    "Phase", "PlacesView", "PlanDraft", "PolicyDialect", "PolicyDocument", "PolicyError",
    "PolicyFormat", "PolicyRequest", "Probe", "ProbeVerdict", "ProtectionGroupView", "Provider",
    "ProviderConfig", "ProviderContext", "ProviderError", "Reader", "Recovery",
    "RepositorySettingView", "RepositoryView", "ResourceType", "RoleGrantView", "RoleView", "Rule",
    "ScaleOutView", "Schema", "Scope", "Setting", "Severity", "SourceRange", "Step", "StepContext",
    "Steps", "StorageBelow", "StorageInUse", "StorageView", "StoreConflictError", "StoreError",
    "Stored", "Suppression", "Target", "TerraformAttributes", "TerraformPart", "TierView", "Truth",
    "Use", "Verdict", "View", "attribute", "block", "computed_attribute", "only",
]

# Imported on first use: most runs need few of these, and views and rules are slow to define.
_SOURCES = {
    "vbrprov.diag": "Severity SourceRange",
    "vbrprov.sdk.audit": "Listed StorageBelow",
    "vbrprov.sdk.ephemeral": "EphemeralResource Opened",
    "vbrprov.sdk.estate": "Estate StorageInUse Target Use",
    "vbrprov.sdk.estate_links": "Extent",
    "vbrprov.sdk.facts": "Attestation InstanceFacts Suppression",
    "vbrprov.sdk.function": "Function FunctionContext FunctionError Param",
    "vbrprov.sdk.handwork": "Handwork",
    "vbrprov.sdk.keys": "Key KeyContext KeyProvider KeyProviderError",
    "vbrprov.sdk.linking": "Choice Member",
    "vbrprov.sdk.model": "Attribute BlockType Model Schema attribute block computed_attribute",
    "vbrprov.sdk.policy": (
        "Level Need PolicyDialect PolicyDocument PolicyError PolicyFormat PolicyRequest Scope"),
    "vbrprov.sdk.provider": "Provider ProviderConfig ProviderContext",
    "vbrprov.sdk.reading": "Reader",
    "vbrprov.sdk.resource": (
        "DataSource ErrorClass Identity OpenIntent PlanDraft Probe ProbeVerdict ProviderError "
        "Recovery ResourceType Step StepContext Steps"),
    "vbrprov.sdk.rule": "Finding Phase Rule Truth Verdict",
    "vbrprov.sdk.store": (
        "BackendType ObjectStore Setting StoreConflictError StoreError Stored"),
    "vbrprov.sdk.terraform": "TerraformAttributes TerraformPart only",
    "vbrprov.sdk.views": (
        "AccessKeyView AccountView AgentAccessView BackupServerView BucketView CloudQuotaView "
        "ContainerView CredentialsView ExtentView Facet Fact FileRepositoryView FolderInUseView "
        "GrantView HostView JobKind JobView Lifecycle LifecycleRuleView Link ManagedPolicyView "
        "MemberView Origin PlacesView ProtectionGroupView RepositoryView ScaleOutView "
        "RepositorySettingView RoleGrantView RoleView StorageView TierView View"),
}
_SOURCE_OF = {name: module for module, names in _SOURCES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    module = _SOURCE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(module), name)
    globals()[name] = found
    return found
