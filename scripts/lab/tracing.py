"""strace: which system calls a thread makes, and failing one of them."""
import os
import re
import subprocess
from collections import Counter

# Calls that are not the device side's: the loop's own waiting, listeners, the log, memory, threads, the clock.
OTHERS = {"epoll_wait", "epoll_pwait", "sendto", "sendmsg", "write", "writev", "poll", "ppoll", "accept4", "shutdown", "clock_gettime", "futex", "mmap",
          "munmap", "mprotect", "mremap", "madvise", "brk", "clone3", "gettid", "restart_syscall", "rt_sigaction", "rt_sigprocmask",
          "rt_sigreturn", "exit", "exit_group", "sched_yield", "sched_getaffinity", "getpid", "prlimit64", "execve"}
# What may become of a call beside EIO.
ERRNOS = {"openat": ("EMFILE", "ENOMEM", "EACCES"), "open": ("EMFILE", "EACCES"), "ioctl": ("EIO", "ENOMEM", "EINTR"), "read": ("EIO", "EINTR"),
          "recvmsg": ("ENOBUFS", "ENOMEM"), "recvfrom": ("ENOBUFS", "ENOMEM"), "fcntl": ("EMFILE",), "dup3": ("EMFILE",),
          "epoll_ctl": ("ENOMEM", "ENOSPC"), "newfstatat": ("ENOMEM",), "fstat": ("ENOMEM",), "readlinkat": ("ENOMEM",), "faccessat2": ("ENOMEM",),
          "fstatfs": ("ENOMEM",), "getdents64": ("ENOMEM",), "socket": ("EMFILE", "EPERM"), "bind": ("ENOMEM",), "access": ("EACCES",),
          "epoll_create1": ("EMFILE",), "timerfd_create": ("EMFILE",), "eventfd2": ("EMFILE",), "signalfd4": ("EMFILE",),
          "inotify_init1": ("EMFILE",), "inotify_add_watch": ("ENOSPC",), "getrandom": ("EAGAIN",), "clock_gettime": ()}
_CALL = re.compile(r"^(?:\d+ +)?([a-z_0-9]+)\(")


def errnos(call):
    return ERRNOS.get(call, ("EIO",))


def call_of(line):
    """The name of the call that a line of strace's shows, or None."""
    found = _CALL.match(line)
    return found[1] if found else None


class Trace:
    """strace on one thread, or on a program that it starts."""

    def __init__(self, output, options=(), thread=None, command=(), stdout=None):
        self.output = output
        arguments = ["strace", "-y", "-o", output, *options]
        if thread is None:
            self.process = subprocess.Popen([*arguments, *command], stdin=subprocess.DEVNULL, stdout=stdout, stderr=stdout)
        else:
            self.process = subprocess.Popen([*arguments, "-p", str(thread)], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            said = self.process.stderr.readline()
            if "attached" not in said:
                raise RuntimeError(f"strace: {said}")

    @staticmethod
    def fault(call, errno, number):
        """The options that make the number-th such call fail, once."""
        return ["-e", f"trace={call}", "-e", f"inject={call}:error={errno}:when={number}"]

    def lines(self):
        if not os.path.exists(self.output):
            return []
        with open(self.output, errors="replace") as file:
            return file.read().splitlines()

    def injected(self):
        """The call that was made to fail, as strace shows it."""
        return next((line for line in self.lines() if "(INJECTED)" in line), None)

    def counts(self):
        """How often each of the device side's calls was made."""
        return Counter(call for call in map(call_of, self.lines()) if call and call not in OTHERS)

    def detach(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()
