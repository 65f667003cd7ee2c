"""What FRR was given and what its daemons then said they run, pasted: no difference, until one is made."""

from pathlib import Path

import pytest

from labctl.programs.frr.compare import statements

HERE = Path(__file__).parent / "frr-compare"
CASES = sorted(path.name.removesuffix("-running.txt") for path in HERE.glob("*-running.txt"))


def differences(intended: str, running: str) -> tuple[set[str], set[str]]:
    """What is missing, and what is there beside it."""
    wanted, there = ({str(s) for s in statements(text)} for text in (intended, running))
    return wanted - there, there - wanted


def pasted(case: str) -> tuple[str, str]:
    return (HERE / f"{case}-intended.conf").read_text(), (HERE / f"{case}-running.txt").read_text()


@pytest.mark.parametrize("case", CASES)
def test_what_runs_is_what_was_intended(case: str) -> None:
    intended, running = pasted(case)
    assert differences(intended, running) == (set(), set())
    assert len(statements(running)) > 20


@pytest.mark.parametrize("case", CASES)
def test_every_line_that_does_not_run_is_missing(case: str) -> None:
    """A statement taken out of what runs is told, that one and no other."""
    intended, running = pasted(case)
    ours = [line for line in running.splitlines() if line.startswith((" neighbor ", "  neighbor ", "ip route ", "ipv6 route "))]
    ours = [line for line in ours if f"{line} profile" not in running]  # FRR writes the shorter one by itself
    for line in dict.fromkeys(ours):
        missing, extra = differences(intended, running.replace(f"{line}\n", "", 1))
        assert not extra or (" bfd profile " in line and all(text.endswith(" bfd") for text in extra))  # what is left of it
        assert [text.rpartition(" > ")[2].split()[:3] for text in missing] == [line.split()[:3]] or "timers connect 120" in line


@pytest.mark.parametrize(
    ("there", "instead", "missing", "extra"),
    [
        (
            "  neighbor 172.16.115.5 route-map out-med-20-prepend-3 out\n",
            "",
            {"router bgp 64715 > address-family ipv4 unicast > neighbor 172.16.115.5 route-map out-med-20-prepend-3 out"},
            set(),
        ),
        (
            " neighbor 172.16.115.1 timers 20 60\n",
            " neighbor 172.16.115.1 shutdown\n neighbor 172.16.115.1 timers 3 9\n",
            {"router bgp 64715 > neighbor 172.16.115.1 timers 20 60"},
            {"router bgp 64715 > neighbor 172.16.115.1 shutdown", "router bgp 64715 > neighbor 172.16.115.1 timers 3 9"},
        ),
        (
            " set metric 20\n",
            " set metric 30\n",
            {"route-map out-med-20-prepend-3 permit 10 > set metric 20"},
            {"route-map out-med-20-prepend-3 permit 10 > set metric 30"},
        ),
        ("ip route 192.0.2.0/24 Null0\n", "ip route 192.0.2.0/24 Null0 5\n", {"ip route 192.0.2.0/24 Null0"}, {"ip route 192.0.2.0/24 Null0 5"}),
    ],
)
def test_what_is_changed_by_hand_is_told(there: str, instead: str, missing: set[str], extra: set[str]) -> None:
    intended, running = pasted("guarded-8.4")
    assert there in running
    assert differences(intended, running.replace(there, instead)) == (missing, extra)
