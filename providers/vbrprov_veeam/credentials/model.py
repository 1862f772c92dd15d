"""Arguments of cloud credentials."""

from __future__ import annotations

from vbrprov.sdk import attribute, computed_attribute
from vbrprov_veeam import words
from vbrprov_veeam.objects import ObjectModel


class CloudCredentialsModel(ObjectModel):
    """Arguments and attributes of ``veeam_cloud_credentials``."""

    type: str = attribute(
        doc="Kind of key: amazon (every S3 dialect, IBM, Wasabi and S3 compatible included), "
            "google (an HMAC key), azure_storage (an account key), azure_compute (an app "
            "registration, for helper appliances and cloud machines) or google_service (the key "
            "file of a service account).",
        required=True, choices=words.choices("cloud_credentials_type"), replace_on_change=True)
    description: str = attribute(doc="Description.", default="")
    read_only: bool | None = attribute(
        doc="Whether the key can only read, for recovery on a second backup server. The server "
            "does not know it; the guardrails do.")
    access_key: str | None = attribute(
        doc="Access key id; types amazon and google. Not a secret.")
    account: str | None = attribute(doc="Storage account name; type azure_storage.")
    secret_key: str | None = attribute(
        doc="Secret key, or the account key for azure_storage. Sent and forgotten.",
        sensitive=True, write_only=True)
    secret_key_version: int | None = attribute(doc="Raise it to send the secret key again.")
    connection_name: str | None = attribute(
        doc="Name that the record has on the server; type azure_compute.")
    tenant_id: str | None = attribute(
        doc="Id of the Microsoft Entra tenant; type azure_compute.", replace_on_change=True)
    application_id: str | None = attribute(
        doc="Client id of the app registration; type azure_compute. The registration must exist: "
            "making one needs a person at a browser.", replace_on_change=True)
    deployment_type: str | None = attribute(
        doc="microsoft_azure or microsoft_azure_stack; type azure_compute, where it is "
            "microsoft_azure when left out.", computed=True, replace_on_change=True,
        choices=words.choices("azure_deployment"))
    region_type: str | None = attribute(
        doc="Cloud of an app registration: global, government or china; type azure_compute.",
        computed=True, replace_on_change=True, choices=words.choices("region_type"))
    client_secret: str | None = attribute(
        doc="Client secret of the app registration; type azure_compute. Sent and forgotten.",
        sensitive=True, write_only=True)
    client_secret_version: int | None = attribute(doc="Raise it to send the client secret again.")
    certificate: str | None = attribute(
        doc="Certificate of the app registration with its key, as Base64 text, in place of a "
            "client secret; type azure_compute. Sent and forgotten.",
        sensitive=True, write_only=True)
    certificate_version: int | None = attribute(doc="Raise it to send the certificate again.")
    certificate_password: str | None = attribute(
        doc="Password of the certificate. Sent and forgotten.", sensitive=True, write_only=True)
    certificate_password_version: int | None = attribute(
        doc="Raise it, together with certificate_version, to send the password again.")
    certificate_format: str | None = attribute(
        doc="Form of the certificate: pfx or pem; pfx when left out.",
        choices=words.choices("certificate_format"))
    key_file: str | None = attribute(
        doc="Key file (JSON) of the service account, as Base64 text; type google_service. Sent and "
            "forgotten.", sensitive=True, write_only=True)
    key_file_version: int | None = attribute(doc="Raise it to send the key file again.")
    subscriptions: dict[str, str] | None = computed_attribute(
        doc="Ids of the Azure subscriptions as the backup server knows them, by Azure's own ids; "
            "appliances want these.")
    project_id: str | None = computed_attribute(
        doc="Project of the service account; type google_service.")
    account_name: str | None = computed_attribute(
        doc="Name of the service account; type google_service.")
    unique_id: str | None = computed_attribute(doc="Id that stays the same across servers.")
    last_modified: str | None = computed_attribute(
        doc="When the record was last changed (RFC 3339); moves when somebody rotates the key.",
        recompute=True)
