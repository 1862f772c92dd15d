"""What a service tells is as secret as what it was made of, whatever its shape."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.diff.secrecy import as_secret_as, identifying, repeats_secret, secret_paths
from vbrprov.diff.stored import decode_attributes, encode_attributes
from vbrprov.sdk import Model, attribute, block, computed_attribute
from vbrprov.secrets import SecretBook
from vbrprov.values import SENSITIVE, Null, Spent, Unknown, bare, mark, marks_deep, unmark_deep

SECRET = "canary.secret"


class PartModel(Model):
    """A block."""

    text: str | None = attribute(doc="Text.", default=None)


class ThingModel(Model):
    """An object."""

    name: str = attribute(doc="Name.", required=True)
    kind: str | None = attribute(doc="Kind.", default=None, replace_on_change=True)
    note: str | None = attribute(doc="Note.", default=None)
    tags: dict[str, str] = attribute(doc="Tags.", default={})
    items: list[str] = attribute(doc="Items.", default=[])
    words: set[str] = attribute(doc="Words.", default=set())
    part: list[PartModel] = block(doc="Parts.")
    tags_all: dict[str, str] | None = computed_attribute(doc="All tags.")
    arn: str | None = computed_attribute(doc="Name.")


SCHEMA = ThingModel.schema()


def hidden(text: str = SECRET) -> Any:
    return mark(text, (SENSITIVE,))


def configured(**marked: Any) -> dict[str, Any]:
    plain = ThingModel(name="thing").to_values()
    return {**plain, "tags_all": Unknown(), "arn": Unknown(), **marked}


def told(**values: Any) -> dict[str, Any]:
    return ThingModel(**{"name": "thing", **values}).to_values()


def kept(values: dict[str, Any]) -> str:
    return encode_attributes(values, SCHEMA, SecretBook()).decode()


def tagged(value: Any) -> Any:
    tags = told(tags={"a": "x", "b": "open"})["tags"]
    return type(tags)({"a": value, "b": "open"}, tags.element)


def test_a_tag_and_all_that_repeats_it() -> None:
    service = told(tags={"a": SECRET, "b": "open"}, tags_all={"a": SECRET, "c": "more"},
                   arn=f"arn:x/{SECRET}")
    found = as_secret_as(service, configured(tags=tagged(hidden())), SCHEMA)
    assert secret_paths(found) == [("tags", "a"), ("tags_all", "a"), ("arn",)]
    assert SECRET not in kept(found)
    assert '"open"' in kept(found)
    again = decode_attributes(encode_attributes(found, SCHEMA, SecretBook()), SCHEMA, "a.b")
    assert secret_paths(again) == secret_paths(found)
    # Read again, by what is recorded only.
    assert secret_paths(as_secret_as(service, again, SCHEMA)) == secret_paths(found)


def test_a_short_secret_is_found_under_its_own_key_only() -> None:
    service = told(tags={"a": "eu", "b": "open"}, tags_all={"a": "eu", "b": "eu"}, arn="arn:eu")
    found = as_secret_as(service, configured(tags=tagged(hidden("eu"))), SCHEMA)
    assert secret_paths(found) == [("tags", "a"), ("tags_all", "a")]


def test_what_is_said_openly_is_no_secret() -> None:
    service = told(name="canary.secret-thing", tags={"a": SECRET}, arn="arn:canary.secret-thing")
    found = as_secret_as(service, configured(name="canary.secret-thing", tags=tagged(hidden())),
                         SCHEMA)
    assert secret_paths(found) == [("tags", "a")]


@pytest.mark.parametrize("service", [
    {"items": ["open", SECRET]}, {"items": [SECRET]}, {"items": [SECRET, "x", "y"]},
])
def test_a_list_in_another_order_or_length(service: dict[str, Any]) -> None:
    items = told(items=["x"])["items"]
    known = configured(items=type(items)((hidden(), "open"), items.element))
    assert SECRET not in kept(as_secret_as(told(**service), known, SCHEMA))


def test_a_set_and_blocks() -> None:
    words = mark(told(words={SECRET})["words"], (SENSITIVE,))
    parts = told(part=[PartModel(text="x"), PartModel(text="y")])["part"]
    known = configured(words=words, part=type(parts)(
        ({"text": hidden()}, {"text": "open"}), parts.element))
    service = told(words={SECRET, "more"}, part=[PartModel(text="open"), PartModel(text=SECRET)])
    assert SECRET not in kept(as_secret_as(service, known, SCHEMA))
    whole = configured(part=mark(parts, (SENSITIVE,)))
    assert SECRET not in kept(as_secret_as(service | {"words": Null()}, whole, SCHEMA))


def test_what_a_service_does_not_tell_stays_a_fingerprint() -> None:
    spent = mark(Spent(fingerprint="scrypt14$x"), (SENSITIVE,))
    known = configured(note=spent, tags=tagged(spent))
    found = as_secret_as(told(tags={"b": "open"}), known, SCHEMA)
    assert isinstance(bare(found["note"]), Spent)
    # A key that is gone is gone.
    assert "a" not in unmark_deep(found["tags"])[0].items


def test_names() -> None:
    assert identifying(SCHEMA) == ["name", "kind"]
    assert repeats_secret({"id": f"x-{SECRET}"}, configured(note=hidden()), SCHEMA)
    assert not repeats_secret({"id": "x"}, configured(note=hidden()), SCHEMA)
    assert not repeats_secret({"id": "x-prod"}, configured(
        name="my-production", note=hidden("production")), SCHEMA)


def test_an_object_without_secrets_is_left_alone() -> None:
    service = told(tags={"a": SECRET}, arn=SECRET)
    found = as_secret_as(service, configured(), SCHEMA)
    assert found == service
    assert not any(marks_deep(value) for value in found.values())
