// The floor that scripts/bench holds the service against: grab the node, read, write one JSON line at Enter, and no more.
//
//   floor NODE SOCKET
//
// No udev, no keymaps, no settings, no lookups, no resuming, no queues: what any program must do that tells local listeners of a
// scan. One thread, epoll, non-blocking writes. A listener that cannot take a line at once is dropped. Prints "ready" once it is.

#define _GNU_SOURCE // accept4
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MAX_LISTENERS = 1024, MAX_CODE = 256 };

static int listeners[MAX_LISTENERS];
static size_t listener_count;

static void check(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
        exit(1);
    }
}

static void watch(int epoll, int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    check(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0, "epoll_ctl");
}

static int open_device(const char *node) {
    int device = open(node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    check(device >= 0, node);
    int clock = CLOCK_MONOTONIC;
    // Neither of these two matters for what is measured, and umockdev's nodes know none.
    (void)!ioctl(device, EVIOCSCLOCKID, &clock);
    // The mask's size must be a multiple of 8 bytes.
    unsigned char none[8] = {0};
    struct input_mask mask = {.type = EV_MSC, .codes_size = sizeof none, .codes_ptr = (unsigned long)none};
    (void)!ioctl(device, EVIOCSMASK, &mask);
    check(ioctl(device, EVIOCGRAB, 1) == 0, "EVIOCGRAB");
    // umockdev makes each read of a descriptor that it saw being opened a question to another process. The service reads a
    // duplicate, which it lets through, and so does this program.
    int duplicate = fcntl(device, F_DUPFD_CLOEXEC, 3);
    check(duplicate >= 0, "fcntl");
    return duplicate;
}

static int open_socket(const char *path) {
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    check(server >= 0, "socket");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    check(strlen(path) < sizeof address.sun_path, "the socket's path is too long");
    strcpy(address.sun_path, path);
    unlink(path);
    check(bind(server, (struct sockaddr *)&address, sizeof address) == 0, path);
    check(listen(server, 128) == 0, "listen");
    return server;
}

static char character(unsigned code) {
    static const char row[] = "1234567890";
    return code >= KEY_1 && code <= KEY_0 ? row[code - KEY_1] : 0;
}

static void tell(const char *code) {
    static unsigned long sequence;
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    char line[1024];
    sequence++;
    int length = snprintf(
        line, sizeof line,
        "{\"type\":\"scan\",\"seq\":%lu,\"time\":\"%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ\",\"scan\":\"00000000-0000-0000-0000-%012lu\","
        "\"scanner\":\"1209:5ca2@virtual\",\"code\":\"%s\",\"symbology\":null,\"symbology_guessed\":false,\"aim\":null,\"route\":\"plain\",\"lookup\":false,"
        "\"passed\":false}\n",
        sequence, utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, now.tv_nsec / 1000, sequence,
        code);
    for (size_t i = 0; i < listener_count;) {
        if (send(listeners[i], line, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT) == length) {
            i++;
        } else {
            close(listeners[i]);
            listeners[i] = listeners[--listener_count];
        }
    }
}

static void read_keys(int device) {
    static char code[MAX_CODE];
    static size_t length;
    struct input_event events[64];
    ssize_t got = read(device, events, sizeof events);
    check(got > 0 || errno == EAGAIN, "read");
    for (ssize_t i = 0; got > 0 && i < got / (ssize_t)sizeof events[0]; i++) {
        if (events[i].type != EV_KEY || events[i].value != 1) continue;
        if (events[i].code == KEY_ENTER) {
            code[length] = 0;
            tell(code);
            length = 0;
        } else if (character(events[i].code) && length < MAX_CODE - 1) {
            code[length++] = character(events[i].code);
        }
    }
}

int main(int count, char **arguments) {
    if (count != 3) {
        fputs("usage: floor NODE SOCKET\n", stderr);
        return 64;
    }
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    check(epoll >= 0, "epoll_create1");
    int device = open_device(arguments[1]), server = open_socket(arguments[2]);
    watch(epoll, device);
    watch(epoll, server);
    puts("ready");
    fflush(stdout);
    for (;;) {
        struct epoll_event ready[16];
        int found = epoll_wait(epoll, ready, 16, -1);
        check(found >= 0 || errno == EINTR, "epoll_wait");
        for (int i = 0; i < found; i++) {
            if (ready[i].data.fd == device) {
                read_keys(device);
            } else if (listener_count < MAX_LISTENERS) {
                int listener = accept4(server, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
                if (listener >= 0) listeners[listener_count++] = listener;
            }
        }
    }
}
