"""Which tests may stand beside each other (`pytest -n 2 --dist loadgroup`): those of a file share a lab, and those of containers an engine."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        group = "containers" if item.path.parent.name == "containerlab" else item.path.name
        item.add_marker(pytest.mark.xdist_group(group))
