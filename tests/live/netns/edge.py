"""What is done to the edge of dual-pop's branch, whatever device it is."""

from collections.abc import Mapping
from pathlib import Path

from labctl.faults.link import SilentCut
from labctl.faults.session import SessionShutdown
from labctl.model.event import BgpState
from labctl.model.finding import Finding
from labctl.model.time import S
from labctl.model.trial import Cell
from labctl.programs.frr.timing import FLOOR
from labctl.scenario.budget import Ground
from labctl.scenario.forecast import forecast
from labctl.scenario.matrix import Case
from labctl.scenario.promised import sessions
from labctl.scenario.single import single_fault, slowest_ns
from tests.live.netns.living import Living


def shut_and_open_again(dual: Living) -> None:
    async def shut() -> None:
        watching = await dual.listening("branch")
        held = await dual.inject(SessionShutdown("branch:ams"))
        await dual.until(lambda: len({e.peer for e in dual.heard if isinstance(e, BgpState) and e.state == "Idle"}) == 2, 5, "both sessions with ams end")
        await dual.lab.release(held.hold)
        await dual.deaf(watching)

    dual.run(shut())
    dual.steady()


def silent_cut(dual: Living, folder: Path) -> Mapping[str, Finding]:
    """Of its primary tunnel, by check."""
    plan, fault = dual.lab.plan, SilentCut("fra-isp1")
    flows = tuple(flow for flow in plan.flows if flow.name == "branch-dc-v4")
    expected = forecast(Ground(plan, sessions(plan), FLOOR), fault, flows)
    case = Case(Cell(()), plan.name, plan, single_fault(plan, fault, flows, expected), slowest_ns(plan), flows, flows[0].name, expected)
    return {finding.check: finding for finding in dual.measure(folder, case, 2 * S, 6 * S)}
