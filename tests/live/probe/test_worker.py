"""The UDP worker by itself: what it says, writes, survives, and how it ends."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from labctl.checks.loss import Outage, outage
from labctl.model.plan import Flow, FlowEnd
from labctl.model.time import S, Span
from labctl.model.trial import Stream
from labctl.store.samples import read_streams
from tests.live.probe.wire import Wire, Worker

END = FlowEnd("", "")


def streams(folder: Path) -> tuple[Stream, Stream]:
    forward, reverse = read_streams(folder, (Flow("f", None, "ipv4", END, END, 1000),))
    return forward, reverse


def judged(stream: Stream, since_ns: int) -> Outage:
    return outage(stream, Span(since_ns, since_ns), int(stream.tx_sent_ns[-1]) + stream.gap_ns, S)


def passing(worker: Worker) -> dict[str, Any]:
    """The first summary in which every direction has received something."""
    while True:
        heard = worker.line()
        if all(flow["received"] for flow in heard["flows"]):
            return heard


def test_both_directions_pass_and_nothing_is_lost(wire: Wire, tmp_path: Path) -> None:
    with Worker({"samples": str(tmp_path), "flows": [wire.flow("f", 1000)]}) as worker:
        assert worker.line()["ready"]
        passing(worker)
        last = worker.stop()
    assert [(f["flow"], f["direction"]) for f in last["flows"]] == [("f", "forward"), ("f", "reverse")]
    for said, kept in zip(last["flows"], streams(tmp_path), strict=True):
        assert said["sent"] == said["received"] == len(kept.tx_seq) == len(kept.rx_seq)
        assert said["queue_drops"] == 0
        assert abs(said["last_ns"] - int(kept.rx_received_ns[-1])) < 1_000_000
        assert (kept.rx_received_ns >= kept.rx_sent_ns).all()


def test_sigterm_ends_it_like_the_end_of_its_orders(wire: Wire, tmp_path: Path) -> None:
    with Worker({"samples": str(tmp_path), "flows": [wire.flow("f", 1000)]}) as worker:
        worker.line()
        worker.line()
        os.kill(worker.process.pid, signal.SIGTERM)
        assert worker.process.wait(2) == 0
    forward, _ = streams(tmp_path)
    assert len(forward.rx_seq) == len(forward.tx_seq)


def test_many_flows_of_several_rates_and_both_families(wire: Wire, tmp_path: Path) -> None:
    flows = [wire.flow("a", 1000, 4, 40000), wire.flow("b", 200, 4, 40001), wire.flow("c", 50, 6, 40002), wire.flow("d", 7, 6, 40003)]
    with Worker({"samples": None, "flows": flows}) as worker:
        worker.line()
        first = passing(worker)
        last = worker.until(10)
    rates = [(after["sent"] - before["sent"]) / ((last["at_ns"] - first["at_ns"]) / S) for before, after in zip(first["flows"], last["flows"], strict=True)]
    assert rates == pytest.approx([1000, 1000, 200, 200, 50, 50, 7, 7], rel=0.2)
    assert not list(tmp_path.iterdir())


def test_the_mark_is_the_one_it_arrived_with(wire: Wire, tmp_path: Path) -> None:
    wire.nft('add table inet paint; add chain inet paint f { type filter hook forward priority 0; }; add rule inet paint f iifname "left" ip dscp set 7')
    with Worker({"samples": str(tmp_path), "flows": [wire.flow("f", 1000)]}) as worker:
        worker.line()
        marks = [flow["mark"] for flow in passing(worker)["flows"]]
        worker.stop()
    assert marks == [7, 0]
    assert set(streams(tmp_path)[0].rx_mark.tolist()) == {7}


def test_a_flow_that_was_never_up(wire: Wire, tmp_path: Path) -> None:
    wire.run(wire.router, "ip link set right down")
    with Worker({"samples": str(tmp_path), "flows": [wire.flow("f", 1000)]}) as worker:
        worker.line()
        middle = worker.until(5)["at_ns"]
        worker.until(5)
        worker.stop()
    out = judged(streams(tmp_path)[0], middle)
    assert (out.was_up, out.outage_ns, out.lost) == (False, None, out.observed)


def test_an_outage_that_never_ends_is_at_least_the_rest(wire: Wire, tmp_path: Path) -> None:
    with Worker({"samples": str(tmp_path), "flows": [wire.flow("f", 1000)]}) as worker:
        worker.line()
        cut = passing(worker)["at_ns"]
        wire.run(wire.router, "ip link set right down")
        end = worker.until(8)["at_ns"]
        worker.stop()
    for stream in streams(tmp_path):
        out = judged(stream, cut)
        assert (out.was_up, out.ended, out.outage_ns, out.restored_ns) == (True, False, None, None)
        assert out.at_least_ns is not None
        assert out.at_least_ns > (end - cut) * 0.7


def test_sends_that_fail_are_lost_and_the_flow_goes_on(wire: Wire, tmp_path: Path) -> None:
    with Worker({"samples": str(tmp_path), "flows": [wire.flow("f", 1000)]}) as worker:
        worker.line()
        cut = passing(worker)["at_ns"]
        wire.run(wire.left, "ip route del default")
        worker.until(3)
        wire.run(wire.left, "ip route add default via 10.0.1.1")
        worker.until(15)
        worker.stop()
    forward, reverse = streams(tmp_path)
    out = judged(forward, cut)
    assert out.ended
    assert out.lost == int(forward.tx_failed.sum()) > 200
    assert judged(reverse, cut).lost == 0


def test_a_port_that_nobody_listens_on_leaves_no_error_behind(wire: Wire, tmp_path: Path) -> None:
    """The router answers with ICMP unreachable: a connected socket would fail the next send."""
    with Worker({"samples": str(tmp_path), "flows": [wire.flow("f", 1000)]}) as worker:
        worker.line()
        passing(worker)
        wire.nft('add table inet no; add chain inet no f { type filter hook forward priority 0; }; add rule inet no f iifname "left" udp dport 40000 reject')
        worker.until(3)
        wire.nft("delete table inet no")
        worker.until(3)
        worker.stop()
    forward, reverse = streams(tmp_path)
    assert not forward.tx_failed.any()
    assert len(reverse.rx_seq) == len(reverse.tx_seq)
    assert int(forward.rx_seq[-1]) == int(forward.tx_seq[-1])


def test_copies_on_the_way_are_no_loss_and_no_outage(wire: Wire, tmp_path: Path) -> None:
    with Worker({"samples": str(tmp_path), "flows": [wire.flow("f", 1000)]}) as worker:
        worker.line()
        start = passing(worker)["at_ns"]
        wire.nft(
            "add table netdev twice; "
            "add chain netdev twice e { type filter hook egress device right priority 0; }; "
            "add rule netdev twice e ip daddr 10.0.2.2 numgen random mod 2 0 dup to right"
        )
        worker.until(5)
        worker.stop()
    forward, _ = streams(tmp_path)
    assert len(forward.rx_seq) > len(set(forward.rx_seq.tolist()))
    assert judged(forward, start).lost == 0


def test_an_address_that_is_not_there_is_said(wire: Wire, tmp_path: Path) -> None:
    flow = wire.flow("f", 1000)
    flow["a"]["address"] = "10.9.9.9"
    with Worker({"samples": str(tmp_path), "flows": [flow]}) as worker:
        said = worker.line()["failed"]
        assert worker.process.wait(2) == 1
    assert "left, 10.9.9.9 port 40000" in said


def test_samples_are_never_written_over(wire: Wire, tmp_path: Path) -> None:
    (tmp_path / "f.forward.tx").touch()
    with Worker({"samples": str(tmp_path), "flows": [wire.flow("f", 1000)]}) as worker:
        assert str(tmp_path / "f.forward.tx") in worker.line()["failed"]


def test_a_full_disk_ends_it_with_the_reason(wire: Wire, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    wire.run(wire.left, f"mount -t tmpfs -o size=16k tmpfs {small}")
    try:
        with Worker({"samples": str(small), "flows": [wire.flow("f", 1000)]}) as worker:
            heard = worker.line()
            while "failed" not in heard:
                heard = worker.line()
            assert worker.process.wait(2) == 1
        assert "No space left" in json.dumps(heard)
        assert str(small) in heard["failed"]
    finally:
        wire.run(wire.left, f"umount {small}")


def test_an_agent_that_does_not_listen_delays_nothing(wire: Wire, tmp_path: Path) -> None:
    with Worker({"samples": str(tmp_path), "flows": [wire.flow(f"f{i}", 100, 4, 40000 + i) for i in range(40)]}) as worker:
        # Each summary is some 6 kB and a pipe holds 64: after ten of them unread, only a worker that does not wait goes on sending.
        sent = tmp_path / "f0.forward.tx"
        while not sent.exists() or sent.stat().st_size < 24 * 100 * 2:
            assert worker.process.poll() is None
            time.sleep(0.05)
    forward, _ = read_streams(tmp_path, (Flow("f0", None, "ipv4", END, END, 100),))
    assert int((forward.tx_sent_ns - forward.tx_scheduled_ns).max()) < S
