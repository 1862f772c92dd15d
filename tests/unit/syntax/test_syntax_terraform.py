"""The same files given to Terraform: the same form, the same verdict."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from syntax_forms import FORMS
from syntax_mangle import mangled
from syntax_mutate import mutated
from syntax_programs import program
from syntax_tree import errors_of, first_line

from vbrprov.syntax.format import format_source

TERRAFORM = shutil.which("terraform") or shutil.which("tofu")
pytestmark = [
    pytest.mark.terraform,
    pytest.mark.skipif(TERRAFORM is None, reason="there is no terraform or tofu to compare with"),
]
COUNT = 300


def fmt(folder: Path, texts: dict[int, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Format all *texts* in one run, each in a file named by its number."""
    for number, text in texts.items():
        (folder / f"p{number}.tf").write_text(text, encoding="utf-8", newline="")
    assert TERRAFORM is not None
    return subprocess.run(
        [TERRAFORM, "fmt", "-no-color", "-list=false", *options, str(folder)], check=False,
        capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize("make", [program, mangled])
def test_the_form_is_terraforms(make: Callable[[int], str], tmp_path: Path) -> None:
    texts = {seed: text for seed in range(COUNT) if not errors_of(text := make(seed))}
    assert len(texts) > COUNT / 3
    done = fmt(tmp_path, texts)
    assert done.returncode == 0, done.stderr
    for seed, text in texts.items():
        wanted = (tmp_path / f"p{seed}.tf").read_bytes().decode()
        # Where a legacy "${x}" holds comments, Terraform takes it out of its quotes all the same
        # and leaves a file that it cannot read.
        if not errors_of(wanted):
            assert format_source(text) == wanted, seed


def test_the_form_of_small_files(tmp_path: Path) -> None:
    texts = dict(enumerate(FORMS))
    assert fmt(tmp_path, texts).returncode == 0
    for number, text in texts.items():
        wanted = (tmp_path / f"p{number}.tf").read_bytes().decode()
        assert (FORMS[text] or text) == wanted, text


def test_the_verdict_is_terraforms(tmp_path: Path) -> None:
    texts = {seed: mutated((program if seed % 2 else mangled)(seed), seed) for seed in range(COUNT)}
    done = fmt(tmp_path, texts, "-check")
    refused: dict[int, int] = {}
    for found in re.finditer(r" on \S*p(\d+)\.tf line (\d+)", done.stderr):
        seed, line = int(found[1]), int(found[2])
        refused[seed] = min(refused.get(seed, line), line)
    ours = {seed: line for seed, text in texts.items() if (line := first_line(text))}
    assert ours.keys() == refused.keys()
    # Which line of a broken construct is the wrong one is a matter of taste now and then.
    same = sum(ours[seed] == line for seed, line in refused.items())
    assert same > 0.9 * len(ours) > 0
