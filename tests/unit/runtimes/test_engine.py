"""A Docker engine that is not here: no labctl can enter its containers."""

import pytest

from labctl.errors import RefusedError
from labctl.runtimes.containerlab.engine import engine


@pytest.mark.parametrize("host", ["tcp://192.0.2.7:2375", "ssh://admin@192.0.2.7", "https://docker.example:2376"])
def test_an_engine_on_another_machine_is_refused_with_the_way_back(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(RefusedError) as refused, engine():
        pass
    assert str(refused.value) == f"the Docker engine is on another machine (DOCKER_HOST is {host}): labctl must enter the containers' namespaces; unset it"
