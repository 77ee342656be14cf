"""Requests made up from the API's own description: every answer is one that it describes."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode, checks
from serving import Server

import keqi
from keqi.adapters.serve import openapi
from keqi.adapters.serve.config import ServeConfig


def test_the_description_is_valid() -> None:
    described = openapi.description(("general",), ServeConfig())
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


SCHEMA = schemathesis.openapi.from_dict(openapi.description(keqi.Linter().profiles, ServeConfig()))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_answer_is_described(server: Server, operation: Any, mode: GenerationMode) -> None:
    """Both for requests as described and for such as are not."""

    @settings(
        max_examples=40,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def asked(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=server.url, checks=CHECKS)

    try:
        asked()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "there is nothing to get wrong about it"
