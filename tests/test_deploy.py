"""The compose file for PostgreSQL and Milvus: what can be seen of it without starting it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[1] / "deploy"
TEXT = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
KEYS = {"image", "restart", "environment", "command", "shm_size", "stop_grace_period", "ports", "volumes", "networks", "healthcheck", "depends_on", "security_opt"}
_SECRET = re.compile(r"PASSWORD|SECRET")
_FROM_ENVIRONMENT = re.compile(r"\$\{(\w+):\?[^}]+\}")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_pinned_watched_and_keeps_its_data(name: str) -> None:
    """Each service names the release it is of, tells whether it is well, comes back, and writes to a volume that is declared."""
    service = SERVICES[name]
    assert set(service) <= KEYS
    assert re.search(r":\D*\d+\.\d+\.\d+|:RELEASE\.\d{4}-\d\d-\d\dT[\d-]+Z$", service["image"]), service["image"]
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert service["restart"] == "unless-stopped"
    assert service["volumes"]
    for volume in service["volumes"]:
        source, _, target = volume.partition(":")
        assert source in COMPOSE["volumes"]
        assert target.startswith("/")
    assert set(service["networks"]) <= set(COMPOSE["networks"])


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_is_reached_from_other_machines(name: str) -> None:
    """What is published is published to this machine; what Milvus needs for itself, to nobody."""
    ports = SERVICES[name].get("ports", [])
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in ports), ports
    assert bool(ports) == (name in ("postgres", "milvus"))
    if not ports:
        assert SERVICES[name]["networks"] == ["back"]
    assert COMPOSE["networks"]["back"] == {"internal": True}


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_the_file(name: str) -> None:
    """Secrets come from a file that is no part of the project, and without them nothing starts."""
    for variable, value in SERVICES[name].get("environment", {}).items():
        assert isinstance(value, str), f"{variable} is no text to YAML"
        assert bool(_SECRET.search(variable)) == bool(_FROM_ENVIRONMENT.fullmatch(value)), variable


def test_the_example_names_what_is_asked_for() -> None:
    """The example has each secret that the file asks for, without a value, and git leaves the real one alone."""
    example = dict(line.split("=", 1) for line in (DEPLOY / "env.example").read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    assert example == dict.fromkeys(_FROM_ENVIRONMENT.findall(TEXT), "")
    assert "deploy/.env" in (DEPLOY.parent / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_milvus_waits_for_what_it_needs() -> None:
    """It starts when its metadata and its object store are well; names and keys are those that these have."""
    milvus, minio = SERVICES["milvus"], SERVICES["minio"]
    assert milvus["depends_on"] == {name: {"condition": "service_healthy"} for name in ("etcd", "minio")}
    assert milvus["environment"]["ETCD_ENDPOINTS"] == "etcd:2379"
    assert milvus["environment"]["MINIO_ADDRESS"] == "minio:9000"
    assert milvus["environment"]["MINIO_ACCESS_KEY_ID"] == minio["environment"]["MINIO_ROOT_USER"]
    assert milvus["environment"]["MINIO_SECRET_ACCESS_KEY"] == minio["environment"]["MINIO_ROOT_PASSWORD"]
    assert milvus["environment"]["COMMON_SECURITY_AUTHORIZATIONENABLED"] == "true"
