"""What the UDP probe costs: CPU, memory and lateness of one worker, printed as a table. Needs root. `python -m bench.probe [SECONDS]`"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.live.probe.wire import Wire, Worker

TX = np.dtype([("seq", "<u8"), ("scheduled", "<u8"), ("sent", "<u8")])


def measure(flows: int, pps: int, version: int, seconds: int) -> str:
    wire = Wire()
    with tempfile.TemporaryDirectory() as folder:
        job = {"samples": folder, "flows": [wire.flow(f"f{i}", pps, version, 40000 + i) for i in range(flows)]}
        worker = Worker(job)
        assert worker.line()["ready"]
        # Until the hosts know each other's link addresses, packets wait or are dropped: that is no cost of the probe.
        while any(flow["received"] == 0 for flow in worker.line()["flows"]):
            pass
        missing = missed(worker.until(5))
        pid = worker.process.pid
        before, host = cpu_s(pid), host_ticks()
        worker.until(10 * seconds)
        used = cpu_s(pid) - before
        stolen, passed = host_ticks() - host
        memory = pss_mb(pid)
        last = worker.stop()
        late = np.concatenate([np.fromfile(path, TX) for path in Path(folder).glob("*.tx")])
        late_us = (late["sent"] - late["scheduled"]).astype(np.int64) / 1000
        worker.__exit__()
        lost = missed(last) - missing
    wire.close()
    p50, p99, p999 = np.percentile(late_us, [50, 99, 99.9])
    share = 100 * used[0] / seconds, 100 * used[1] / seconds
    return (
        f"{flows:2} × {pps:5}/s ⇄ IPv{version} {sum(share):6.1f} % ({share[0]:.1f} user, {share[1]:.1f} system)  {sum(share) / flows:5.1f} % a flow  "
        f"{memory:5.1f} MB PSS, {memory / flows / 2:4.1f} an end  late µs p50 {p50:.0f} p99 {p99:.0f} p99.9 {p999:.0f} max {late_us.max():.0f}  "
        f"lost {lost}  steal {100 * stolen / passed:.1f} %"
    )


def missed(summary: dict[str, Any]) -> int:
    return sum(flow["sent"] - flow["received"] for flow in summary["flows"])


def cpu_s(pid: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return np.array([int(fields[11]), int(fields[12])]) / os.sysconf("SC_CLK_TCK")


def host_ticks() -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Stolen from this machine, and in all: figures taken while much is stolen are the neighbours', not the probe's."""
    fields = np.array(Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9], dtype=np.int64)
    return np.array([fields[7], fields.sum()])


def pss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for case in ((1, 1000, 4), (1, 1000, 6), (4, 1000, 4), (8, 100, 4)):
        sys.stdout.write(measure(*case, length) + "\n")
