"""report, judge and runs, on small runs on disk."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.app.judge import judge
from labctl.app.report import place, results
from labctl.app.runs import find, runs
from labctl.errors import RefusedError
from labctl.model.codec import encode
from labctl.model.event import ActPerhaps
from labctl.model.finding import Finding, Verdict
from labctl.model.plan import Attachment, End, Node, Site
from labctl.model.time import MS
from labctl.report import document, exit_code, text
from labctl.store.folder import Run
from tests.unit.app import stored
from tests.unit.app.stored import CELL, PLAN

FIT = Finding("fidelity", Verdict.PASS, "the host and the probe were fit")


def judged(base: Path, *lost: int, wanted: int = 1) -> Run:
    run = stored.run(base, trials=wanted)
    for number, packets in enumerate(lost, 1):
        stored.trial(run, number, packets)
        run.trial(number).write_findings((FIT,))
    return run


def test_a_run_is_told_from_its_folder(tmp_path: Path) -> None:
    found = results(judged(tmp_path, 200, 210, 220, wanted=3))
    (cell,) = found.cells
    assert (cell.cell, cell.verdict, found.verdict, exit_code(found)) == (CELL, Verdict.PASS, Verdict.PASS, 0)
    (forward,), (reverse,) = cell.of("forward"), cell.of("reverse")
    assert forward.spread is not None and reverse.spread is not None
    assert (forward.spread.median_ns, forward.spread.min_ns, forward.spread.max_ns) == (210 * MS, 200 * MS, 220 * MS)
    assert [r.trial for r in forward.readings] == [1, 2, 3]
    assert forward.readings[0].timeline[-1].what == "traffic → back"
    assert forward.readings[0].way.before == ("unmarked",)
    assert "→ 0.21 s" in text(found)
    assert document(found)["cells"][0]["directions"][0]["budget_ns"] == [100 * MS, 300 * MS]


def test_what_is_outside_its_band_fails(tmp_path: Path) -> None:
    found = results(judged(tmp_path, 900))
    assert (found.verdict, exit_code(found)) == (Verdict.FAIL, 1)
    assert "expected 0.10 s to 0.30 s" in found.cells[0].reason


def test_torn_incomplete_and_unjudged_trials_give_no_figure(tmp_path: Path) -> None:
    run = judged(tmp_path, 200, wanted=1)
    stored.trial(run, 2, whole=False)
    stored.trial(run, 3, complete=False)
    stored.trial(run, 4)
    found = results(run)
    assert [(b.number, b.why) for b in found.broken] == [(2, "torn: it has no end line"), (3, "not complete: a watch was lost")]
    with (run.trial(2).history).open("a") as history:
        history.write(json.dumps(encode(ActPerhaps(1, "silent-cut", "fra-isp1", True, "the agent is gone"))) + "\n")
    assert results(run).broken[0].why == "torn: it has no end line; heal silent-cut fra-isp1 was perhaps done: the agent is gone"
    assert [t.unfit for t in found.cells[0].trials] == ["", "it was never judged (labctl judge does)"]
    assert found.verdict is Verdict.PASS


def test_a_check_beside_the_outage_counts(tmp_path: Path) -> None:
    run = judged(tmp_path, 200)
    run.trial(1).write_findings((FIT, Finding("steady", Verdict.FAIL, "not steady after: BGP ipv4 fra - 10.0.0.1 did not come back")))
    found = results(run)
    assert found.verdict is Verdict.FAIL
    assert found.cells[0].reason.startswith("trial 1: steady: not steady after")


def test_a_damaged_trial_is_named_and_stops_no_other(tmp_path: Path) -> None:
    run = judged(tmp_path, 200, 200)
    (run.trial(2).path / "plan.json").write_text("{")
    found = results(run)
    assert [b.number for b in found.broken] == [2]
    assert "plan.json" in found.broken[0].why
    assert found.verdict is Verdict.PASS


def test_judging_again_says_what_changed_and_leaves_the_raw_files(tmp_path: Path) -> None:
    run = stored.run(tmp_path)
    stored.trial(run, 1)
    stored.trial(run, 2, whole=False)
    raw = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    first = judge(run)
    assert (first.judged, [number for number, _ in first.skipped]) == (1, [2])
    assert {(c.check, c.before) for c in first.changes} >= {("outage", None), ("fidelity", None)}
    assert judge(run).changes == ()
    findings = run.trial(1).findings()
    run.trial(1).write_findings(tuple(replace(f, verdict=Verdict.FAIL, reason="wrong") if f.check == "outage" else f for f in findings))
    (change,) = judge(run).changes
    assert (change.trial, change.check, change.before, change.after) == (1, "outage", Verdict.FAIL, Verdict.PASS)
    assert raw == {path: path.read_bytes() for path in raw}
    assert not (run.trial(2).path / "findings.json").exists()


def test_runs_are_listed_newest_first_with_the_verdict_of_the_report(tmp_path: Path) -> None:
    old = stored.run(tmp_path, "failover-old", "2026-01-01T00:00:00+00:00")
    stored.trial(old, 1)
    stored.trial(old, 2, whole=False)
    judge(old)
    new = stored.run(tmp_path, "failover-new", "2026-02-01T00:00:00+00:00")
    (tmp_path / "notes").mkdir()
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "run.json").write_text("{")
    listed = runs(tmp_path)
    assert [(r.name, r.verdict, r.whole, r.torn, r.cells) for r in listed if not r.trouble] == [
        ("failover-new", Verdict.UNKNOWN, 0, 0, 1),
        ("failover-old", results(old).verdict, 1, 1, 1),
    ]
    assert "not JSON" in next(r.trouble for r in listed if r.name == "damaged")
    assert find("last", tmp_path).path == new.path
    assert find("failover-old", tmp_path).path == find(str(old.path)).path == old.path


def test_a_run_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"there is no run in .* yet"):
        find("last", tmp_path)
    with pytest.raises(RefusedError, match="there is no run 'nope'"):
        find("nope", tmp_path)


def test_a_plain_tunnel_is_called_one() -> None:
    attachment = Attachment("branch", "primary", "fra", "fra", "isp1", End("branch", "tun0"), End("fra", "tun0"), ("a", "b"), "branch-fra")
    site = Site("branch", "ipsec", "static", None, 3, 9, None, "branch", (), (), (attachment,))
    node = Node("branch", "frr", "edge", None, "branch", (), None, (), True, False, None, (), None)
    plan = replace(PLAN, nodes=(node,), sites=(replace(site, tunnel="plain"),))
    assert place(plan, "branch").kind == "IPsec, plain tunnel: VXLAN in the clear"
    circuit = replace(site, kind="interconnect", attachments=(replace(attachment, tunnel=None),))
    assert place(replace(plan, sites=(circuit,)), "branch").kind == "interconnect"
