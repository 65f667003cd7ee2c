"""What stands under the tables: what cannot be played, what is no figure, other flows, how it was measured, how to read it. Plain sentences, for all forms."""

from collections.abc import Iterator

from labctl.model.finding import Verdict
from labctl.model.sample import ARROW
from labctl.model.time import seconds
from labctl.report.grid import cell_label, whole_label
from labctl.report.results import Result, Results, Setting
from labctl.report.words import device, mark, some

_SIGNS = "¹²³⁴⁵⁶⁷⁸⁹"

BACK = "After the heal: the outage on the way back, and (+) when the last route had moved"
AWAY = "'session away': from the session's end to its return, where the device itself waits after an error; in [ ] what its own timers promise."

READING = (
    "→ is from the site towards the cloud, ← from the cloud to the site; each has its own figure and its own budget.",
    "A figure is the median over the trials with its error bar; below it the shortest and the longest trial; in [ ] the budget, from before the first trial.",
    "✓ as expected, ✗ not as expected, ? not known (too few trials with a fit host). 'never' is an expectation like any other: it held if traffic stayed down.",
    "'back late': it came back, but too late in the time watched to see whether it stays so.",
    "Budgets are computed for a host that is otherwise idle; every outage is counted in lost packets, one gap is the best resolution there is.",
)


def signs(results: Results) -> dict[str, str]:
    """Reason for an absent cell → its footnote's sign."""
    reasons = dict.fromkeys(cell.absent for cell in results.cells if cell.absent)
    return {reason: _SIGNS[i] if i < len(_SIGNS) else f"({i + 1})" for i, reason in enumerate(reasons)}


def troubles(results: Results) -> Iterator[str]:
    """Cells that are not as they should be, each with its reason; then trials that are in no figure."""
    for cell in results.cells:
        unfit = _unfit(cell)
        if not cell.absent and cell.verdict is not Verdict.PASS:
            yield f"{mark(cell.verdict)} {whole_label(cell)}: {cell.reason}.{f' Unfit: {unfit}.' if unfit else ''}"
        elif unfit:
            yield f"Unfit and played again: {whole_label(cell)}: {unfit}."
    for broken in results.broken:
        yield f"Trial {broken.number}{f' ({cell_label(broken.cell)})' if broken.cell else ''}: in no figure, {broken.why}."


def others(results: Results) -> Iterator[str]:
    """The flows that are not in the tables, each on its own: how many of their expectations held."""
    flows = dict.fromkeys((cell.cell.value("site") or "", s.flow) for cell in results.cells for s in cell.summaries if not s.headline)
    for _, flow in flows:
        asked = [(cell, s) for cell in results.cells for s in cell.summaries if s.flow == flow and s.verdict is not None]
        held = sum(1 for _, s in asked if s.verdict is Verdict.PASS)
        open_ones = sum(1 for _, s in asked if s.verdict is Verdict.UNKNOWN)
        odd = [f"{whole_label(cell)} {ARROW[s.direction]} {mark(s.verdict)}" for cell, s in asked if s.verdict is Verdict.FAIL]
        yield f"{flow}: {held} of {len(asked)} expectations held" + (f", {open_ones} not known" if open_ones else "") + (f"; not: {some(odd)}" if odd else "")


def conditions(results: Results) -> Iterator[tuple[str, str]]:
    """(name, value) of all that one needs to judge the figures, and to play the run again."""
    chosen = results.setting
    yield "trials", f"{chosen.trials} a cell, each fault at a random phase of the timers, order and phase from seed {chosen.seed}"
    yield "validation", f"traffic counts as back when it stays so for {seconds(chosen.validation_ns)}"
    yield "window", f"a direction that should never come back is watched for {seconds(chosen.window_ns)}"
    yield "noise guard", f"a trial is unfit beyond: {_limits(chosen)}; or when a control flow loses a packet on a cable that no fault of the trial touches"
    yield "budget", f"detection from the timers in force, then the reaction floor ({chosen.floor})"
    if chosen.fib:
        written = "; ".join(f"{writer} for {device(kind)}" for kind, writer in chosen.fib.items())
        yield "FIB", f"written by {written}: that part of an outage is not the routing daemon's own"
    connects = {p.connect_s for p in results.places if p.connect_s}
    if connects:
        retry = some(f"{c} s" for c in sorted(connects))
        yield "reversion", f"measured, not promised: a lost session is tried again every ConnectRetryTimer ({retry}), and only then do routes move"
    if any(cell.away for cell in results.cells):
        yield "session away", AWAY
    if any("plain tunnel" in place.kind for place in results.places):
        yield "tunnels", "plain: VXLAN in the clear, without IPsec and its dead peer detection"
    if any("IKEv2 tunnel" in place.kind for place in results.places):
        yield "tunnels", "IPsec by strongSwan: IKEv2, and ESP in user space (kernel-libipsec), which a busy host makes slower than a kernel's"
    yield "versions", ", ".join(f"{name} {number}" for name, number in chosen.versions.items())
    yield "host", _host(chosen)
    yield "stored", f"{chosen.path}, begun {chosen.started}"


def headline(results: Results) -> str:
    """The first line: what it is and how it ended."""
    played = [cell for cell in results.cells if not cell.absent]
    counts = {verdict: sum(1 for cell in played if cell.verdict is verdict) for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN)}
    words = {Verdict.PASS: "as expected", Verdict.FAIL: "not as expected", Verdict.UNKNOWN: "not known"}
    told = ", ".join(f"{count} {words[verdict]}" for verdict, count in counts.items() if count)
    return f"{results.setting.scenario}: {str(results.verdict).upper()}. {len(played)} {'cells' if len(played) != 1 else 'cell'}: {told}"


def _unfit(cell: Result) -> str:
    """'trials 3 and 4, fra bgpd waited 0.18 s for a CPU (limit 75 ms)': the reason of the first."""
    unfit = [trial for trial in cell.trials if trial.unfit]
    if not unfit:
        return ""
    return f"trial{'s' if len(unfit) > 1 else ''} {some(str(t.number) for t in unfit)}, {first_of(unfit[0].unfit)}"


def first_of(reasons: str) -> str:
    """Of several reasons in a row the first, and how many there are beside it."""
    first, *more = reasons.split("; ")
    return f"{first} (and {len(more)} more)" if more else first


def _limits(setting: Setting) -> str:
    return ", ".join(_limit(name, value) for name, value in setting.limits.items() if name != "before_ns")


def _limit(name: str, value: float) -> str:
    if name.endswith("_ns"):
        return f"{name.removesuffix('_ns').replace('_', ' ')} {seconds(round(value))}"
    return f"{name.replace('_', ' ')} {value:.0%}" if 0 < value < 1 else f"{name.replace('_', ' ')} {value:g}"


def _host(setting: Setting) -> str:
    host = setting.host
    return ", ".join(
        filter(None, (host.get("processors", "") and f"{host['processors']} processors", host.get("machine", ""), f"kernel {host.get('kernel', '?')}"))
    )
