"""key_provider "aws_kms": a data key that KMS makes and unwraps."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from vbrprov.sdk import (
    Key,
    KeyContext,
    KeyProvider,
    KeyProviderError,
    Model,
    ProviderError,
    attribute,
)
from vbrprov_aws.errors import KMS
from vbrprov_aws.session import Clients
from vbrprov_aws.settings import Settings
from vbrprov_s3.errors import invoke


def _spec(value: Any) -> str | None:
    return None if value == "AES_256" else "The key specification is AES_256."


class KmsKeyModel(Model):
    """Arguments of ``key_provider "aws_kms"``; credentials as for ``provider "aws"``."""

    kms_key_id: str = attribute(doc="Id, ARN or alias of the KMS key.", required=True)
    key_spec: str | None = attribute(doc="Always AES_256; OpenTofu asks for it.",
                                     default="AES_256", validators=(_spec,))
    region: str | None = attribute(doc="Region of the key; AWS_REGION when left out.", default=None)
    profile: str | None = attribute(doc="Profile of the shared AWS configuration files.",
                                    default=None)
    access_key: str | None = attribute(doc="Access key id; with secret_key.", default=None,
                                       sensitive=True)
    secret_key: str | None = attribute(doc="Secret access key.", default=None, sensitive=True)
    token: str | None = attribute(doc="Session token of temporary credentials.", default=None,
                                  sensitive=True)
    endpoint: str | None = attribute(doc="Another endpoint than Amazon's own.", default=None)


class KmsKey(KeyProvider[KmsKeyModel]):
    """A data key from GenerateDataKey; KMS's wrapping of it is stored beside the data."""

    type_name = "aws_kms"
    model = KmsKeyModel
    doc = "A data key that AWS KMS makes, and unwraps again for those who may use the KMS key."
    source = "https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html"

    def new_key(self, config: KmsKeyModel, context: KeyContext) -> Key:
        """Ask KMS for a new data key."""
        answer = self._call(config, context, "generate_data_key", KeySpec="AES_256")
        wrapped = base64.b64encode(answer["CiphertextBlob"]).decode()
        return Key(bytes(answer["Plaintext"]), {"wrapped": wrapped, "for": config.kms_key_id})

    def key_again(self, config: KmsKeyModel, meta: Mapping[str, Any],
                  context: KeyContext) -> bytes:
        """Have KMS unwrap a data key."""
        try:
            wrapped = base64.b64decode(str(meta.get("wrapped", "")), validate=True)
        except ValueError:
            wrapped = b""
        if not wrapped:
            raise KeyProviderError("The note on the key holds no wrapped key of KMS.")
        answer = self._call(config, context, "decrypt", CiphertextBlob=wrapped)
        return bytes(answer["Plaintext"])

    def is_current(self, config: KmsKeyModel, meta: Mapping[str, Any]) -> bool:
        """Whether it was made with the KMS key that is wanted."""
        return meta.get("for") == config.kms_key_id

    def _call(self, config: KmsKeyModel, context: KeyContext, operation: str,
              **parameters: Any) -> dict[str, Any]:
        clients: Clients | None = None
        try:
            clients = Clients(Settings(
                region=config.region, profile=config.profile, access_key=config.access_key,
                secret_key=config.secret_key, token=config.token,
                endpoints={"kms": config.endpoint} if config.endpoint else {},
                untrusted=context.untrusted, learn_secret=context.secret))
            answer: dict[str, Any] = invoke(
                KMS, getattr(clients.kms(), operation), f'KMS key "{config.kms_key_id}"',
                KeyId=config.kms_key_id, **parameters)
        except ProviderError as error:
            raise KeyProviderError(f"{error.summary}: {error.detail}", hint=error.hint) from error
        finally:
            if clients is not None:
                clients.close()
        return answer
