"""The description of the API is complete, and the one in docs/ is that of this program."""

import json
import re

import pytest

from docs.openapi import PAGE, described

#: What the framework would say where nobody described anything.
_EMPTY = {"", "Successful Response"}


@pytest.fixture(scope="module")
def api():
    """The description as it is served."""
    return json.loads(described())


def operations(api) -> list[tuple[str, str, dict]]:
    """Return path, method and operation of each route."""
    return [
        (path, method, operation)
        for path, methods in api["paths"].items()
        for method, operation in methods.items()
    ]


def references(node) -> set[str]:
    """Return every $ref below a node."""
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(child) for child in node.values()))
    if isinstance(node, list):
        return set().union(*(references(child) for child in node))
    return set()


def test_everything_that_is_named_is_there(api):
    """References lead somewhere, parameters of paths are declared, names of operations are given once."""
    assert api["openapi"].startswith("3.1")
    for reference in references(api):
        node = api
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
    names = [operation["operationId"] for _, _, operation in operations(api)]
    assert len(set(names)) == len(names)
    for path, method, operation in operations(api):
        declared = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
        assert declared == set(re.findall(r"\{(\w+)\}", path)), (method, path)


def test_each_route_says_what_it_does_what_it_answers_and_who_may(api):
    """A sentence, a group, an answer that is described, its refusals, and the scope of a token."""
    groups = {one["name"] for one in api["tags"]}
    for path, method, operation in operations(api):
        where = (method, path)
        assert len(operation["summary"].split()) > 1, where
        assert set(operation["tags"]) <= groups, where
        (answer,) = [found for status, found in operation["responses"].items() if status[0] == "2"]
        assert answer["description"] not in _EMPTY, where
        assert "application/problem+json" in operation["responses"]["default"]["content"], where
        assert "422" not in operation["responses"], where
        kinds = {name for way in operation["security"] for name in way}
        assert kinds <= set(api["components"]["securitySchemes"]), where
        assert ("x-scope" in operation) == ("token" in kinds), where


async def test_a_refusal_is_what_the_description_says(room, api):
    """Each name that must be there is, and none that is not described."""
    problem = api["components"]["schemas"]["Problem"]
    async with room.client() as client:
        told = (await client.post("/api/v1/login", json={})).json()
    assert set(problem["required"]) <= set(told) <= set(problem["properties"])
    assert set(told["errors"][0]) <= set(problem["properties"]["errors"]["items"]["properties"])


def test_the_description_in_the_documents_is_this_one():
    """`make docs` writes it."""
    assert PAGE.read_text(encoding="utf-8") == described(), "run `make docs`"
