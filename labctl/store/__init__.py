"""A run on disk: raw data first, append-only; read back as the values that checks judge."""

from labctl.store.folder import Head, Promised, Run, TrialFolder, create, open_run
from labctl.store.history import History, read_history
from labctl.store.reading import read_trial

__all__ = ["Head", "History", "Promised", "Run", "TrialFolder", "create", "open_run", "read_history", "read_trial"]
