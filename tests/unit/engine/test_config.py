"""What may stand where in a configuration."""

from __future__ import annotations

import pytest
from engine_world import World


@pytest.mark.parametrize(("text", "summary"), [
    ('variable "a" {}\nvariable "a" {}\n', "Duplicate variable declaration"),
    ('locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n', "Duplicate local value definition"),
    ('output "a" {\n  value = 1\n}\noutput "a" {\n  value = 2\n}\n', "Duplicate output definition"),
    ('provider "aws" {}\nprovider "aws" {}\n', "Duplicate provider configuration"),
    ('resource "vbrprov_data" "a" {}\nresource "vbrprov_data" "a" {}\n',
     'Duplicate resource "vbrprov_data" configuration'),
])
def test_duplicates_name_both_places(world: World, text: str, summary: str) -> None:
    world.write(text)
    world.plan()
    (found,) = world.diags
    assert found.summary == summary
    assert found.subject is not None
    assert found.related[0][1].start.line < found.subject.start.line


@pytest.mark.parametrize(("text", "summary", "word"), [
    ('resorce "vbrprov_data" "a" {}\n', "Unsupported block type", 'Did you mean "resource"?'),
    ('resource "vbrprov_data" {}\n', "Missing name for resource", "2 labels"),
    ('resource "vbrprov_data" "a" "b" {}\n', "Extraneous label for resource", "only 2 labels"),
    ('resource "vbrprov_data" "1a" {}\n', "Invalid name", "1a"),
    ('variable "count" {}\n', "Invalid variable name", "reserved"),
    ('variable "a" {\n  typ = string\n  default = ""\n}\n', "Unsupported argument", 'Did you mean '
     '"type"?'),
    ('variable "a" {\n  type = strng\n  default = ""\n}\n', "Invalid type specification",
     "primitive"),
    ('variable "a" {\n  type = object(string)\n  default = {}\n}\n', "Invalid type specification",
     "map"),
    ('a = 1\n', "Unsupported argument", "only blocks"),
    ('output "a" {}\n', "Missing required argument", '"value"'),
    ('resource "vbrprov_data" "a" {\n  count = 1\n  for_each = {}\n}\n',
     'Invalid combination of "count" and "for_each"', "mutually exclusive"),
    ('resource "vbrprov_data" "a" {\n  inptu = 1\n}\n', "Unsupported argument", 'Did you mean '
     '"input"?'),
    ('resource "vbrprov_data" "a" {\n  id = "x"\n}\n', "Value for unconfigurable attribute",
     "automatically"),
    ('resource "vbrprov_dta" "a" {}\n', "Invalid resource type", 'Did you mean "vbrprov_data"?'),
    ('resource "awss_s3_bucket" "a" {}\n', "Unknown provider", 'Did you mean "aws"?'),
    ('resource "vbrprov_data" "a" {\n  provider = aws.west\n}\n', "Provider configuration not "
     "present",
     "aws.west"),
    ('resource "vbrprov_data" "a" {\n  nested {\n  }\n}\n', "Unsupported block type", "nested"),
    ('module "m" {}\n', "Missing required argument", '"source"'),
    ('module "m" {\n  source = "./nowhere"\n}\n', "Module not found", "nowhere"),
    ('module "m" {\n  source = "hashicorp/consul/aws"\n}\n', "Unsupported module source",
     "registry"),
    ('vbrprov {\n  required_version = ">= 99"\n}\n', "Unsupported version", "99"),
    ('vbrprov {\n  required_version = "nonsense"\n}\n', "Invalid version constraint", "nonsense"),
])
def test_mistakes(world: World, text: str, summary: str, word: str) -> None:
    world.write(text)
    world.plan()
    assert len(world.diags) == 1, world.messages()
    (found,) = world.diags
    assert found.summary == summary
    assert word in found.detail
    assert found.subject is not None


def test_an_empty_folder_says_so(world: World) -> None:
    world.plan()
    (found,) = world.diags
    assert found.summary == "No configuration files"


def test_three_mistakes_are_three_diagnostics(world: World) -> None:
    world.write("""
        resource "vbrprov_data" "a" {
          inptu = 1
        }
        resource "vbrprov_data" "b" {
          input = upper(1, 2)
        }
        variable "c" {
          type    = number
          default = "abc"
        }
    """)
    world.plan()
    assert sorted(d.summary for d in world.diags) == [
        "Invalid value for variable", "Too many function arguments", "Unsupported argument"]


def test_module_arguments_are_checked(world: World) -> None:
    world.write('variable "need" {}\nvariable "name" {\n  default = ""\n}\n', "child/main.vbr.hcl")
    world.write('module "m" {\n  source = "./child"\n  nmae = "x"\n}\n')
    world.plan()
    found = {d.summary: d for d in world.diags}
    assert set(found) == {"Unsupported argument", "Missing required argument"}
    assert 'Did you mean "name"?' in found["Unsupported argument"].detail
    assert found["Missing required argument"].related


def test_a_missing_variable_says_how_to_give_it(world: World) -> None:
    world.write('variable "need" {\n  type = string\n}\n')
    world.plan()
    (found,) = world.diags
    assert found.summary == "No value for required variable"
    for way in ("-var 'need=...'", "vbrprov.vbrvars.hcl", "VBRPROV_VAR_need"):
        assert way in found.detail


def test_variables_of_a_file_and_of_the_command_line(world: World) -> None:
    world.write('variable "a" {\n  type = number\n}\nvariable "b" {\n  type = list(string)\n}\n'
                'output "o" {\n  value = "${var.a} ${join("", var.b)}"\n}\n')
    world.write('a = 1\nb = ["x"]\nc = 1\n', "vbrprov.vbrvars.hcl")
    world.write('b = ["auto"]\n', "z.auto.vbrvars.hcl")
    plan = world.plan(a="5")
    assert plan.outputs[0].after == "5 auto"
    (warning,) = world.diags
    assert warning.summary == "Value for undeclared variable"
    world.plan(a="5", bogus="1")
    assert any(d.is_error and "bogus" in d.detail for d in world.diags)


def test_validation_conditions(world: World) -> None:
    world.write("""
        variable "days" {
          type = number
          validation {
            condition     = var.days > 0 && var.days < 1000
            error_message = "The period must be 1 to 999 days, not ${var.days}."
          }
        }
    """)
    world.plan(days="5")
    assert not world.diags
    world.plan(days="5000")
    (found,) = world.diags
    assert found.detail == "The period must be 1 to 999 days, not 5000."
