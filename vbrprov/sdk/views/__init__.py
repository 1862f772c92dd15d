"""Neutral views: what guardrails see of storage, repositories and jobs, whoever provides them.

Each provider projects its resource types and data sources into these. A view shows the end state;
where a rule needs more (what is live, what was recorded), the view says so.
"""

from __future__ import annotations

from vbrprov.sdk.views.access import (
    AccessKeyView,
    AgentAccessView,
    CredentialsView,
    GrantView,
    ManagedPolicyView,
    RoleGrantView,
    RoleView,
)
from vbrprov.sdk.views.base import (
    UNKNOWN,
    UNREAD,
    UNSET,
    WRITES,
    Facet,
    Fact,
    Link,
    Origin,
    View,
)
from vbrprov.sdk.views.jobs import (
    BackupServerView,
    HostView,
    JobKind,
    JobView,
    MemberView,
    ProtectionGroupView,
)
from vbrprov.sdk.views.repositories import (
    CloudQuotaView,
    ExtentView,
    FileRepositoryView,
    FolderInUseView,
    PlacesView,
    RepositorySettingView,
    RepositoryView,
    ScaleOutView,
    TierView,
)
from vbrprov.sdk.views.storage import (
    AccountView,
    BucketView,
    ContainerView,
    Lifecycle,
    LifecycleRuleView,
    StorageView,
)

__all__ = [
    "UNKNOWN",
    "UNREAD",
    "UNSET",
    "WRITES",
    "AccessKeyView",
    "AccountView",
    "AgentAccessView",
    "BackupServerView",
    "BucketView",
    "CloudQuotaView",
    "ContainerView",
    "CredentialsView",
    "ExtentView",
    "Facet",
    "Fact",
    "FileRepositoryView",
    "FolderInUseView",
    "GrantView",
    "HostView",
    "JobKind",
    "JobView",
    "Lifecycle",
    "LifecycleRuleView",
    "Link",
    "ManagedPolicyView",
    "MemberView",
    "Origin",
    "PlacesView",
    "ProtectionGroupView",
    "RepositorySettingView",
    "RepositoryView",
    "RoleGrantView",
    "RoleView",
    "ScaleOutView",
    "StorageView",
    "TierView",
    "View",
]
