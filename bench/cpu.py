"""Processor time and memory of processes, from /proc (Linux only)."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def seconds(pid: int) -> float:
    """Processor time of a process, and of its children that have ended and been collected."""
    return sum(int(word) for word in _stat(pid)[11:15]) / TICKS


def seconds_of_group(pid: int) -> float:
    """Processor time of a process and all its children, also those that still run."""
    return seconds(pid) + sum(seconds(child) for child in children(pid))


def children(pid: int) -> list[int]:
    """The children that run now."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def memory(pid: int) -> float:
    """Resident memory of a process now, in MB."""
    return _megabytes(pid, "VmRSS")


def most_memory(pid: int) -> float:
    """The most resident memory that a process has had, in MB."""
    return _megabytes(pid, "VmHWM")


def _megabytes(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
