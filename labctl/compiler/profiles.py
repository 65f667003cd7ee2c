"""profiles/timers.yaml: the timers that providers and devices publish, by name."""

from pydantic import ValidationError

from labctl.compiler import wording
from labctl.compiler.complaint import problems
from labctl.compiler.schema import ProfileFile, ProfileKeys
from labctl.compiler.text import read
from labctl.errors import InputError
from labctl.model.intent import BfdLimits, Places, Profile, Profiles


def load_profiles(text: str, source: str) -> Profiles:
    document = read(text, source)
    if document.problems:
        raise InputError(document.problems)
    try:
        shape = ProfileFile.model_validate(document.data)
    except ValidationError as wrong:
        places = Places(source, document.keys, document.values)
        raise InputError(problems(wording.complaints(wrong, ProfileFile), places, frozenset())) from None
    return {name: _profile(name, keys) for name, keys in shape.profiles.items()}


def _profile(name: str, keys: ProfileKeys) -> Profile:
    said = keys.limits
    limits = BfdLimits(said.interval, said.multiplier, tuple(said.families)) if said else None
    bfd = None if keys.bfd == "off" else keys.bfd
    return Profile(name, keys.title, keys.timers, keys.hold_min, keys.fixed, keys.connect, bfd, limits, keys.multihop, keys.source)
