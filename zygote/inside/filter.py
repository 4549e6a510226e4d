"""The system calls a fork may not make: a deny list as a seccomp filter, put together once and installed in every fork."""

from __future__ import annotations

import ctypes
import platform

from zygote.inside import kernel as k

ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS = 0x00050000 | 1, 0x00050000 | 38
NEW_NAMESPACES = 0x7E020000
FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6
AF_NETLINK, NETLINK_ROUTE = 16, 0
LAST_KNOWN = 469  # a later kernel's calls are answered as by a kernel without them
# name: (x86_64, aarch64); None where the machine has no such call.
DENIED: dict[str, tuple[int | None, int | None]] = {
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "open_tree_attr": (467, 467),
    "unshare": (272, 97),
    "setns": (308, 268),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "memfd_secret": (447, 447),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "create_module": (174, None),
    "get_kernel_syms": (177, None),
    "query_module": (178, None),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "nfsservctl": (180, 42),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "lookup_dcookie": (212, 18),
    "personality": (135, 92),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "mbind": (237, 235),
    "set_mempolicy": (238, 237),
    "get_mempolicy": (239, 236),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "set_mempolicy_home_node": (450, 450),
    "shmget": (29, 194),  # System V objects outlive their makers' memory bound
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "uselib": (134, None),
    "ustat": (136, None),
    "sysfs": (139, None),
    "_sysctl": (156, None),
}
# (AUDIT_ARCH, clone, clone3, socket, socketpair, memfd_create)
_MACHINES = {"x86_64": (0xC000003E, 56, 435, 41, 53, 319), "aarch64": (0xC00000B7, 220, 435, 198, 199, 279)}
_X32 = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _FIRST_ARGUMENT, _THIRD_ARGUMENT = 0, 4, 16, 32  # offsets in struct seccomp_data
Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def assemble(machine: str, routes: bool = False) -> list[Instruction]:
    """The filter for x86_64 or aarch64 as (code, jump if true, jump if false, constant); KeyError elsewhere.

    `routes`, for residents: may ask for its network's interfaces and addresses, which ZeroMQ does before it opens a TCP
    socket; may make no files in memory, which count as nobody's while they are not mapped.
    """
    arch, clone, clone3, socket, socketpair, memfd_create = _MACHINES[machine]
    column = 0 if machine == "x86_64" else 1
    allow = [_answer(ALLOW)]
    special = {number: [_answer(EPERM)] for pair in DENIED.values() if (number := pair[column]) is not None}
    special[clone] = [
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_ANY_BIT, 0, 1, NEW_NAMESPACES),
        _answer(EPERM),
        _answer(ALLOW),
    ]
    special[clone3] = [
        _answer(ENOSYS)
    ]  # its flags lie in memory, out of a filter's sight; libc falls back to clone
    families = [(_EQUAL, len(FAMILIES) - place, 0, family) for place, family in enumerate(FAMILIES)]
    for number in (socket, socketpair):
        special[number] = [(_LOAD, 0, 0, _FIRST_ARGUMENT), *families, _answer(EPERM), _answer(ALLOW)]
    if routes:
        special[memfd_create] = [_answer(ENOSYS)]  # libraries then take a file in /tmp
        some = [(_EQUAL, len(FAMILIES) + 3 - place, 0, family) for place, family in enumerate(FAMILIES)]
        asks = [(_EQUAL, 0, 2, AF_NETLINK), (_LOAD, 0, 0, _THIRD_ARGUMENT), (_EQUAL, 1, 0, NETLINK_ROUTE)]
        special[socket] = [(_LOAD, 0, 0, _FIRST_ARGUMENT), *some, *asks, _answer(EPERM), _answer(ALLOW)]
    starts: list[tuple[int, list[Instruction]]] = [(0, allow)]
    for number in sorted(special):
        if starts[-1][0] == number:
            starts.pop()
        starts += [(number, special[number]), (number + 1, allow)]
    starts += [(LAST_KNOWN + 1, [_answer(ENOSYS)]), (_X32, [_answer(KILL)])]
    head = [(_LOAD, 0, 0, _ARCH), (_EQUAL, 1, 0, arch), _answer(KILL), (_LOAD, 0, 0, _NUMBER)]
    return head + _search(starts)


def _answer(value: int) -> Instruction:
    return (_RETURN, 0, 0, value)


def _search(starts: list[tuple[int, list[Instruction]]]) -> list[Instruction]:
    """A balanced search: the kernel walks a filter for every number when it is installed."""
    if len(starts) == 1:
        return starts[0][1]
    middle = len(starts) // 2
    low, high = _search(starts[:middle]), _search(starts[middle:])
    if len(low) > 255:
        raise ValueError("a jump of this filter is too far")
    return [(_AT_LEAST, len(low), 0, starts[middle][0]), *low, *high]


class Filter:
    """The assembled filter of this machine; `install` needs no_new_privs and cannot be undone."""

    def __init__(self, routes: bool = False) -> None:
        code = assemble(platform.machine(), routes)
        packed = b"".join(
            op.to_bytes(2, "little") + bytes((true, false)) + value.to_bytes(4, "little")
            for op, true, false, value in code
        )
        self._code = ctypes.create_string_buffer(packed, len(packed))
        self._program = _Program(len(code), ctypes.addressof(self._code))

    def install(self) -> None:
        """For this process and everything it starts; OSError where the kernel has no seccomp."""
        k.install_filter(ctypes.addressof(self._program))
