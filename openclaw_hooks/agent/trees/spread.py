"""Where a file system puts the folders of worktrees: apart from each other."""

from __future__ import annotations

import os
import struct
import sys
from contextlib import suppress
from typing import Final

# linux/fs.h: FS_IOC_GETFLAGS, FS_IOC_SETFLAGS and FS_TOPDIR_FL (`chattr +T`).
_GET: Final = 0x8008_6601
_SET: Final = 0x4008_6602
_TOPDIR: Final = 0x0002_0000


def make_spread_folder(path: str) -> None:
    """Makes a folder whose subfolders ext4 spreads over the disk; elsewhere a folder like any other.

    Each attempt deletes thousands of files just before the next makes as many. Without a journal ext4 steps over every inode
    that was freed in the last minutes, file by file: 5,000 files then take 2 s instead of 0.13 s.
    """
    if os.path.isdir(path):
        return
    os.makedirs(path, exist_ok=True)
    if sys.platform != "linux":
        return
    import fcntl

    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            flags = struct.unpack("l", fcntl.ioctl(descriptor, _GET, struct.pack("l", 0)))[0]
            fcntl.ioctl(descriptor, _SET, struct.pack("l", flags | _TOPDIR))
        finally:
            os.close(descriptor)
