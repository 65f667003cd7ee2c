"""The axis of devices: which cells there are, and what is refused."""

import pytest

from labctl.app import source
from labctl.app.run import Asked, prepare
from labctl.errors import InputError
from labctl.model.time import S
from labctl.run.series import Settings
from labctl.scenario.base import Choices
from labctl.scenario.devices import Devices, mixes


def cells(devices: Devices, only: str = "bgp+bfd@300x3") -> list[str]:
    choices = Choices({"routing": frozenset({only}), "fault": frozenset({"noop (control)"})}, None, False, frozenset({"ipv4"}), {})
    asked = Asked("failover", None, (), choices, 1, 1, Settings(S, S, 0, 1), None, devices=devices)
    return [str(case.cell) for case in prepare(asked).cases]


def test_a_site_is_played_with_each_and_the_others_once() -> None:
    assert cells((("branch", ("frr", "bird")),)) == [
        "site=branch,fault=noop (control),routing=bgp+bfd@300x3,device=frr",
        "site=plant,fault=noop (control),routing=bgp+bfd@300x3",
        "site=branch,fault=noop (control),routing=bgp+bfd@300x3,device=bird",
    ]


def test_two_sites_vary_each_on_its_own() -> None:
    found = cells((("branch", ("frr", "bird")), ("plant", ("frr", "bird"))))
    assert sorted(found) == sorted(
        f"site={site},fault=noop (control),routing=bgp+bfd@300x3,device={device}" for site in ("branch", "plant") for device in ("frr", "bird")
    )


def test_without_it_nothing_varies() -> None:
    (mix,) = mixes(())
    assert mix.of(intent := source.intent("dual-pop")) == intent


@pytest.mark.parametrize(
    ("place", "device", "words"),
    [
        ("branch", "openbgpd", "--device branch=openbgpd: labctl has no program for a device 'openbgpd' yet"),
        ("brnch", "bird", "--device brnch=bird: there is no site or router 'brnch'\n    did you mean 'branch'?"),
    ],
)
def test_what_is_not_there_is_refused_before_anything_is_made(place: str, device: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        cells(((place, (device,)),))
    assert words in str(refused.value)
