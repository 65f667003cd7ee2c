"""The run as one JSON document for programs: versioned, every time in ns, names with their unit. Described in .github/formats/run-json.md."""

from typing import Any, Final

from labctl.model.finding import Expectation
from labctl.model.sample import Direction
from labctl.report.compare import differences, incomparable
from labctl.report.gather import exit_code
from labctl.report.ranking import ranking
from labctl.report.results import Away, Phase, Reading, Result, Results, Setting, Spread, Summary

FORMAT: Final = 1


def document(results: Results) -> dict[str, Any]:
    """JSON-ready. A reader that knows this format number may meet new names in objects, never another meaning of a name it knows."""
    return {
        "format": FORMAT,
        "document": "labctl results",
        "verdict": str(results.verdict),
        "exit_code": exit_code(results),
        "run": _run(results.setting),
        "sites": [{"name": p.name, "kind": p.kind, "connect_retry_s": p.connect_s} for p in results.places],
        "cells": [_cell(cell) for cell in results.cells],
        **_ranking(results),
        **_runtimes(results),
        "without_figures": [{"trial": b.number, "cell": dict(b.cell.axes) if b.cell else None, "why": b.why} for b in results.broken],
    }


def _ranking(results: Results) -> dict[str, Any]:
    """Only in a run that has one."""
    if not results.setting.ranked:
        return {}
    return {
        "ranking": [
            {
                "cell": dict(rank.cell.axes),
                "single_point": rank.single,
                "differs": bool(rank.differing) if rank.worst else None,
                "worst": [_worst(way, summary) for way, summary in rank.worst],
            }
            for rank in ranking(results)
        ]
    }


def _worst(direction: Direction, summary: Summary) -> dict[str, Any]:
    spread = summary.spread
    return {
        "direction": direction,
        "flow": summary.flow,
        "median_ns": spread.median_ns if spread else None,
        "at_least_ns": spread.at_least_ns if spread else None,
        "came_back": spread is not None and (spread.median_ns is not None or spread.came_back),
    }


def _runtimes(results: Results) -> dict[str, Any]:
    """Only in a run on several."""
    found, why = differences(results), incomparable(results)
    if not found and not why:
        return {}
    return {
        "runtimes_compared": {
            "incomparable": why or None,
            "differences": [
                {
                    "axes": dict(d.cell.axes),
                    "direction": d.direction,
                    "runtimes": list(d.runtimes),
                    "medians_ns": list(d.medians_ns),
                    "difference_ns": d.by_ns,
                    "within_noise": d.within_noise,
                }
                for d in found
            ],
        }
    }


def _run(setting: Setting) -> dict[str, Any]:
    return {
        "scenario": setting.scenario,
        "path": setting.path,
        "started": setting.started,
        "argv": list(setting.argv),
        "seed": setting.seed,
        "versions": dict(setting.versions),
        "host": dict(setting.host),
        "trials_per_cell": setting.trials,
        "validation_ns": setting.validation_ns,
        "window_ns": setting.window_ns,
        "limits": dict(setting.limits),
        "floor": setting.floor,
        **({"fib": dict(setting.fib)} if setting.fib else {}),
    }


def _cell(result: Result) -> dict[str, Any]:
    return {
        "axes": dict(result.cell.axes),
        "absent": result.absent or None,
        "verdict": None if result.absent else str(result.verdict),
        "reason": result.reason,
        "trials_wanted": result.wanted,
        "trials_fit": result.fit,
        **_away(result),
        "directions": [_direction(summary, result) for summary in result.summaries],
        "trials": [
            {"trial": t.number, "fit": not t.unfit, "unfit_reason": t.unfit or None, "verdict": str(t.verdict), "reason": t.reason} for t in result.trials
        ],
    }


def _away(result: Result) -> dict[str, Any]:
    """Only where a device kept its sessions away."""
    return {"sessions_away": [_one_away(one) for one in result.away]} if result.away else {}


def _one_away(one: Away) -> dict[str, Any]:
    return {
        "node": one.node,
        "peer": one.peer,
        "away_ns": one.away_ns,
        "at_least_ns": one.at_least_ns,
        "budget_ns": [one.band.lo_ns, one.band.hi_ns],
        "verdict": str(one.verdict),
    }


def _direction(summary: Summary, result: Result) -> dict[str, Any]:
    unfit = {t.number for t in result.trials if t.unfit}
    return {
        "event": summary.event,
        "heal": summary.heal,
        "flow": summary.flow,
        "headline": summary.headline,
        "direction": summary.direction,
        **_budget(summary.expectation),
        **_spread(summary.spread),
        "verdict": str(summary.verdict) if summary.verdict else None,
        "reason": summary.reason,
        "trials": [_trial(reading, reading.trial not in unfit) for reading in summary.readings],
    }


def _spread(spread: Spread | None) -> dict[str, Any]:
    return {
        "trials_in_figure": spread.count if spread else 0,
        "median_ns": spread.median_ns if spread else None,
        "min_ns": spread.min_ns if spread else None,
        "max_ns": spread.max_ns if spread else None,
        "spread_ns": spread.spread_ns if spread else None,
        "at_least_ns": spread.at_least_ns if spread else None,
        "median_confidence_95_ns": list(spread.sure) if spread and spread.sure else None,
        "resolution_ns": spread.resolution_ns if spread else None,
    }


def _trial(reading: Reading, fit: bool) -> dict[str, Any]:
    return {
        "trial": reading.trial,
        "fit": fit,
        "direction": reading.direction,
        "measured": reading.measured,
        "outage_ns": reading.outage_ns,
        "at_least_ns": reading.at_least_ns,
        "ended": reading.ended,
        "came_back": reading.came_back,
        "resolution_ns": reading.resolution_ns,
        "method": reading.method,
        "lost_packets": reading.lost,
        "observed_packets": reading.observed,
        **_budget(reading.expectation),
        "path": {"before": list(reading.way.before), "during": list(reading.way.during), "after": list(reading.way.after)},
        "verdict": str(reading.verdict) if reading.verdict else None,
        "reason": reading.reason,
        "timeline": [_phase(phase) for phase in reading.timeline],
    }


def _phase(phase: Phase) -> dict[str, Any]:
    return {
        "node": phase.node,
        "phase": phase.step,
        "what": phase.what,
        "after_ns": phase.after_ns,
        "resolution_ns": phase.resolution_ns,
        "source": phase.source,
    }


def _budget(expectation: Expectation | None) -> dict[str, Any]:
    band = expectation.band if expectation else None
    return {
        "budget_ns": [band.lo_ns, band.hi_ns] if band else None,
        "budget_kind": expectation.kind if expectation else "none",
        "budget_why": expectation.why if expectation else "nothing was promised",
    }
