"""One configuration with twelve secrets: what they are, and where each comes from."""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from canary_watch import Watched
from launcher import CHECKOUT, Launcher, Result, Running
from services import Sandbox

from vbrprov_veeam.doubles.vbr.remote import RemoteDouble

_KEY_LINES = ["MIICanaryFileBAQEFAASCBKcwggSjAgEAAoIBAQ", "C7VJTUt9Us8cKjMzEfYyjiWA4R4Myz7Canary+/",
              "4uCanaryLast/8fqAB+CDEfGhIjKlMnOpQrStUv"]
#: Given by hand, each in another way. Each has what its spellings differ in.
PLANTED = {
    "variable": 'canary vari/able+"1"&<é>\\',
    "output": "canary output/two+'2'&<ö>%20",
    "provider argument": "canary0provider/three+3ABCDEFGHIJKLMNO",
    "write-only argument": "canary written/four+4&<ü>\n  and a second line of it",
    "environment": "canary environment/five+5&<ß>",
    "file": "\n".join(["-----BEGIN CANARY KEY-----", *_KEY_LINES, "-----END CANARY KEY-----", ""]),
    "error text of a server": "canary-told/six_6 with=enough:words@to-be-broken into+some lines",
    "resource name": "canary.name-seven_7",
    "module input": "canary ${module}/eight+8&<ä>",
}
#: Made by a service or by the program: ``ephemeral``, ``data source`` and ``one-time key``.
MADE = ("ephemeral", "data source", "one-time key")
PIN = 918273645546372819

_ENCRYPTION = """
vbrprov {
  encryption {
    key_provider "passphrase" "a" {
      passphrase = "correct horse battery staple"
      cost       = 14
    }
    method "aes_gcm" "a" {
      keys = key_provider.passphrase.a
    }
    method "unencrypted" "a" {
    }
    state {
      method = method.NOW.a
      fallback {
        method = method.BEFORE.a
      }
    }
  }
}
"""


class Canary(Watched):
    """The stack ``canary`` on services of its own."""

    def __init__(self, root: Path, launcher: Launcher, sandbox: Sandbox, double: RemoteDouble,
                 ) -> None:
        self.sandbox, self.double = sandbox, double
        self.google = Google(sandbox)
        self._aws_keys: dict[str, str] = {}
        self._passwords: set[str] = set()
        self._document = self.google.new_key()
        super().__init__(
            root, launcher, also=[sandbox.folder], **sandbox.env,
            VBRPROV_VEEAM_PASSWORD=PLANTED["environment"], NO_GCE_CHECK="true",
            TF_VAR_aws_secret_key=PLANTED["provider argument"],
            VBRPROV_VAR_in_output=PLANTED["output"], TF_VAR_google_key=self._document,
            TF_VAR_written=PLANTED["write-only argument"], TF_VAR_pin=str(PIN),
            TF_VAR_name=PLANTED["resource name"], TF_VAR_vbr_server=double.url,
            TF_VAR_vbr_fingerprint=double.fingerprint,
            TF_VAR_aws_endpoint=sandbox.aws["endpoint"],
            TF_VAR_google_endpoint=self.google.endpoint)
        shutil.copytree(CHECKOUT / "tests/e2e/stacks/canary", self.work, dirs_exist_ok=True)
        self.main = (self.work / "main.vbr.hcl").read_text(encoding="utf-8")
        self.give("secret.txt", PLANTED["file"])
        self.give("a.auto.vbrvars.hcl", "in_variable = " + quoted(
            {"word": PLANTED["variable"], "list": [PLANTED["variable"], "plain"]}) + "\n")
        self.give("given.hcl", "".join(f"{name} = {quoted(PLANTED[what])}\n" for name, what in (
            ("told_by_a_server", "error text of a server"), ("for_module", "module input"))))

    def keep(self, what: str, done: Result) -> None:
        """Keep the secrets of services too: those of objects that are gone are not told."""
        with contextlib.suppress(urllib.error.HTTPError):
            self._aws_keys |= self.sandbox.aws_secrets()
        self._passwords |= {each["password"] for each in self.double.secrets("credentials")
                            if each.get("password") not in (None, PLANTED["write-only argument"])}
        super().keep(what, done)

    def start(self, *args: str) -> Running:
        """Begin a command; what it writes is to be kept with ``keep``."""
        return self._launcher.start(args, self.work, self.env)

    def encrypt(self, wanted: bool) -> None:
        """Have the state encrypted, or plain, whatever it is now; names may be secret then."""
        path = self.work / "encryption.vbr.hcl"
        if wanted or path.exists():
            now, before = ("aes_gcm", "unencrypted") if wanted else ("unencrypted", "aes_gcm")
            path.write_text(_ENCRYPTION.replace("NOW", now).replace("BEFORE", before))
        self.write("named.auto.vbrvars.hcl", f"named = {str(wanted).lower()}\n")

    def secrets(self) -> dict[str, str]:
        """All of them, with what is made of them and is as secret."""
        word = PLANTED["variable"]
        told = self.google.secrets()
        return {
            **PLANTED, "variable in capitals": word.upper(), "part of the variable": word[7:19],
            "number": str(PIN), "provider argument that is a document": self._document,
            "key in this document": json.loads(self._document)["private_key"],
            **{f"ephemeral {n}": text for n, text in enumerate(sorted(self._passwords))},
            **{f"one-time key {name}": key for name, key in self._aws_keys.items()},
            **{f"{'data source' if text.startswith('ya29') else 'one-time key of Google'} {n}": text
               for n, text in enumerate(told)}}

    def text_of_an_error(self) -> str:
        """What a careless service answers: the secret that it was sent, in all ways."""
        secret = PLANTED["error text of a server"]
        return (f"Invalid value {secret} in {json.dumps({'told': secret})}, "
                f"{base64.b64encode(secret.encode()).decode()}, "
                f"{urllib.request.quote(secret, safe='')}, {secret.encode().hex()}: {secret!r}")


class Google:
    """The sandbox's Google as people with a token get at it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._given = sandbox.info["endpoints"]["google"]
        self.endpoint = str(self._given["endpoint"])

    def _ask(self, path: str, body: Any) -> Any:
        request = urllib.request.Request(
            f"{self.endpoint}/{path}", method="POST", data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._given['access_token']}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def new_key(self) -> str:
        """A key file for the provider itself."""
        base = "iam/v1/projects/canary-project/serviceAccounts"
        made = self._ask(base, {"accountId": "canary-runner"})
        key = self._ask(f"{base}/{made['email']}/keys", {})
        return base64.b64decode(key["privateKeyData"]).decode()

    def secrets(self) -> list[str]:
        """All that it ever told: HMAC secrets, key files, private keys, tokens."""
        return [secret for secret in self._ask("_double/secrets", None) if len(secret) > 20]


def quoted(value: Any) -> str:
    """A value as HCL has it."""
    return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def terraform_state() -> str:
    """A file of Terraform's with secrets wherever it has them."""
    secret, once = PLANTED["module input"], PLANTED["provider argument"]
    aws = 'provider["registry.terraform.io/hashicorp/aws"]'
    kept = {"value": {"a": secret}, "type": ["object", {"a": "string"}]}

    def block(kind: str, provider: str, attributes: dict[str, object]) -> dict[str, object]:
        return {"mode": "managed", "type": kind, "name": "from", "provider": provider,
                "instances": [{"attributes": attributes, "sensitive_attributes": [
                    [{"type": "get_attr", "value": "input"}],
                    [{"type": "get_attr", "value": "output"}],
                    [{"type": "get_attr", "value": "tags"}]], "private": "e30="}]}

    return json.dumps({"version": 4, "outputs": {"o": {
        "value": secret, "type": "string", "sensitive": True}}, "resources": [
        block("terraform_data", 'provider["terraform.io/builtin/terraform"]', {
            "id": "i", "input": kept, "output": kept, "triggers_replace": None}),
        block("aws_iam_user", aws, {"id": "u", "name": "u", "tags": {"a": secret},
                                    "tags_all": {"a": secret}}),
        block("aws_iam_access_key", aws, {
            "id": "AKIA0", "user": "u", "secret": once, "ses_smtp_password_v4": once}),
        block("random_password", 'provider["registry.terraform.io/hashicorp/random"]', {
            "id": "none", "result": secret}),
    ]})
