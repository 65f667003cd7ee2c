"""A dump that bgpd made of what it heard, replayed to it: its second dump says the same, at the same pace."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.app import show
from labctl.app.living import attached
from labctl.app.routes import Said, say
from labctl.app.runtimes import runtime
from labctl.faults.route import RouteAnnounce, RouteFlap, RouteReplay
from labctl.model.time import MS, S
from labctl.programs.bgp.mrt.replay import Replayed, replay
from tests.live.netns.command import labctl

NAME = f"replay{os.getpid()}"
TOPOLOGY = """name: NAME
nodes: {r1: {asn: 65001}, bulk: {device: bulk, asn: 65020, routes: [203.0.113.0/24]}}
links: [bulk-r1]
"""
DUMP = "/var/log/frr/NAME.mrt"
PACE_NS = 60 * MS
"""How far apart bgpd's stamps of the same message may be, in two dumps: its own turn, and a speaker's that is 20 ms late on a busy host."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("replay") / "t.yaml"
    path.write_text(TOPOLOGY.replace("NAME", NAME))
    labctl("up", str(path))
    yield NAME
    labctl("down", NAME)


def dumped(name: str, on: bool) -> None:
    no = "" if on else "no "
    labctl("exec", "r1", "--lab", NAME, "--", "vtysh", "-d", "bgpd", "-c", "configure terminal", "-c", f"{no}dump bgp updates-et {DUMP.replace('NAME', name)}")


@pytest.fixture(scope="module")
def dump(lab: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred routes come, flap twice, and go."""

    async def made() -> None:
        async with attached(runtime(), lab, "test") as at:
            announced = await say(at, RouteAnnounce("bulk:100x20.0.0.0/24"), 0, False, lambda _: None)
            flap = RouteFlap("bulk:100x20.0.0.0/24", period_ns=500 * MS, duty=0.5, count=2)
            held = await at.hold(flap.kind, flap.subject, flap.acts(at.plan))
            await asyncio.sleep(1)
            await at.release(held.hold)
            await at.release(announced.hold)

    dumped("first", on=True)
    asyncio.run(made())
    path = tmp_path_factory.mktemp("dump") / "first.mrt"
    path.write_bytes(file("first"))
    return path


def file(name: str) -> bytes:
    dumped(name, on=False)
    return labctl("exec", "r1", "--lab", NAME, "--", "cat", DUMP.replace("NAME", name))


def played(lab: str, path: Path, speed: float | None) -> Said:
    async def go() -> Said:
        async with attached(runtime(), lab, "test") as at:
            said = await say(at, RouteReplay(f"bulk:{path}", speed), 0, False, lambda _: None)
            await at.release(said.hold)
            return said

    return asyncio.run(go())


def what(found: list[Replayed]) -> list[tuple[bool, tuple[str, ...]]]:
    return [(one.change.attributes is not None, one.change.prefixes) for one in found]


@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_bgpd_hears_the_same_at_the_same_pace(lab: str, dump: Path, speed: float) -> None:
    first = list(replay(dump.read_bytes(), "first"))
    assert len(first) == 6
    dumped("second", on=True)
    said = played(lab, dump, speed)
    second = list(replay(file("second"), "second"))[: len(first)]
    assert what(second) == what(first)
    assert [two.change.known.as_path[1:] for two in second if two.change.attributes] == [one.change.known.as_path for one in first if one.change.attributes]
    assert max(abs(two.after_ns - round(one.after_ns / speed)) for one, two in zip(first, second, strict=True)) < PACE_NS
    assert said.prefixes == 600
    assert said.late_ns is not None


def test_as_fast_as_it_is_taken_it_ends_where_the_dump_does(lab: str, dump: Path) -> None:
    said = played(lab, dump, None)
    assert said.said_ns < S
    assert said.late_ns is None
    assert {(t.table, t.before, t.routes) for t in said.tables if t.family == "ipv4" and t.table.startswith("BGP")} == {("BGP RIB, from bulk", 2, 2)}


def test_what_it_leaves_behind_is_there_until_it_is_healed(lab: str, dump: Path, tmp_path: Path) -> None:
    """A dump that is cut after its announcement leaves the routes; a heal takes them away, in the middle of it too."""
    half = tmp_path / "half.mrt"
    data = dump.read_bytes()
    half.write_bytes(data[: 12 + int.from_bytes(data[8:12], "big")])

    async def go() -> None:
        async with attached(runtime(), lab, "test") as at:

            async def there() -> int:
                return sum(row.prefix.startswith("20.0.") for row in (await show.routes(at, "r1")).rows)

            said = await say(at, RouteReplay(f"bulk:{half}"), 0, False, lambda _: None)
            assert await there() == 100
            slow = RouteReplay(f"bulk:{dump}", speed=0.01)
            held = await at.hold(slow.kind, slow.subject, slow.acts(at.plan))
            await at.release(said.hold)
            assert await there() == 100  # the slow one's
            await at.release(held.hold)
            deadline = asyncio.get_running_loop().time() + 5
            while await there():
                assert asyncio.get_running_loop().time() < deadline
                await asyncio.sleep(0.02)

    asyncio.run(go())
