"""Settings of a living site: how they are read, and what they change in a plan."""

import pytest

from labctl.app.retune import Wanted, _changed, _of_site, read
from labctl.app.source import plan
from labctl.errors import InputError
from labctl.model.plan import Bfd

PLAN = plan("dual-pop")


def test_settings_are_read_as_a_topology_writes_them() -> None:
    assert read(["timers=1/3", "bfd=100x3"]) == Wanted((1, 3), Bfd(100, 100, 3))
    assert read(["bfd=off"]) == Wanted(None, "off")


def test_every_wrong_setting_is_told_at_once() -> None:
    with pytest.raises(InputError) as wrong:
        read(["timer=1/3", "bfd=fast", "timers=9/3"])
    assert len(wrong.value.problems) == 3


def test_both_ends_of_the_sites_sessions_change_and_nothing_else() -> None:
    changed = _changed(PLAN, PLAN.site("branch"), Wanted((1, 3), None))
    mine = _of_site(changed, "branch")
    assert set(mine) == {"branch", "fra", "ams"}
    every = [(node.name, n) for node in changed.nodes if node.bgp for n in node.bgp.neighbors]
    retimed = {(name, n.address) for name, n in every if (n.keepalive_s, n.hold_s) == (1, 3)}
    assert retimed == {(name, n.address) for name, neighbors in mine.items() for n in neighbors}
    assert changed.site("plant") == PLAN.site("plant")


def test_without_bfd_the_mode_says_so() -> None:
    changed = _changed(PLAN, PLAN.site("branch"), Wanted(None, "off"))
    assert changed.site("branch").mode == "bgp"
    assert all(n.bfd is None for neighbors in _of_site(changed, "branch").values() for n in neighbors)
