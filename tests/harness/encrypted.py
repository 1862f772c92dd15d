"""A folder whose state can be encrypted, and the command line in it."""

from __future__ import annotations

from pathlib import Path

from launcher import Launcher, Result

SECRET = "canary value/one+'1'&<x>"
FIRST, SECOND = "correct horse battery staple", "another horse battery staple"
MAIN = """
variable "passphrase" {
  sensitive = true
  ephemeral = true
}

variable "old" {
  default   = ""
  sensitive = true
}

variable "secret" {
  sensitive = true
}

resource "vbrprov_data" "kept" {
  input = { plain = "text", secret = var.secret }
}

output "secret" {
  value     = var.secret
  sensitive = true
}

output "all" {
  value     = { secret = var.secret }
  sensitive = true
}
"""


def encryption(body: str) -> str:
    return f"""
terraform {{
  encryption {{
    key_provider "passphrase" "main" {{
      passphrase = var.passphrase
      cost       = 14
    }}
    method "aes_gcm" "main" {{
      keys = key_provider.passphrase.main
    }}
    method "unencrypted" "migrate" {{
    }}
    {body}
  }}
}}
"""


STATE = "state {\n method = method.aes_gcm.main\n }"
FROM_PLAIN = ("state {\n method = method.aes_gcm.main\n fallback {\n"
              " method = method.unencrypted.migrate\n }\n }")
TO_PLAIN = ("state {\n method = method.unencrypted.migrate\n fallback {\n"
            " method = method.aes_gcm.main\n }\n }")
ROTATED = """
    key_provider "passphrase" "old" {
      passphrase = var.old
      cost       = 14
    }
    method "aes_gcm" "old" {
      keys = key_provider.passphrase.old
    }
    state {
      method   = method.aes_gcm.main
      enforced = true
      fallback {
        method = method.aes_gcm.old
      }
    }
"""


class Folder:
    """A project with a secret in its state, and a passphrase to keep it with."""

    def __init__(self, root: Path, launcher: Launcher) -> None:
        self.work, self.home, self.launcher = root / "work", root / "home", launcher
        self.work.mkdir()
        self.passphrase, self.old = FIRST, ""

    def write(self, block: str = "", more: str = "") -> None:
        (self.work / "main.vbr.hcl").write_text(MAIN + block + more, encoding="utf-8")

    def run(self, *args: str, status: int = 0, **more: str) -> Result:
        env = self.launcher.environment(
            self.home, TF_VAR_passphrase=self.passphrase, TF_VAR_secret=SECRET,
            VBRPROV_VAR_old=self.old, **more)
        done = self.launcher.start(args, self.work, env).wait()
        assert done.status == status, done.tail
        assert "Traceback" not in done.text
        return done

    def bytes(self) -> bytes:
        return b"".join(p.read_bytes() for p in self.work.rglob("*") if p.is_file())
