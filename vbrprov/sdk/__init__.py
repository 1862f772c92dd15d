"""All that a provider, a rule, a function or a backend imports.

Here: models, resource types and steps, functions, facts and rules. Not here: anything that runs them.
"""

from vbrprov.sdk.facts import Attestation, InstanceFacts, Suppression
from vbrprov.sdk.function import Function, FunctionContext, FunctionError, Param
from vbrprov.sdk.model import (
    Attribute,
    BlockType,
    Model,
    Schema,
    attribute,
    block,
    computed_attribute,
)
from vbrprov.sdk.provider import Provider, ProviderConfig, ProviderContext
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

__all__ = [
    "Attestation", "Attribute", "BlockType", "DataSource", "ErrorClass", "Function",
    "FunctionContext", "FunctionError", "Identity", "InstanceFacts", "Model", "OpenIntent", "Param",
    "PlanDraft", "Probe", "ProbeVerdict", "Provider", "ProviderConfig", "ProviderContext",
    "ProviderError", "Recovery", "ResourceType", "Schema", "Step", "StepContext", "Steps",
    "Suppression", "attribute", "block", "computed_attribute",
]
