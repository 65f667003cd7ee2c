import os
from collections.abc import Iterator

import pytest

from tests.live.probe.wire import Wire


@pytest.fixture
def wire() -> Iterator[Wire]:
    if os.geteuid() != 0:
        pytest.skip("makes network namespaces of its own: needs root (rootless runs are tested with the netns runtime)")
    made = Wire()
    yield made
    made.close()
