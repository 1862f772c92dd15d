"""Cases of override files; see ``twin_cases``."""

from __future__ import annotations

import json

from twin_values import CHILD, Files, data, one

CALL = 'module "m" {\n  source = "./child"\n  a = 1\n}\noutput "o" { value = module.m }\n'
BASE = 'variable "v" {\n  type    = string\n  default = "a"\n}\noutput "o" { value = var.v }\n' \
       'resource "terraform_data" "x" {\n  input            = 1\n  triggers_replace = 1\n' \
       "  lifecycle {\n    ignore_changes = [input]\n    create_before_destroy = true\n  }\n}\n" \
       "locals {\n  a = 1\n  b = 2\n}\noutput \"l\" { value = local.a + local.b }\n"


def over(source: str, base: str = BASE, name: str = "override.hcl", **more: str) -> Files:
    """A base and one override file."""
    return {"main.hcl": base, name: source, **more}


OVERRIDES: dict[str, Files] = {
    "override nothing": over(""),
    "override argument": over('resource "terraform_data" "x" { input = 2 }'),
    "override adds argument": over('resource "terraform_data" "x" { count = 2 }'),
    "override for_each": over('resource "terraform_data" "x" { for_each = { k = 1 } }'),
    "override default": over('variable "v" { default = "b" }'),
    "override type": over('variable "v" { type = list(string) }'),
    "override type and default": over('variable "v" {\n  type = number\n  default = 5\n}'),
    "override default mismatch": over('variable "v" { default = [] }'),
    "override sensitive": over('variable "v" { sensitive = true }'),
    "override output": over('output "o" { value = 5 }'),
    "override output sensitive": over('output "o" { sensitive = true }'),
    "override local": over("locals { a = 10 }"),
    "override locals": over("locals {\n  a = 10\n  b = local.a\n}"),
    "override missing local": over("locals { zz = 10 }"),
    "override missing variable": over('variable "zz" { default = 1 }'),
    "override missing output": over('output "zz" { value = 1 }'),
    "override missing resource": over('resource "terraform_data" "zz" {}'),
    "override missing data": over('data "terraform_remote_state" "zz" {}'),
    "override missing module": over('module "zz" { source = "./child" }'),
    "override depends_on": over('resource "terraform_data" "x" { depends_on = [] }\n'),
    "override depends_on of output": over('output "o" { depends_on = [terraform_data.x] }\n'),
    "override unknown argument": over('resource "terraform_data" "x" { inputt = 2 }'),
    "override lifecycle": over(
        'resource "terraform_data" "x" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}'),
    "override lifecycle more": over('resource "terraform_data" "x" {\n  lifecycle {\n'
                                    "    ignore_changes = [triggers_replace]\n  }\n}"),
    "override precondition": over('resource "terraform_data" "x" {\n  lifecycle {\n'
                                  '    precondition {\n      condition = local.a == 5\n'
                                  '      error_message = "no"\n    }\n  }\n}'),
    "override validation": over('variable "v" {\n  validation {\n'
                                '    condition = var.v == "x"\n    error_message = "no"\n  }\n}'),
    "override moved": over("moved {\n  from = terraform_data.a\n  to = terraform_data.x\n}"),
    "override unknown block": over("nope {}"),
    "override top argument": over("a = 1"),
    "override syntax error": over("output {"),
    "override of a broken file": over('output "zz" { value = 1 }', base="output {"),
    "override twice in a file": over('output "o" { value = 5 }\noutput "o" { value = 6 }'),
    "override in order": over('output "o" { value = 5 }', name="b_override.hcl",
                              **{"a_override.hcl": 'output "o" { value = 4 }'}),
    "override in order of all names": over(
        'output "o" { value = 5 }', **{"zz_override.hcl": 'output "o" { value = 4 }'}),
    "override of an override": over(
        'resource "terraform_data" "x" { input = 5 }',
        **{"zz_override.hcl": 'resource "terraform_data" "x" { triggers_replace = 7 }',
           "zzz_override.hcl": 'resource "terraform_data" "x" { input = "${local.a}!" }'}),
    "not an override": over('output "zz" { value = 5 }', name="overrides.hcl"),
    "not an override either": over('output "zz" { value = 5 }', name="xoverride.hcl"),
    "override in JSON": over(json.dumps({
        "resource": data(input="${local.a}-5", triggers_replace=[1]), "locals": {"a": 7}}),
        name="override.json"),
    "override of JSON": {**one(resource=data(input=1, triggers_replace={"a": 2}),
                               output={"o": {"value": "${terraform_data.x.input}"}}),
                         "x_override.hcl": 'resource "terraform_data" "x" {\n  input = 3\n}\n'},
    "override JSON lifecycle": over(json.dumps({"resource": data(
        lifecycle={"ignore_changes": ["input"]})}), name="override.json"),
    "override required_version": over('terraform { required_version = ">= 0.0.1" }',
                                      base='terraform { required_version = ">= 99" }\n'),
    "override with wrong version": over('terraform { required_version = ">= 99" }'),
    "override missing alias": over('provider "terraform" { alias = "a" }',
                                   base='output "o" { value = 1 }\n'),
    "override module": {
        "main.hcl": CALL,
        "override.hcl": 'module "m" {\n  a = 2\n}\n', **CHILD},
    "override module source": {
        "main.hcl": CALL,
        "override.hcl": 'module "m" {\n  source = "./other"\n}\n', **CHILD,
        "other/main.hcl": 'variable "a" {}\noutput "z" { value = var.a }\n'},
    "override module with depends_on": {
        "main.hcl": CALL.replace("a = 1", "a = 1\n  depends_on = [terraform_data.x]")
        + 'resource "terraform_data" "x" {}\n',
        "override.hcl": 'module "m" {\n  a = 2\n}\n', **CHILD},
    "override module depends_on": {
        "main.hcl": CALL + 'resource "terraform_data" "x" {}\n',
        "override.hcl": 'module "m" {\n  depends_on = [terraform_data.x]\n}\n', **CHILD},
    "override in a module": {
        **one(module={"m": {"source": "./child"}}, output={"o": {"value": "${module.m}"}}), **CHILD,
        "child/child_override.hcl": 'variable "a" { default = "over" }\n'},
    "override check": over('check "c" {\n  assert {\n    condition = local.a == 5\n'
                           '    error_message = "no"\n  }\n}'),
}
