"""A user's own configuration with the place of its first line for messages: a frr.conf, whole (`frr:`) or lines behind ours (`frr-extra:`), or what a device of
somebody else's starts with (`startup-config:`).
"""

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
    return whole(keys.frr, (*path, "frr"), places, files, complaints)


def whole(written: str | None, path: Path, places: Places, files: Mapping[str, str], complaints: list[Complaint]) -> OwnConfig | None:
    """A file of the topology's folder, or the text itself."""
    if written is None:
        return None
    at = places.value(path)
    if "\n" in written:
        return OwnConfig(written, True, at.file, at.line)
    inside = PurePosixPath(written)
    if inside.is_absolute() or ".." in inside.parts:
        complaints.append(Complaint(path, f"{written!r} leads out of the topology's folder", "put the file beside the topology"))
    elif written not in files:
        complaints.append(Complaint(path, f"the file {written!r} could not be read", meant(written, files) if files else None))
    else:
        return OwnConfig(files[written], True, written, 1)
    return None
