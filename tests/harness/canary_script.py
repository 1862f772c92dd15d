"""Every command of the command line, in an order in which each has something to work on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from canary_stack import PLANTED, Canary, quoted, terraform_state

#: Commands that are not run, each with the reason.
NOT_RUN: dict[str, str] = {}

INPUTS = ("-var-file=given.hcl",)
#: What each command may end with that finds nothing, or something, to complain of.
ANY = (0, 1)


@dataclass(frozen=True)
class Step:
    """One run of *command*; what it prints has *says* in it, and is written to *kept_as*."""

    command: str
    options: tuple[str, ...] = ()
    status: int | tuple[int, ...] = 0
    says: str = ""
    stdin: str = ""
    kept_as: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[Canary], None] | None = None
    modes: tuple[str, ...] = ("plain", "encrypted")

    @property
    def args(self) -> tuple[str, ...]:
        """The command line."""
        return (*self.command.split(), *self.options)


def step(command: str, *options: str, **more: object) -> Step:
    """A step that needs the values of variables."""
    return Step(command, (*options, *INPUTS), **more)  # type: ignore[arg-type]  # as Step has them


_TEST = f"""
variables {{
  in_output        = {quoted(PLANTED["output"])}
  told_by_a_server = "plain"
  for_module       = {quoted(PLANTED["module input"])}
}}

run "asserts" {{
  command = plan

  plan_options {{
    target = [vbrprov_data.each, output.secret, module.child.vbrprov_data.in_module]
  }}

  assert {{
    condition     = output.secret == "other"
    error_message = "Not ${{output.secret}}."
  }}
  assert {{
    condition     = var.in_variable.word == "other"
    error_message = "Not ${{join(" or ", [var.in_variable.word, var.written])}}."
  }}
}}
"""
_POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
_ASKED = ("[var.in_variable, local.derived, local.file, var.written, var.pin]",
          "[aws_iam_access_key.a, vbrprov_data.kept, module.child]",
          "[keys({ (var.in_output) = 1 }), type(var.in_output), base64gzip(local.file)]",
          "parseint(var.in_output, 10)", "tonumber(var.written)", "{ a = 1 }[var.in_output]",
          "jsondecode(var.google_key).private_key", "regex(\"^nothing$\", var.in_output)")


def _write(name: str, text: str) -> Callable[[Canary], None]:
    return lambda canary: canary.give(name, text) if "canary" in text else canary.write(
        name, text) and None


def _move_state(canary: Canary) -> None:
    (canary.work / "moved").mkdir()
    canary.write("backend.vbr.hcl",
                 'vbrprov {\n  backend "local" {\n    path = "moved/x"\n  }\n}\n')


def _own_sandbox(canary: Canary) -> None:
    canary.env["VBRPROV_SANDBOX_DIR"] = str(canary.root / "own-sandbox")


def _fault(canary: Canary) -> None:
    canary.sandbox.aws_fault("TagUser", code="InvalidInput", status=400, times=1,
                             message=canary.text_of_an_error())


_BEGINNING = [
    Step("version"), Step("version", ("-json",)), Step("rules"), Step("rules", ("-json",)),
    Step("explain", ("VBR014",)), Step("explain", ("-json", "VBR014")),
    Step("metadata functions", ("-json",)), Step("providers schema", ("-json",)),
    step("init"), step("get"), Step("fmt", ("-check", "-diff", "-recursive"), 3, says="not shown"),
    step("validate"), step("validate", "-json"),
    step("validate", "-report=sarif=1.sarif", "-report=junit=1.xml", "-report=gitlab=1.json",
         "-report=github", "-report=azure"),
    Step("providers"), step("workspace list"), Step("workspace show"),
    step("plan", "-var=named=true", "-var=note=named", status=1,
         says="Sensitive value identifies an object", modes=("plain",)),
    step("plan", "-var=pin=none", status=1, says="pin"),
    *(Step("graph", (f"-type={kind}", f"-format={form}")) for kind, form in (
        ("plan", "dot"), ("apply", "json"), ("plan-destroy", "mermaid"))),
    step("plan", "-report=sarif=plan.sarif", "-report=github", "-var=note=first"),
    step("plan", "-out=it.plan"), step("show", "it.plan"), step("show", "-json", "it.plan"),
    Step("graph", ("-plan=it.plan",)), step("apply", "it.plan"),
]
_RECORDED = [
    step("show"), step("show", "-json"), step("output"), step("output", "-json"),
    step("output", "-raw", "user"),
    step("output", "-raw", "token", status=1, says="withheld", modes=("plain",)),
    step("output", "-raw", "secret", status=1, says="withheld", modes=("plain",)),
    step("output", "-json", "all", status=1, says="withheld", modes=("plain",)),
    step("state list"), *(step("state show", address) for address in (
        "vbrprov_data.kept", "aws_iam_user.tagged", "aws_iam_access_key.a",
        "veeam_credentials.written", "module.child.aws_iam_user.in_module",
        "google_service_account_key.agent")),
    step("state pull", kept_as="pulled.json"), step("state history"),
    step("state history", "-json"), step("plan", "-detailed-exitcode", status=(0, 2)),
    step("plan", "-destroy", "-refresh=false"), step("plan", "-refresh-only"),
    step("drift", "-report=sarif=drift.sarif"), step("drift", "-json"),
    step("audit", "-json", status=ANY),
    step("audit", "-recorded", "-report=junit=audit.xml", status=ANY),
    *(step("console", stdin=f"{asked}\n", status=ANY) for asked in _ASKED),
    step("console", stdin="var.in_output\n", env={"VBRPROV_LOG_PATH": ""}),
    Step("lock list"), Step("lock show", ("-json",)), Step("lock break", ("-auto-approve",), ANY),
    Step("force-unlock", ("-force", "some-id"), ANY),
    Step("policy render", ("-vendor=aws", "-purpose=repository", "-bucket=canary-bucket")),
    Step("policy check", ("policy.json", "-vendor=aws"), ANY,
         before=_write("policy.json", _POLICY)),
    step("policy check", "-live", "-provider=aws", "-vendor=aws", status=ANY),
    Step("policy diff", ("policy.json", "policy.json"), ANY),
    step("test", "-no-color", "-verbose", "-junit-xml=tests.xml", status=1,
         before=_write("a.vbrtest.hcl", _TEST)),
    step("test", "-json", "-verbose", status=1),
    Step("test", ("-filter=none.vbrtest.hcl",), ANY,
         before=lambda canary: (canary.work / "a.vbrtest.hcl").unlink()),
]
_CHANGES = [
    step("apply", "-auto-approve", "-var=note=told", status=1, says="Invalid value",
         before=_fault),
    step("apply", "-auto-approve", "-var=note=second", "-replace=aws_iam_access_key.a", status=-9,
         env={"VBRPROV_FAILPOINT_ENABLE": "1", "VBRPROV_FAILPOINT": "journal.after_outcome:4"}),
    step("apply", "-auto-approve", "-var=note=second"),
    step("apply", "-auto-approve", "-refresh-only"),
    step("state mv", "vbrprov_data.replaced", "vbrprov_data.there"),
    step("state mv", "vbrprov_data.there", "vbrprov_data.replaced"),
    step("state push", "pulled.json", status=1), step("state push", "-force", "pulled.json"),
    step("state replace-address", "-auto-approve", "provider.aws", "provider.aws.x"),
    step("state replace-address", "-auto-approve", "provider.aws.x", "provider.aws"),
    step("state replace-provider", "-auto-approve", "hashicorp/aws", "hashicorp/aws", status=ANY),
    step("state rm", "vbrprov_data.replaced"), step("state repair", status=ANY),
    # A state that is lost is in test_lost_state.py, with a canary of its own.
    step("state recover", "-dry-run", status=1, says="State not lost"),
    step("import", "aws_iam_user.tagged", "canary-user", status=1),
    step("state rm", "aws_iam_user.tagged"),
    step("import", "aws_iam_user.tagged", "canary-user"),
    Step("state import-terraform", ("-dry-run", "x.tfstate", *INPUTS),
         before=lambda canary: canary.give("x.tfstate", terraform_state())),
    step("state import-terraform", "x.tfstate"),
    step("confirm", "vbrprov_data.kept", "-result=policy.json", status=1),
    step("plan"), step("apply", "-auto-approve"),
    step("init", "-migrate-state", "-force-copy", before=_move_state),
    step("workspace new", "other"), step("workspace select", "default"),
    step("workspace delete", "other"), step("workspace list"),
    step("plan", env={"VBRPROV_LOG_PATH": ""}),
    step("destroy", "-auto-approve", env={"VBRPROV_LOG_PATH": ""}),
    Step("sandbox start", before=_own_sandbox), Step("sandbox status", ("-json",)),
    Step("sandbox script", ("policy.json",), ANY), step("plan", "-sandbox", "-var=named=false"),
    Step("sandbox reset"), Step("sandbox stop"),
]
SCRIPT = [*_BEGINNING, *_RECORDED, *_CHANGES]
