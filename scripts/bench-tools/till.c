// A program at the till: reads the keyboard's node, and the console if asked to, and writes down what comes.
//
//   till NODE LOG [TERMINAL TEXT]
//
// LOG gets each event as the kernel's `struct input_event`, its time replaced by CLOCK_MONOTONIC when it had been read; TEXT the bytes
// that the terminal gave. Prints "ready" once it reads. A node that goes is read no more. Ends when standard input does.

#include "keyboard.h"
#include <poll.h>

static void append(int file, const void *data, ssize_t size) {
    check(write(file, data, (size_t)size) == size, "write to the log");
}

static int create(const char *path) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    check(file >= 0, path);
    return file;
}

static int read_events(int node, int log) {
    struct input_event events[64];
    ssize_t got = read(node, events, sizeof events);
    if (got < 0 && errno == ENODEV) return 0;
    check(got > 0 || errno == EAGAIN, "read");
    long now = now_ns();
    for (ssize_t i = 0; i < got / (ssize_t)sizeof *events; i++) {
        events[i].time.tv_sec = now / 1000000000L;
        events[i].time.tv_usec = now % 1000000000L / 1000;
    }
    if (got > 0) append(log, events, got);
    return 1;
}

int main(int count, char **arguments) {
    if (count != 3 && count != 5) {
        fputs("usage: till NODE LOG [TERMINAL TEXT]\n", stderr);
        return 64;
    }
    struct pollfd sources[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.events = POLLIN}, {.fd = -1, .events = POLLIN}};
    sources[1].fd = open(arguments[1], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    check(sources[1].fd >= 0, arguments[1]);
    int log = create(arguments[2]), text = -1;
    if (count == 5) {
        sources[2].fd = open(arguments[3], O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        check(sources[2].fd >= 0, arguments[3]);
        text = create(arguments[4]);
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        check(poll(sources, 3, -1) >= 0 || errno == EINTR, "poll");
        if (sources[0].revents) return 0;
        if (sources[1].revents && !read_events(sources[1].fd, log)) sources[1].fd = -1;
        if (sources[2].revents) {
            char bytes[4096];
            ssize_t got = read(sources[2].fd, bytes, sizeof bytes);
            check(got >= 0 || errno == EAGAIN, "read from the terminal");
            if (got > 0) append(text, bytes, got);
        }
    }
}
