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

static inline unsigned scanbridge_major(dev_t device) { return major(device); }
static inline unsigned scanbridge_minor(dev_t device) { return minor(device); }

/// Names the calling thread, for `ps -L` and the like.
static inline int scanbridge_name_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
