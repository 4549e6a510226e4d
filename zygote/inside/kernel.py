"""The few system calls Python 3.11 has no name for, by ctypes, each raising OSError with its own name."""

# Few and small imports: this starts before every walled program.
# ruff: noqa: PTH208

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform

_libc = ctypes.CDLL(None, use_errno=True)

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_NOATIME, MS_NODIRATIME, MS_BIND = 32, 1024, 2048, 4096
MS_REC, MS_PRIVATE, MS_RELATIME = 16384, 1 << 18, 1 << 21
MNT_DETACH = 2
CLONE_NEWUSER, CLONE_NEWPID = 0x10000000, 0x20000000
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNET = 0x20000, 0x4000000, 0x8000000, 0x40000000
CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SETPCAP = 0, 1, 5, 6, 7, 8
CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_SYS_RESOURCE, CAP_SETFCAP = 12, 21, 24, 31

_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "ppc64le": 203, "s390x": 217}
_KEYCTL = {"x86_64": 250, "aarch64": 219, "riscv64": 219, "ppc64le": 271, "s390x": 280}
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NAME, _PR_CAPBSET_DROP, _PR_SET_SECUREBITS = 1, 4, 15, 24, 28
_PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_MADV_COLLAPSE = 25
_CAP_VERSION_3 = 0x20080522


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """mount(2)."""
    args = (
        source.encode(),
        target.encode(),
        kind.encode() or None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    )
    _check(_libc.mount(*args), f"mount {target}")


def detach(target: str) -> None:
    """umount2(2) with MNT_DETACH."""
    _check(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    """pivot_root(2)."""
    _check(_libc.syscall(_PIVOT_ROOT[platform.machine()], new.encode(), old.encode()), "pivot_root")


def unshare(flags: int) -> None:
    """unshare(2); Python has it from 3.12 only."""
    _check(_libc.unshare(flags), "unshare")


def enter_namespace(fd: int, kind: int) -> None:
    """setns(2); for a pid namespace it says where the next children are born."""
    _check(_libc.setns(fd, kind), "setns")


def install_filter(program: int) -> None:
    """A seccomp filter; `program` is the address of a struct sock_fprog."""
    _check(_prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program), "prctl SECCOMP")


def _prctl(option: int, value: int = 0, third: int = 0) -> int:
    longs = [ctypes.c_ulong(n) for n in (value, third, 0, 0)]
    return int(_libc.prctl(option, *longs))


def collapse(start: int, length: int) -> bool:
    """Have the kernel put a range of anonymous memory into huge pages now; False where it cannot."""
    return bool(_libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), _MADV_COLLAPSE) == 0)


def die_with_parent() -> None:
    """SIGKILL for this process when its parent ends."""
    _check(_prctl(_PR_SET_PDEATHSIG, 9), "prctl PDEATHSIG")


def set_name(name: str) -> None:
    """What `ps` shows of this process and of its forks; the kernel keeps 15 bytes."""
    _libc.prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)


def set_dumpable(on: bool) -> None:
    """Off: nobody of the same user may trace this process or read its /proc files."""
    _check(_prctl(_PR_SET_DUMPABLE, int(on)), "prctl DUMPABLE")


def new_keyring() -> None:
    """An empty session keyring instead of the caller's; kernels without keyrings have nothing to hide."""
    number = _KEYCTL.get(platform.machine())
    if number is not None:
        _libc.syscall(number, 1, None)


def drop_privileges(keep: frozenset[int] = frozenset()) -> None:
    """No capability is left in any set, none can come back by exec, setuid programs are powerless."""
    for capability in range(64):
        if (
            capability not in keep
            and _prctl(_PR_CAPBSET_DROP, capability)
            and ctypes.get_errno() == errno.EINVAL
        ):
            break  # past the last one the kernel knows
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    _prctl(_PR_SET_SECUREBITS, 0x2F)  # NOROOT, NO_SETUID_FIXUP, locked; KEEP_CAPS locked off
    mask = sum(1 << capability for capability in keep)
    header = (ctypes.c_uint32 * 2)(_CAP_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)(mask, mask, 0, 0, 0, 0)
    _check(_libc.capset(header, data), "capset")
    _check(_prctl(_PR_SET_NO_NEW_PRIVS, 1), "prctl NO_NEW_PRIVS")


def close_all_but(keep: tuple[int, ...]) -> None:
    """The same by number, for a process that may not have a /proc of its own yet."""
    low = 0
    for fd in sorted(set(keep)):
        if low < fd:  # closerange(0, 0) is everything
            os.closerange(low, fd)
        low = fd + 1
    os.closerange(low, 1 << 20)


def close_others(keep: set[int]) -> None:
    """Close every descriptor but these; the listing's own is already closed when its turn comes."""
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in keep:
            with contextlib.suppress(OSError):
                os.close(int(name))


def reap_orphans(child: int) -> None:
    """Collect every child of this process that has ended, but leave `child` to whoever waits for it."""
    while True:
        try:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if found is None or found.si_pid == child:
            return
        os.waitpid(found.si_pid, 0)
