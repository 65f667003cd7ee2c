"""An announcer that dies and comes back, with a graceful restart promised: what its neighbour forwards by is never gone, nor when it is said again."""

import asyncio
import os
from collections.abc import Iterator

import pytest

from labctl.app.living import attached
from labctl.app.runtimes import runtime
from labctl.faults.node import DaemonKill
from labctl.model.event import Event, RouteChange
from labctl.model.time import MS, S
from labctl.model.watch import Netlink, Sessions
from labctl.run.waiting import Seen
from labctl.scenario.conditions import Confirmed
from labctl.scenario.fed import receivers
from tests.live.netns.command import labctl

NAME = f"restart{os.getpid()}"
TOPOLOGY = """name: NAME
nodes:
  r1: {asn: 65001, frr-extra: ["router bgp 65001", " bgp long-lived-graceful-restart stale-time 60"]}
  exa: {device: exabgp, asn: 65010, routes: 50x20.0.0.0/24, graceful-restart: 60}
  bulk: {device: bulk, asn: 65020, routes: 50x30.0.0.0/24, graceful-restart: 60}
  late: {device: bulk, asn: 65030, routes: 50x40.0.0.0/24, graceful-restart: 1, long-lived-graceful-restart: 60}
links: [exa-r1, bulk-r1, late-r1]
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("restart") / "t.yaml"
    path.write_text(TOPOLOGY.replace("NAME", NAME))
    labctl("up", str(path))
    yield NAME
    labctl("down", NAME)


@pytest.mark.parametrize(("speaker", "daemon", "away_s"), [("exa", "exabgp", 0.5), ("bulk", "bulk", 0.5), ("late", "bulk", 3.0)])
def test_what_it_announced_stays(lab: str, speaker: str, daemon: str, away_s: float) -> None:
    """`late` is away for longer than it promised: its routes stay as a last resort (RFC 9494 4.2)."""

    async def go() -> list[RouteChange]:
        gone: list[RouteChange] = []

        def hear(event: Event) -> None:
            if isinstance(event, RouteChange) and not event.present and event.prefix.startswith(("20.", "30.", "40.")):
                gone.append(event)

        async with attached(runtime(), lab, "test") as at:
            ends = tuple(r for r in receivers(at.plan, speaker) if r.family == "ipv4")
            fault = DaemonKill(f"{speaker}:{daemon}")
            seen = Seen(at, hear)
            await seen.begin()
            watching = await at.hold("watch", "", watches=[Netlink("r1"), Sessions("r1", 50 * MS)])
            held = await at.hold(fault.kind, fault.subject, fault.acts(at.plan))
            await asyncio.sleep(away_s)
            await at.release(held.hold)
            await seen.until(Confirmed(ends), 30 * S, lambda _: None)
            seen.end()
            await at.release(watching.hold)
        return gone

    assert asyncio.run(go()) == []
