"""aws_iam_policy_document: a policy document from blocks. Asks nobody."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from vbrprov.sdk import (
    DataSource,
    ErrorClass,
    Model,
    ProviderError,
    StepContext,
    attribute,
    block,
    computed_attribute,
)
from vbrprov_aws.clients import AwsClients

_GRAMMAR = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"


class PrincipalsBlock(Model):
    """Who a statement is about."""

    type: str = attribute(doc='Kind: AWS, Service, Federated, CanonicalUser, or "*".',
                          required=True)
    identifiers: set[str] = attribute(doc="Names of that kind.", required=True)


class ConditionBlock(Model):
    """When a statement applies."""

    test: str = attribute(doc="Operator, such as StringEquals.", required=True)
    variable: str = attribute(doc="Context key, such as aws:SecureTransport.", required=True)
    values: list[str] = attribute(doc="Values, of which one must match.", required=True)


class StatementBlock(Model):
    """One statement."""

    sid: str | None = attribute(doc="Name of the statement.", default=None)
    effect: str | None = attribute(doc="Allow or Deny.", default="Allow",
                                   choices=("Allow", "Deny"))
    actions: set[str] | None = attribute(doc="Actions.", default=None)
    not_actions: set[str] | None = attribute(doc="All actions but these.", default=None)
    resources: set[str] | None = attribute(doc="Resources.", default=None)
    not_resources: set[str] | None = attribute(doc="All resources but these.", default=None)
    principals: list[PrincipalsBlock] = block(doc="Who it is about.", default=None)
    not_principals: list[PrincipalsBlock] = block(doc="Everyone but these.", default=None)
    condition: list[ConditionBlock] = block(doc="Conditions, all of which must hold.",
                                            default=None)


class IamPolicyDocumentModel(Model):
    """Arguments and attributes of ``aws_iam_policy_document``."""

    policy_id: str | None = attribute(doc="Name of the document.", default=None)
    version: str | None = attribute(doc="Version of the policy language.", default="2012-10-17",
                                    choices=("2012-10-17", "2008-10-17"), source=_GRAMMAR)
    source_policy_documents: list[str] | None = attribute(
        doc="Documents whose statements come first; a statement here with the same sid replaces "
            "theirs.", default=None)
    override_policy_documents: list[str] | None = attribute(
        doc="Documents whose statements replace those of the same sid.", default=None)
    statement: list[StatementBlock] = block(doc="The statements.", default=None)
    json: str | None = computed_attribute(doc="The document, indented.")
    minified_json: str | None = computed_attribute(doc="The document without blanks.")
    id: str | None = computed_attribute(doc="Always the version.")


class IamPolicyDocument(DataSource[IamPolicyDocumentModel, AwsClients]):
    """Renders statements as JSON in a steady order: it changes only when its meaning does."""

    type_name = "aws_iam_policy_document"
    model = IamPolicyDocumentModel
    doc = "A policy document written as blocks."
    source = _GRAMMAR

    def read(self, client: AwsClients, config: IamPolicyDocumentModel,
             ctx: StepContext) -> IamPolicyDocumentModel:
        """Render."""
        statements = _merge(_given(config.source_policy_documents, "source_policy_documents"),
                            unique=True)
        statements = _merge([*statements, *map(_statement, config.statement)])
        overriding = _given(config.override_policy_documents, "override_policy_documents")
        statements = _merge([*statements, *overriding])
        document: dict[str, Any] = {"Version": config.version or "2012-10-17"}
        if config.policy_id:
            document["Id"] = config.policy_id
        document["Statement"] = statements
        return config.copy(
            json=json.dumps(document, indent=2, ensure_ascii=False),
            minified_json=json.dumps(document, separators=(",", ":"), ensure_ascii=False),
            id=document["Version"])


def _given(documents: list[str] | None, argument: str) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for document in documents or []:
        try:
            statements = json.loads(document or "{}").get("Statement", [])
        except (ValueError, AttributeError) as error:
            raise ProviderError(ErrorClass.INVALID, "Policy document not understood",
                                f"A document in {argument} is not a JSON object: {error}.",
                                attribute=argument) from error
        out.extend(statements if isinstance(statements, list) else [statements])
    return out


def _merge(statements: Iterable[dict[str, Any]], unique: bool = False) -> list[dict[str, Any]]:
    """One statement per sid, the last one winning; with *unique* a second one is refused."""
    out: list[dict[str, Any]] = []
    places: dict[str, int] = {}
    for statement in statements:
        sid = statement.get("Sid")
        if sid and sid in places:
            if unique:
                raise ProviderError(
                    ErrorClass.INVALID, "Statement stated twice",
                    f'Two of source_policy_documents have a statement with sid "{sid}".',
                    attribute="source_policy_documents")
            out[places[sid]] = statement
            continue
        if sid:
            places[sid] = len(out)
        out.append(statement)
    return out


def _few(values: Iterable[str] | None) -> Any:
    """A single value as such, several as a sorted list."""
    listed = sorted(values or ())
    return listed[0] if len(listed) == 1 else listed


def _statement(block: StatementBlock) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if block.sid:
        out["Sid"] = block.sid
    out["Effect"] = block.effect or "Allow"
    for key, values in (("Action", block.actions), ("NotAction", block.not_actions),
                        ("Resource", block.resources), ("NotResource", block.not_resources)):
        if values:
            out[key] = _few(values)
    for key, entries in (("Principal", block.principals), ("NotPrincipal", block.not_principals)):
        if entries:
            out[key] = _principals(entries)
    if block.condition:
        tests: dict[str, dict[str, Any]] = {}
        for condition in block.condition:
            values = tests.setdefault(condition.test, {}).setdefault(condition.variable, [])
            values.extend(v for v in condition.values if v not in values)
        out["Condition"] = {test: {name: _few(values) for name, values in entries.items()}
                            for test, entries in tests.items()}
    return out


def _principals(entries: list[PrincipalsBlock]) -> Any:
    kinds: dict[str, set[str]] = {}
    for entry in entries:
        kinds.setdefault(entry.type, set()).update(entry.identifiers)
    if kinds == {"*": {"*"}}:
        return "*"
    return {kind: _few(names) for kind, names in kinds.items()}
