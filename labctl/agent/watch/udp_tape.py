"""An append-only file of packed records, gathered in memory and written in one piece; used by the UDP worker."""

import os


class Tape:
    """Writers pack at `buffer[used:]` and move `used` by the record's size; they flush before it would run over. Without a path, nothing is kept."""

    __slots__ = ("_fd", "_view", "buffer", "path", "size", "used")

    def __init__(self, path: str | None, size: int) -> None:
        """`size` in bytes. A file that exists is refused: raw samples are never written over."""
        self.path = path
        self.size = size
        self.buffer = bytearray(size)
        self.used = 0
        self._view = memoryview(self.buffer)
        self._fd = -1 if path is None else os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644)

    def flush(self) -> None:
        """OSError with the file's name when the disk does not take it."""
        done = 0 if self._fd >= 0 else self.used
        try:
            while done < self.used:
                done += os.write(self._fd, self._view[done : self.used])
        except OSError as wrong:
            raise OSError(wrong.errno, wrong.strerror, self.path) from None
        self.used = 0
