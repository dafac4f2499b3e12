"""Become a command that is told to stop when the process that started it dies, however it dies.

Run as a script: `python child.py PARENT_PID COMMAND...`. On systems without such a signal
(anything but Linux) the command simply runs.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked to be told
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - that is the point


if __name__ == "__main__":
    main()
