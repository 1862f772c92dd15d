"""Every configuration that Terraform and this program must read alike; see ``twin_values``."""

from __future__ import annotations

import json

from twin_overrides import OVERRIDES
from twin_values import CHILD, VALUES, Files, data, one, out

BLOCKS: dict[str, Files] = {
    "locals": out("${local.a + local.b}", locals={"a": 1, "b": "${local.a}"}),
    "locals twice": out("${local.a}${local.b}", locals=[{"a": 1}, {"b": 2}]),
    "locals null": out(1, locals=None), "locals number": one(locals=1),
    "locals bad name": one(locals={"a b": 1}),
    "locals same twice": one(locals=[{"a": 1}, {"a": 2}]),
    "unknown block": one(lokals={"a": 1}), "unknown argument": one(output={"o": {"vlaue": 1}}),
    "unknown argument too": one(output={"o": {"value": 1, "x": 1}}),
    "missing argument": one(output={"o": {}}), "no label": one(output={}),
    "label level is a string": one(output="x"), "label level is null": one(output=None),
    "label level in an array": one(output=[{"a": {"value": 1}}, {"b": {"value": 2}}]),
    "body in an array": one(output={"a": [{"value": 1}]}),
    "two bodies in an array": one(output={"a": [{"value": 1}, {"value": 2}]}),
    "body is null": one(output={"a": None}), "body is a number": one(output={"a": 1}),
    "body in an array is a number": one(output={"a": [1]}),
    "body in two arrays": one(output={"a": [[{"value": 1}]]}),
    "label level in two arrays": one(output=[[{"a": {"value": 1}}]]),
    "bad label": one(output={"a b": {"value": 1}}),
    "variable default is no template": out("${var.a}", variable={"a": {"default": "${x} %{y}"}}),
    "variable object default": out(
        "${var.a}", variable={"a": {"default": {"${k}": ["${x}"]}, "type": "map(list(string))"}}),
    "variable types": out("${[var.a, var.b]}", variable={
        "a": {"type": "object({n=number, s=optional(string, \"d\")})", "default": {"n": "1"}},
        "b": {"type": "string", "default": 5}}),
    "variable type list": one(variable={"a": {"type": "list", "default": []}}),
    "variable type wrapped": one(variable={"a": {"type": "${string}", "default": ""}}),
    "variable type wrong": one(variable={"a": {"type": "strin", "default": ""}}),
    "variable type number": one(variable={"a": {"type": 1, "default": ""}}),
    "variable type object": one(variable={"a": {"type": {"a": "string"}, "default": ""}}),
    "variable null type": one(variable={"a": {"type": None, "default": ""}}),
    "variable empty": out(1, variable={"a": {"default": 1, "description": "${d}"}}),
    "variable null default": out("${var.a == null}", variable={"a": {"default": None}}),
    "variable default mismatch": one(variable={"a": {"default": "x", "type": "number"}}),
    "variable sensitive": one(variable={"a": {"default": 1, "sensitive": True}},
                              output={"o": {"value": "${var.a}", "sensitive": True}}),
    "variable sensitive as text": one(variable={"a": {"default": 1, "sensitive": "true"}},
                                      output={"o": {"value": "${var.a}", "sensitive": "true"}}),
    "variable sensitive template": one(variable={"a": {"default": 1, "sensitive": "${true}"}}),
    "variable without sensitive output": one(variable={"a": {"default": 1, "sensitive": True}},
                                             output={"o": {"value": "${var.a}"}}),
    "validation": one(variable={"a": {"default": 1, "validation": {
        "condition": "${var.a > 0}", "error_message": "Bad ${var.a}."}}}),
    "validation fails": one(variable={"a": {"default": 1, "validation": [{
        "condition": "${var.a > 1}", "error_message": "Bad ${var.a}."}]}}),
    "validation is a number": one(variable={"a": {"default": 1, "validation": 1}}),
    "validation is null": one(variable={"a": {"default": 1, "validation": None}}),
    "validation lacks": one(variable={"a": {"default": 1, "validation": {}}}),
    "output all": one(variable={"v": {"default": 1}}, output={"o": {
        "value": "${var.v}", "description": "${d}", "sensitive": False, "depends_on": ["var.v"],
        "precondition": {"condition": "${var.v == 1}", "error_message": "no"}}}),
    "resource": one(resource=data(input="${1 + 1}", triggers_replace=["a"])),
    "resource arrays": one(resource=[{"terraform_data": [{"x": [{"input": 1}]}]}]),
    "resource unknown argument": one(resource=data(inputt=1)),
    "resource computed": one(resource=data(id="x")),
    "resource unknown type": one(resource={"nope_nope": {"x": {}}}),
    "resource one label": one(resource={"terraform_data": {"input": 1}}),
    "resource number": one(resource={"terraform_data": {"x": 5}}),
    "resource empty": one(resource=data()),
    "resource null argument": one(resource=data(input=None)),
    "resource self": one(resource=data(input="${terraform_data.x.id}")),
    "count": one(resource=data(count=2, input="${count.index}")),
    "count text": one(resource=data(count="${1 + 1}", input="i${count.index}")),
    "count plain text": one(resource=data(count="2")),
    "count null": one(resource=data(count=None)),
    "count list": one(resource=data(count=[1])),
    "for_each": one(resource=data(for_each={"a": 1, "b": {"x": 2}}, input="${each.value}")),
    "for_each set": one(resource=data(for_each='${toset(["a", "b"])}', input="${each.key}")),
    "for_each list": one(resource=data(for_each=["a"])),
    "for_each and count": one(resource=data(for_each={}, count=1)),
    "references": out("${terraform_data.x[*].id}", resource={"terraform_data": {
        "x": {"count": 2, "input": "${terraform_data.y.output}"}, "y": {"input": {"a": [1]}}}}),
    "depends_on": one(resource={"terraform_data": {
        "x": {"depends_on": ["terraform_data.y"]}, "y": {}}}),
    "depends_on text": one(resource={"terraform_data": {
        "x": {"depends_on": "terraform_data.y"}, "y": {}}}),
    "depends_on wrapped": one(resource={"terraform_data": {
        "x": {"depends_on": ["${terraform_data.y}"]}, "y": {}}}),
    "depends_on nothing": one(resource=data(depends_on=["terraform_data.zz"])),
    "depends_on broken": one(resource=data(depends_on=["a b"])),
    "depends_on index": one(resource={"terraform_data": {
        "x": {"depends_on": ["terraform_data.y[0]"]}, "y": {"count": 1}}}),
    "cycle": one(resource={"terraform_data": {
        "x": {"input": "${terraform_data.y.id}"}, "y": {"input": "${terraform_data.x.id}"}}}),
    "lifecycle": one(resource={"terraform_data": {
        "x": {"input": 1, "lifecycle": {
            "ignore_changes": ["input", "triggers_replace[0]"], "create_before_destroy": True,
            "prevent_destroy": False, "replace_triggered_by": ["terraform_data.y.id"]}},
        "y": {}}}),
    "lifecycle array": one(resource=data(lifecycle=[{"ignore_changes": "all"}])),
    "lifecycle null": one(resource=data(lifecycle=None)),
    "lifecycle text": one(resource=data(lifecycle="x")),
    "lifecycle unknown": one(resource=data(lifecycle={"nope": 1})),
    "lifecycle as text": one(resource=data(lifecycle={"create_before_destroy": "true"})),
    "lifecycle template": one(resource=data(lifecycle={"create_before_destroy": "${true}"})),
    "lifecycle twice": one(resource=data(lifecycle=[{}, {}])),
    "ignore_changes number": one(resource=data(lifecycle={"ignore_changes": [1]})),
    "precondition": one(variable={"v": {"default": 1}}, resource=data(lifecycle={
        "precondition": [{"condition": "${var.v == 1}", "error_message": "no"},
                         {"condition": "${var.v == 2}", "error_message": "is ${var.v}"}]})),
    "postcondition": one(resource=data(input=1, lifecycle={"postcondition": {
        "condition": "${self.input == 1}", "error_message": "no"}})),
    "dynamic of nothing": one(resource=data(dynamic={"zz": {"for_each": [], "content": {}}})),
    "provider argument wrapped": one(resource=data(provider="${terraform}")),
    "provider argument broken": one(resource=data(provider="a.b.c")),
    "settings": one(terraform={"required_version": ">= 0.0.1"}),
    "settings twice": one(terraform=[{"required_version": ">= 0.0.1"}, {}]),
    "settings unknown": one(terraform={"nope": 1}),
    "module": {**one(module={"m": {"source": "./child", "a": "${1 + 1}"}},
                     output={"o": {"value": "${module.m.a}"}}), **CHILD},
    "module count": {**one(module={"m": {"source": "./child", "count": 2, "a": "${count.index}"}},
                           output={"o": {"value": "${module.m[*].a}"}}), **CHILD},
    "module for_each": {**one(module={"m": {"source": "./child", "for_each": {"k": [5]},
                                            "a": "${each.value}"}},
                              output={"o": {"value": "${module.m}"}}), **CHILD},
    "module value object": {**one(module={"m": {"source": "./child", "a": {"x": ["${1}"]}}},
                                  output={"o": {"value": "${module.m.a}"}}), **CHILD},
    "module unknown argument": {**one(module={"m": {"source": "./child", "zz": 1}}), **CHILD},
    "module source template": {**one(module={"m": {"source": "${x}"}}), **CHILD},
    "module depends_on": {**one(module={"m": {"source": "./child",
                                              "depends_on": ["terraform_data.x"]}},
                                resource=data()), **CHILD},
    "module providers": {**one(module={"m": {"source": "./child", "providers": {}}}), **CHILD},
    "module in JSON": {**one(module={"m": {"source": "./child"}},
                             output={"o": {"value": "${module.m.a}"}}),
                       "child/main.json": json.dumps({
                           "variable": {"a": {"default": "${x}"}},
                           "resource": {"terraform_data": {"y": {"input": "${var.a}"}}},
                           "output": {"a": {"value": "${terraform_data.y.input}"}}})},
    "mixed": {"main.json": json.dumps({"locals": {"a": 1},
                                       "output": {"o": {"value": "${local.b}"}}}),
              "more.hcl": "locals {\n  b = local.a + 1\n}\n"},
    "same name in both": {"main.json": json.dumps({"locals": {"a": 1}}),
                          "main.hcl": "locals {\n  b = 1\n}\n"},
    "declared in both": {"main.json": json.dumps({"output": {"a": {"value": 1}}}),
                         "main.hcl": 'output "a" { value = 1 }\n'},
}

CASES: dict[str, Files] = {**VALUES, **BLOCKS, **OVERRIDES}

#: Where this program answers otherwise on purpose, and why.
DEVIATIONS = {
    "override unknown argument": "Terraform passes over arguments that do not exist, in override "
    "files only; a misspelt one would silently change nothing.",
}
