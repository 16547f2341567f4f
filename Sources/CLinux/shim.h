// What Swift's Glibc module leaves out: epoll, eventfd, signalfd, peer credentials, and the evdev ioctls that are
// function-like macros.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/// The major device number of the kernel's input nodes (linux/major.h).
enum { SCANBRIDGE_INPUT_MAJOR = 13 };

/// Bytes that hold one bit for each key code.
enum { SCANBRIDGE_KEY_BYTES = KEY_MAX / 8 + 1 };

/// Reads which keys are down now into `bits`. Fails with ENOTTY on what is no evdev node.
static inline int scanbridge_evdev_keys_down(int fd, unsigned char bits[SCANBRIDGE_KEY_BYTES]) {
    memset(bits, 0, SCANBRIDGE_KEY_BYTES);
    return ioctl(fd, EVIOCGKEY(SCANBRIDGE_KEY_BYTES), bits);
}

/// Grabs an evdev node and lets it go at once. Fails with EBUSY if somebody else has grabbed it.
static inline int scanbridge_evdev_try_grab(int fd) {
    if (ioctl(fd, EVIOCGRAB, (void *)1) != 0) return -1;
    return ioctl(fd, EVIOCGRAB, (void *)0);
}

/// Whether something on this machine keeps the clock by the network's time, whichever program it is.
static inline int scanbridge_clock_is_kept(void) {
    struct timex reading = {.modes = 0};
    int state = adjtimex(&reading);
    return state >= 0 && state != TIME_ERROR && !(reading.status & STA_UNSYNC);
}

/// Bytes that hold one bit for each light; as many as libevdev asks for.
enum { SCANBRIDGE_LED_BYTES = 8 };

/// Reads which lights are on now into `bits`.
static inline int scanbridge_evdev_leds(int fd, unsigned char bits[SCANBRIDGE_LED_BYTES]) {
    memset(bits, 0, SCANBRIDGE_LED_BYTES);
    return ioctl(fd, EVIOCGLED(SCANBRIDGE_LED_BYTES), bits);
}

/// Asks an evdev node for one of its read-only answers (EVIOCG…) by the ioctl's number and the answer's size.
static inline int scanbridge_evdev_ask(int fd, unsigned number, void *answer, size_t size) {
    return ioctl(fd, _IOC(_IOC_READ, 'E', number, size), answer);
}

/// Tells the kernel to put no EV_MSC events into this client's buffer, which then holds 14 digits instead of 9. The
/// mask's size must be a multiple of 8 bytes; a cleared bit is an event that is not wanted.
static inline int scanbridge_evdev_mask_misc(int fd) {
    uint64_t none = 0;
    struct input_mask mask = {.type = EV_MSC, .codes_size = sizeof none, .codes_ptr = (uint64_t)(uintptr_t)&none};
    return ioctl(fd, EVIOCSMASK, &mask);
}

/// Lets a grabbed node go; it is grabbed by the open file, whoever else has a descriptor of it.
static inline int scanbridge_evdev_ungrab(int fd) { return ioctl(fd, EVIOCGRAB, 0); }

extern int memfd_create(const char *name, unsigned flags);

/// Memory of `size` bytes that is a file without a name: closed by exec, not executable where the kernel knows that, and of this size for good.
static inline int scanbridge_memory_file(const char *name, size_t size) {
    enum { CLOSED_BY_EXEC = 1, SEALABLE = 2, NOT_EXECUTABLE = 8, ADD_SEALS = 1033, SHRINK = 2, GROW = 4 };
    int fd = memfd_create(name, CLOSED_BY_EXEC | SEALABLE | NOT_EXECUTABLE);
    if (fd < 0 && errno == EINVAL) fd = memfd_create(name, CLOSED_BY_EXEC | SEALABLE);
    if (fd < 0) return fd;
    if (ftruncate(fd, size) < 0 || fcntl(fd, ADD_SEALS, SHRINK | GROW) < 0) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

/// Maps a file's first `size` bytes, shared with whoever else maps it. NULL if it cannot be done.
static inline void *scanbridge_map(int fd, size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/// Stores a word behind everything that was stored before and in front of everything that comes later, as who looks at the memory of a
/// process that was killed sees it: that needs the compiler's order only.
static inline void scanbridge_store(uint64_t *word, uint64_t value) {
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/// Who is at the other end of a connected Unix socket, as the kernel noted it at connect.
static inline int scanbridge_peer_credentials(int fd, pid_t *pid, uid_t *uid, gid_t *gid) {
    struct { pid_t pid; uid_t uid; gid_t gid; } peer = {0}; // struct ucred, which needs _GNU_SOURCE
    socklen_t size = sizeof peer;
    int result = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
    *pid = peer.pid;
    *uid = peer.uid;
    *gid = peer.gid;
    return result;
}

// The headers show it with _GNU_SOURCE only, and Swift's Glibc module was built without.
extern int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);

/// accept4(2) of a descriptor that does not block and is closed by exec.
static inline int scanbridge_accept(int fd) { return accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

extern int pipe2(int ends[2], int flags);

/// A pipe whose ends do not block and are closed by exec.
static inline int scanbridge_pipe(int ends[2]) { return pipe2(ends, O_NONBLOCK | O_CLOEXEC); }

/// An inotify descriptor that does not block and is closed by exec.
static inline int scanbridge_inotify(void) { return inotify_init1(IN_NONBLOCK | IN_CLOEXEC); }

/// Watches for a file's closing by whoever had it open, and for a change of its permissions. Needs the right to read it.
static inline int scanbridge_watch_node(int fd, const char *path) { return inotify_add_watch(fd, path, IN_CLOSE | IN_ATTRIB); }

/// Watches for new permissions of the files in a directory, and for new files.
static inline int scanbridge_watch_directory(int fd, const char *path) {
    return inotify_add_watch(fd, path, IN_ATTRIB | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
}

/// Watches for files in a directory that are written whole, moved there or given other permissions.
static inline int scanbridge_watch_written(int fd, const char *path) {
    return inotify_add_watch(fd, path, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR);
}

/// A file without a name in memory, closed by exec, that is as long as what is written to it.
static inline int scanbridge_growing_memory_file(const char *name) { return memfd_create(name, 1 /* MFD_CLOEXEC */); }

/// Sends one datagram to a Unix socket, with a descriptor if `passed` is none of -1. Never waits.
static inline ssize_t scanbridge_send_datagram(
    int fd, const struct sockaddr_un *address, socklen_t length, const void *bytes, size_t count, int passed) {
    struct iovec part = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = count};
    struct msghdr message = {
        .msg_name = (void *)(uintptr_t)address, .msg_namelen = length, .msg_iov = &part, .msg_iovlen = 1};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    if (passed >= 0) {
        memset(&control, 0, sizeof control);
        control.header.cmsg_len = CMSG_LEN(sizeof(int));
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        memcpy(CMSG_DATA(&control.header), &passed, sizeof passed);
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
    }
    return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static inline unsigned scanbridge_major(dev_t device) { return major(device); }
static inline unsigned scanbridge_minor(dev_t device) { return minor(device); }

/// Names the calling thread, for `ps -L` and the like.
static inline int scanbridge_name_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
