"""nft in this process: libnftables by ctypes, one context per node, opened inside that node's namespace. See decision 1."""

import ctypes
import json
from typing import Any, Final

_JSON: Final = 1 << 4


class NftError(Exception):
    """nft did not take the commands; none of them is in force (a transaction is all or nothing)."""


class Nft:
    """A libnftables context bound to the network namespace in which it is made. Its socket owns the tables made with `flags owner`."""

    def __init__(self) -> None:
        lib = ctypes.CDLL("libnftables.so.1")
        lib.nft_ctx_new.restype = ctypes.c_void_p
        for name in ("nft_ctx_get_output_buffer", "nft_ctx_get_error_buffer"):
            getattr(lib, name).restype = ctypes.c_char_p
        self._lib = lib
        self._context = ctypes.c_void_p(lib.nft_ctx_new(0))
        lib.nft_ctx_buffer_output(self._context)
        lib.nft_ctx_buffer_error(self._context)

    def run(self, commands: str) -> None:
        """All the lines as one transaction."""
        self._run(commands, 0)

    def ask(self, command: str) -> Any:
        """The answer to a `list …`, as nft's JSON."""
        return json.loads(self._run(command, _JSON) or '{"nftables": []}')["nftables"]

    def _run(self, commands: str, flags: int) -> str:
        self._lib.nft_ctx_output_set_flags(self._context, flags)
        status = self._lib.nft_run_cmd_from_buffer(self._context, commands.encode())
        out: bytes = self._lib.nft_ctx_get_output_buffer(self._context)
        if status != 0:
            raise NftError(self._lib.nft_ctx_get_error_buffer(self._context).decode().strip())
        return out.decode()
