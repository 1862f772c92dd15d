"""key_provider "aws_kms" against the double of KMS."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from vbrprov.sdk import KeyContext, KeyProviderError
from vbrprov_aws.key_providers.kms import KmsKey

sys.path.insert(0, str(Path(__file__).parents[2] / "harness"))
from key_contract import check_key_provider, config_of


@pytest.fixture
def arguments(client: Any, double: Any) -> dict[str, Any]:
    sandbox = double.sandbox
    key = client.kms().create_key()["KeyMetadata"]["KeyId"]
    return {"kms_key_id": key, "region": client.region, "endpoint": sandbox["endpoint"],
            "access_key": str(sandbox["access_key"]), "secret_key": str(sandbox["secret_key"])}


def test_contract(arguments: dict[str, Any]) -> None:
    check_key_provider(KmsKey(), arguments)


def test_a_key_of_another_kms_key_is_kept_for_reading_only(arguments: dict[str, Any]) -> None:
    kind = KmsKey()
    made = kind.new_key(config_of(kind, arguments), KeyContext())
    other = config_of(kind, {**arguments, "kms_key_id": "alias/other"})
    assert not kind.is_current(other, made.meta)


def test_refusals_name_the_key(arguments: dict[str, Any]) -> None:
    kind = KmsKey()
    wrong = config_of(kind, {**arguments, "kms_key_id": "00000000-0000-0000-0000-000000000000"})
    with pytest.raises(KeyProviderError, match="00000000-0000"):
        kind.new_key(wrong, KeyContext())
    config = config_of(kind, arguments)
    for meta in ({}, {"wrapped": "?"}):
        with pytest.raises(KeyProviderError, match="no wrapped key"):
            kind.key_again(config, meta, KeyContext())
    with pytest.raises(KeyProviderError):
        kind.key_again(config, {"wrapped": "AAAA"}, KeyContext())
