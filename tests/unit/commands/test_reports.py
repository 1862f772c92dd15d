"""``-report``: what is found in the formats of other programs; ``rules`` and ``explain``."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from vbrprov.diag import Diagnostic, Pos, Severity, SourceFile, SourceRange
from vbrprov.views.reports import formats, render

SCHEMA = Path(__file__).parents[1] / "views" / "schemas" / "sarif-2.1.0-rtm.5.json.gz"
TEXT = """resource "aws_s3_bucket" "b" {
  bucket = "backups"
  lifecycle_rule {
    id              = "x\\n::error::y"
    status          = "Enabled"
    expiration_days = 2
  }
}
resource "veeam_amazon_s3_repository" "r" {
  name = "r"
  account {
    credentials_id = "11111111-0000-0000-0000-000000000001"
    region_type    = "global"
    connection { mode = "direct" }
  }
  bucket {
    region_id = "eu-west-1"
    name      = aws_s3_bucket.b.bucket
    folder    = "f"
  }
}
resource "aws_s3_bucket" "c" {
  nope = 1
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.vbr.hcl").write_text(TEXT)
    return tmp_path


def diagnostic(summary: str, severity: Severity = Severity.ERROR, **more: Any) -> Diagnostic:
    return Diagnostic(severity, summary, **more)


def at(line: int, first: int, last: int, name: str = "main.vbr.hcl") -> SourceRange:
    return SourceRange(name, Pos(line, first, 0), Pos(line, last, 0))


def test_sarif_is_valid_and_leads_to_rules_and_places(run: Any, folder: Path) -> None:
    assert run("validate", "-report=sarif=out.sarif").status == 1
    document = json.loads((folder / "out.sarif").read_text())
    with gzip.open(SCHEMA) as schema:
        jsonschema.Draft4Validator(json.load(schema)).validate(document)
    one = document["runs"][0]
    rules = one["tool"]["driver"]["rules"]
    results = {result["ruleId"]: result for result in one["results"]}
    for result in one["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    found = results["VBR014"]
    where = found["locations"][0]
    assert found["level"] == "error"
    assert where["logicalLocations"][0]["fullyQualifiedName"] == "aws_s3_bucket.b"
    assert where["physicalLocation"]["artifactLocation"]["uri"] == "main.vbr.hcl"
    assert where["physicalLocation"]["region"]["startLine"] == 3
    related = found["relatedLocations"][0]["physicalLocation"]["region"]
    assert TEXT.splitlines()[related["startLine"] - 1].strip() == related["snippet"]["text"].strip()
    described = {rule["id"]: rule for rule in rules}
    assert described["VBR014"]["helpUri"].startswith("https://helpcenter.veeam.com/")
    assert "unsupported-argument" in described
    assert one["invocations"][0]["executionSuccessful"] is False


def test_a_fingerprint_stays_when_lines_move(run: Any, folder: Path) -> None:
    def prints() -> list[str]:
        run("validate", "-report=sarif=out.sarif")
        found = json.loads((folder / "out.sarif").read_text())["runs"][0]["results"]
        return [result["partialFingerprints"]["vbrprov/v1"] for result in found]

    before = prints()
    (folder / "main.vbr.hcl").write_text("\n# a line more\n" + TEXT)
    assert prints() == before
    assert len(set(before)) == len(before) > 1


def test_junit_has_a_case_for_every_rule(run: Any, folder: Path) -> None:
    run("validate", "-report=junit=out.xml")
    suite = ElementTree.parse(folder / "out.xml").getroot()[0]
    cases = {case.get("name", "").partition(":")[0]: case for case in suite}
    assert set(cases) == {"configuration", *_rule_ids(run)}
    assert cases["VBR014"].find("failure") is not None
    assert cases["configuration"].find("failure") is not None
    assert cases["VBR004"].find("skipped") is not None  # there are errors, so it is no success
    assert suite.get("tests") == str(len(cases))
    assert suite.get("failures") == str(sum(c.find("failure") is not None for c in suite))


def test_gitlab_lists_each_finding_once(run: Any, folder: Path) -> None:
    run("validate", "-report=gitlab=out.json")
    entries = json.loads((folder / "out.json").read_text())
    assert {entry["check_name"] for entry in entries} >= {"VBR014", "unsupported-argument"}
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    for entry in entries:
        assert entry["location"]["path"] == "main.vbr.hcl"
        assert entry["location"]["lines"]["begin"] >= 1
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")


@pytest.mark.parametrize(("name", "begin", "hostile"), [
    ("github", "::error file=sub/main.vbr.hcl,line=3,", "::error::y"),
    ("azure", "##vso[task.logissue type=error;sourcepath=sub/main.vbr.hcl;linenumber=3;", "##vso["),
])
def test_annotations_are_one_line_each(run: Any, folder: Path, name: str, begin: str,
                                       hostile: str) -> None:
    (folder / "sub").mkdir()
    (folder / "main.vbr.hcl").rename(folder / "sub" / "main.vbr.hcl")
    shown = run("-chdir=sub", "validate", f"-report={name}").out.splitlines()
    commands = [line for line in shown if line.startswith(("::", "##vso["))]
    assert any(line.startswith(begin) for line in commands)
    assert not any(line.startswith(hostile) and "\n" in line for line in commands)
    assert len(commands) == len({*commands}) > 1


@pytest.mark.parametrize("name", ["github", "azure"])
def test_nothing_in_a_text_becomes_a_command(name: str) -> None:
    item = diagnostic("A\n::error::b", detail="c\r\n##vso[task.complete]d %0A::set-output::e",
                      subject=at(1, 2, 3, "a,b:c;d]e.vbr.hcl"), address="x\n::warning::y")
    text = render(name, "validate", [item], {}, {})
    assert text.count("\n") == 1
    assert text.endswith("\n")
    assert "%0A::set" not in text.replace("%250A", "").replace("%AZP250A", "")


def test_every_format_takes_what_has_no_place(run: Any) -> None:
    items = [diagnostic("Broken"), diagnostic("Broken", Severity.WARNING, detail="\x00\x1b]]>"),
             diagnostic("Word", Severity.NOTE, subject=at(9, 1, 2))]
    sources = {"main.vbr.hcl": SourceFile("main.vbr.hcl", "one line")}
    for name in formats():
        assert render(name, "plan", items, sources, {})
    ElementTree.fromstring(render("junit", "plan", items, sources, {}))


def test_without_findings_a_report_says_so(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text("locals {\n  a = 1\n}\n")
    assert run("validate", "-report=sarif=a", "-report=gitlab=b", "-report=github").status == 0
    assert json.loads((tmp_path / "a").read_text())["runs"][0]["results"] == []
    assert json.loads((tmp_path / "b").read_text()) == []


@pytest.mark.parametrize(("option", "says"), [
    ("sarf=x", 'no report format "sarf". Did you mean "sarif"?'),
    ("sarif", "-report=sarif=FILE"),
])
def test_a_wrong_report_is_refused_before_anything(run: Any, folder: Path, option: str,
                                                   says: str) -> None:
    found = run("validate", f"-report={option}")
    assert found.status == 1
    assert says in found.err
    assert "nope" not in found.err


def test_a_report_that_cannot_be_written_is_an_error(run: Any, tmp_path: Path) -> None:
    (tmp_path / "main.vbr.hcl").write_text("locals {\n  a = 1\n}\n")
    found = run("validate", "-report=sarif=no/such/folder")
    assert found.status == 1
    assert 'cannot be written to "no/such/folder"' in found.err


def _rule_ids(run: Any) -> list[str]:
    return [rule["id"] for rule in json.loads(run("rules", "-json").out)["rules"]]


def test_rules_are_listed_and_explained(run: Any) -> None:
    shown = run("rules").out.splitlines()
    ids = _rule_ids(run)
    assert [line.split()[0] for line in shown] == ids == sorted(ids)
    for rule_id in ids:
        page = run("explain", rule_id.lower())
        assert page.status == 0
        assert page.out.startswith(f"{rule_id}: ")
        assert "\nWrong\n" in page.out
        assert json.loads(run("explain", "-json", rule_id).out)["id"] == rule_id


def test_a_rule_that_is_not_there(run: Any) -> None:
    found = run("explain", "VBR05")
    assert found.status == 1
    assert 'There is no rule "VBR05"' in found.err
