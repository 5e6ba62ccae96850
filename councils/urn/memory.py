"""What keeps the memory of the urn's process to itself: no core dump, no look from outside, no swap."""

import ctypes
import resource

_PR_SET_DUMPABLE = 4
_MCL_CURRENT_AND_FUTURE = 1 | 2


def keep_to_itself() -> list[str]:
    """Close the memory as far as this machine lets us; what could not be had comes back in sentences."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    lacking = []
    # Afterwards only root may read this process's memory or attach to it, not others of the same user.
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        lacking.append("Other processes of this user can read the urn's memory.")
    _soft, hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    # With a small limit a lock that holds now would make a later allocation fail.
    if hard != resource.RLIM_INFINITY or libc.mlockall(_MCL_CURRENT_AND_FUTURE) != 0:
        lacking.append("The urn's memory is not locked: where this machine swaps, it may reach the disk.")
    return lacking
