"""Sessions: BGP and BFD as the daemons tell when asked; an event for each change."""

import asyncio
import json
import time

from labctl.agent.acts.ask import ask
from labctl.agent.watch.base import Sight, Stop
from labctl.model.event import BfdState, BgpState
from labctl.model.watch import Sessions


async def start(watch: Sessions, sight: Sight) -> Stop:
    node = sight.nodes[watch.node]
    known = {}
    async def look():
        while True:
            try:
                out = await ask(node, ("vtysh","-d","bgpd","-c","show bgp neighbors json"), sight.children, 2_000_000_000)
                now = time.monotonic_ns()
                new = []
                if out.status == 0:
                    for addr, n in json.loads(out.out or "{}").items():
                        if not isinstance(n, dict): continue
                        fam = "ipv6" if ":" in addr else "ipv4"
                        est = n.get("bgpState") == "Established"
                        new.append((addr+fam, BgpState(0, watch.node, addr, fam, n.get("bgpState","?"), n.get("bgpTimerKeepAliveIntervalMsecs",0)//1000 if est else 0, n.get("bgpTimerHoldTimeMsecs",0)//1000 if est else 0, 0, n.get("lastResetDueTo",""))))
                out = await ask(node, ("vtysh","-d","bfdd","-c","show bfd peers json"), sight.children, 2_000_000_000)
                if out.status == 0:
                    for p in json.loads(out.out or "[]"):
                        rx = max(p["receive-interval"], p.get("remote-transmit-interval",0))*1_000_000
                        tx = max(p["transmit-interval"], p.get("remote-receive-interval",0))*1_000_000
                        new.append(("bfd"+p["peer"], BfdState(0, watch.node, p["peer"], p["status"]=="up", tx, rx, rx*p.get("remote-detect-multiplier",0), p.get("diagnostic",""))))
                import dataclasses
                for k, e in new:
                    if known.get(k) != e:
                        known[k] = e
                        sight.tell(dataclasses.replace(e, at_ns=now))
            except (ValueError, KeyError) as e:
                print(repr(e), flush=True)
            await asyncio.sleep(watch.every_ns/1e9)
    task = asyncio.create_task(look())
    async def stop() -> None:
        task.cancel()
    return stop
