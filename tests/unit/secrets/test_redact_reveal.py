"""What is revealed on purpose is printed; the secret itself stays hidden elsewhere."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

from vbrprov.secrets import Redactor


def redactor(*revealed: str) -> Redactor:
    made = Redactor()
    made.add("hunter22")
    for text in revealed:
        made.reveal(text)
    return made


def test_a_secret_is_masked() -> None:
    assert redactor().redact('x = "hunter22"') == 'x = "(sensitive)"'


def test_a_revealed_secret_is_not() -> None:
    assert redactor("hunter22").redact("hunter22, hunter22") == "hunter22, hunter22"


def test_a_revealed_text_does_not_reveal_the_secret_in_it() -> None:
    assert redactor("me:hunter22").redact("me:hunter22 hunter22") == "me:hunter22 (sensitive)"


def test_a_revealed_text_may_be_another_spelling_of_a_secret() -> None:
    spelled = base64.b64encode(b"hunter22").decode()
    assert spelled not in redactor().redact(spelled)
    assert redactor(spelled).redact(f"{spelled} hunter22") == f"{spelled} (sensitive)"


def test_two_revealed_texts_that_begin_alike() -> None:
    assert redactor("hunter22a", "hunter22ab").redact("hunter22ab") == "hunter22ab"


def test_nonsensitive_in_an_output(tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text(
        'variable "s" {\n  sensitive = true\n  default   = "hunter22"\n}\n'
        'output "shown" {\n  value = nonsensitive("<${var.s}>")\n}\n'
        'output "leak" {\n  value = "hunter22"\n}\n', encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "vbrprov", "apply", "-auto-approve"],
                          cwd=tmp_path, capture_output=True, text=True, timeout=100, check=True)
    assert 'shown = "<hunter22>"' in done.stdout
    assert 'leak = "(sensitive)"' in done.stdout
