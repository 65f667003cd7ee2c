"""`labctl lint`: its exit codes, its table and its document."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def labctl(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "labctl", "lint", *words], capture_output=True, text=True, check=False, cwd=ROOT)


def test_findings_end_with_1_and_stand_with_their_line() -> None:
    done = labctl("weak", "--resiliency")
    assert done.returncode == 1
    assert "topologies/weak.yaml:12  stops  link branch-isp1, carrier isp1" in done.stdout
    assert done.stdout.splitlines()[-1] == "weak: 5 findings: 4 by which traffic stops until it is mended, 1 noticed late"


def test_nothing_found_ends_with_0() -> None:
    done = labctl("mended", "--resiliency", "--accept", "branch", "--accept", "dc")
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        ["mended: nothing found (accepted: branch, dc); 19 links, nodes, carriers and PoPs were removed, one by one"],
    )


def test_without_resiliency_it_is_the_file_alone() -> None:
    done = labctl("weak")
    assert (done.returncode, done.stdout) == (0, "weak: the file is right; --resiliency says what is weak in it\n")


def test_a_wrong_file_ends_with_2_and_all_that_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("name: wrong\nnodes: [a]\nlinks: [a-b]\nflows: [a -> c]\n")
    done = labctl(str(file), "--resiliency")
    assert done.returncode == 2
    assert "there is no node 'b'" in done.stderr and "wrong.yaml:4" in done.stderr
    told = json.loads(labctl(str(file), "--resiliency", "--json").stdout)
    assert [problem["line"] for problem in told["problems"]] == [3, 4]
    assert labctl(str(tmp_path / "none.yaml")).returncode == 2


def test_an_accepted_name_must_be_there() -> None:
    done = labctl("mended", "--resiliency", "--accept", "brunch")
    assert done.returncode == 2
    assert "did you mean 'branch'" in done.stderr
    assert labctl("mended", "--accept", "branch").returncode == 2


def test_document() -> None:
    done = labctl("weak", "--resiliency", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["lab"], told["elements"], told["problems"]) == (1, "weak", 14, [])
    first = told["findings"][0]
    assert (first["rule"], first["severity"], first["line"]) == ("single-point", "stops", 17)
    assert first["file"].endswith("topologies/weak.yaml")


def test_an_override_is_named_instead_of_a_line() -> None:
    done = labctl("dual-pop", "--resiliency", "--set", "sites.branch.routing={mode: static}")
    assert any(line.startswith("--set sites.branch.routing") for line in done.stdout.splitlines())
