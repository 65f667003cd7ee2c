"""A user's own frr.conf, whole (`frr:`) or lines behind ours (`frr-extra:`), with the place of its first line for messages."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from labctl.compiler.complaint import Complaint
from labctl.compiler.near import meant
from labctl.compiler.schema import OwnKeys
from labctl.model.intent import Path, Places
from labctl.model.plan import OwnConfig


def own_config(keys: OwnKeys, path: Path, places: Places, files: Mapping[str, str], complaints: list[Complaint]) -> OwnConfig | None:
    if keys.frr is not None and keys.frr_extra is not None:
        message = "both frr (the whole file) and frr-extra (lines behind ours)"
        complaints.append(Complaint((*path, "frr-extra"), message, "keep one of them", on_key=True))
        return None
    if keys.frr_extra is not None:
        extra = places.value((*path, "frr-extra", 0)) if ((*path, "frr-extra", 0)) in places.values else places.value((*path, "frr-extra"))
        return OwnConfig("".join(line.rstrip("\n") + "\n" for line in keys.frr_extra), False, extra.file, extra.line)
    if keys.frr is None:
        return None
    at = places.value((*path, "frr"))
    if "\n" in keys.frr:
        return OwnConfig(keys.frr, True, at.file, at.line)
    inside = PurePosixPath(keys.frr)
    if inside.is_absolute() or ".." in inside.parts:
        complaints.append(Complaint((*path, "frr"), f"{keys.frr!r} leads out of the topology's folder", "put the file beside the topology"))
    elif keys.frr not in files:
        complaints.append(Complaint((*path, "frr"), f"the file {keys.frr!r} could not be read", meant(keys.frr, files) if files else None))
    else:
        return OwnConfig(files[keys.frr], True, keys.frr, 1)
    return None
