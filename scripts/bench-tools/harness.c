// Types codes on uinput scanners and listens for them, the same for every program that scripts/bench measures.
//
//   harness ROUNDS CODES LISTENERS PREFIX WAIT_MEMBER NAME:FD:SOCKET…
//
// Each target is a name, the descriptor of a uinput keyboard (or of umockdev's) that the program has grabbed, and the program's socket, or
// the node of the keyboard on which it types on: then the codes are products, and each needs LISTENERS readers of the node. In each round
// every target gets CODES codes of 13 digits that start with PREFIX, at 1 ms a report; the targets take turns, so that what
// disturbs the machine disturbs them alike. Printed, one a line, times in nanoseconds:
//
//   NAME scan ROUND TIME     from right before the write of the report that presses Enter, until the last listener has read the line
//   NAME member ROUND TIME   the same for the `member` line of the first target, with WAIT_MEMBER 1
//   NAME pass ROUND TIME     the same until the last reader of the node has read the code's last event, the end of Enter's release
//   NAME first ROUND TIME    the same until it has read the code's first key, below zero if that was before Enter
//   NAME lost ROUND 0        no line, or no code that is right, within 3 seconds
//
// One thread types, another listens on all sockets of the target.

#include <errno.h>
#include <fcntl.h>
#include <linux/uinput.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { DIGITS = 13, WARM_UP = 20, MAX_TARGETS = 8, MAX_LISTENERS = 1024, LINE = 65536 };
static const long REPORT_NS = 1000000, PATIENCE_NS = 3000000000L;

struct listener {
    int socket;
    size_t length; // of the line so far, or of the digits that a node gave
    char *line;
    int has_scan, has_member;
    int is_up; // Enter was released in the present packet
    long first;
};

struct target {
    char name[64];
    int keyboard, epoll, types_on;
    struct listener *listeners;
    pthread_t thread;
};

static struct target targets[MAX_TARGETS];
static int target_count, listener_count;

// What the typing thread waits for; under the lock.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static char awaited[DIGITS + 1];
static int scans_missing, members_missing;
static long scan_time, first_time, member_time;
static int code_number;

static void check(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "harness: %s: %s\n", what, strerror(errno));
        exit(1);
    }
}

static long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000L + now.tv_nsec;
}

static struct timespec as_time(long ns) {
    return (struct timespec){.tv_sec = ns / 1000000000L, .tv_nsec = ns % 1000000000L};
}

static void sleep_until(long ns) {
    struct timespec due = as_time(ns);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR) {
    }
}

// MARK: listening

static void take_line(struct listener *listener, const char *line, long at) {
    int member = strstr(line, "\"type\":\"member\"") != NULL;
    if (!member && !strstr(line, "\"type\":\"scan\"")) return;
    pthread_mutex_lock(&lock);
    if (awaited[0] && strstr(line, awaited)) {
        int *has = member ? &listener->has_member : &listener->has_scan;
        int *missing = member ? &members_missing : &scans_missing;
        if (*has != code_number) {
            *has = code_number;
            if (--*missing == 0) {
                *(member ? &member_time : &scan_time) = at;
                pthread_cond_signal(&changed);
            }
        }
    }
    pthread_mutex_unlock(&lock);
}

static void take_bytes(struct listener *listener) {
    ssize_t got = recv(listener->socket, listener->line + listener->length, LINE - 1 - listener->length, 0);
    long at = now_ns();
    check(got > 0, "a listener was closed");
    listener->length += (size_t)got;
    listener->line[listener->length] = 0;
    char *start = listener->line, *end;
    while ((end = strchr(start, '\n'))) {
        *end = 0;
        take_line(listener, start, at);
        start = end + 1;
    }
    listener->length -= (size_t)(start - listener->line);
    memmove(listener->line, start, listener->length);
    check(listener->length < LINE - 1, "a line is too long");
}

// A code has been typed on to a reader of the node: at the press of Enter its digits must be the awaited ones.
static void take_code(struct listener *listener, long at) {
    pthread_mutex_lock(&lock);
    if (listener->length == DIGITS && strcmp(awaited, listener->line) == 0 && listener->has_scan != code_number) {
        listener->has_scan = code_number;
        if (listener->first > first_time) first_time = listener->first;
        if (--scans_missing == 0) {
            scan_time = at;
            pthread_cond_signal(&changed);
        }
    }
    pthread_mutex_unlock(&lock);
    listener->length = 0;
}

static void take_events(struct listener *listener) {
    struct input_event events[64];
    ssize_t got = read(listener->socket, events, sizeof events);
    long at = now_ns();
    check(got > 0, "a node was closed");
    for (ssize_t i = 0; i < got / (ssize_t)sizeof *events; i++) {
        int code = events[i].code;
        if (events[i].type == EV_SYN && listener->is_up) {
            listener->is_up = 0;
            take_code(listener, at);
        } else if (events[i].type == EV_KEY && code == KEY_ENTER) {
            listener->is_up = events[i].value == 0;
        } else if (events[i].type == EV_KEY && events[i].value == 1 && listener->length < LINE - 1) {
            if (listener->length == 0) listener->first = at;
            listener->line[listener->length++] = code == KEY_0 ? '0' : code >= KEY_1 && code <= KEY_9 ? (char)('1' + code - KEY_1) : '?';
            listener->line[listener->length] = 0;
        }
    }
}

static void *listen_to(void *argument) {
    struct target *target = argument;
    for (;;) {
        struct epoll_event ready[64];
        int found = epoll_wait(target->epoll, ready, 64, -1);
        for (int i = 0; i < found; i++) (target->types_on ? take_events : take_bytes)(ready[i].data.ptr);
    }
    return NULL;
}

static void watch(struct target *target, struct listener *listener) {
    listener->line = malloc(LINE);
    check(listener->socket >= 0 && listener->line != NULL, "a listener");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = listener};
    check(epoll_ctl(target->epoll, EPOLL_CTL_ADD, listener->socket, &event) == 0, "epoll_ctl");
}

static void connect_listener(struct target *target, struct listener *listener, const char *path) {
    static const char subscribe[] = "{\"id\":1,\"method\":\"subscribe\"}\n";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    check(strlen(path) < sizeof address.sun_path, "the socket's path is too long");
    strcpy(address.sun_path, path);
    listener->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(listener->socket >= 0, "socket");
    check(connect(listener->socket, (struct sockaddr *)&address, sizeof address) == 0, path);
    check(send(listener->socket, subscribe, sizeof subscribe - 1, MSG_NOSIGNAL) == sizeof subscribe - 1, "subscribe");
    watch(target, listener);
}

static void open_target(const char *text) {
    struct target *target = &targets[target_count++];
    int used = 0;
    check(sscanf(text, "%63[^:]:%d:%n", target->name, &target->keyboard, &used) == 2 && used > 0, text);
    target->epoll = epoll_create1(EPOLL_CLOEXEC);
    target->listeners = calloc((size_t)listener_count, sizeof *target->listeners);
    check(target->epoll >= 0 && target->listeners != NULL, "epoll_create1");
    target->types_on = strncmp(text + used, "/dev/", 5) == 0;
    for (int i = 0; i < listener_count; i++) {
        struct listener *listener = &target->listeners[i];
        if (target->types_on) {
            listener->socket = open(text + used, O_RDONLY | O_CLOEXEC);
            watch(target, listener);
        } else {
            connect_listener(target, listener, text + used);
        }
    }
    check(pthread_create(&target->thread, NULL, listen_to, target) == 0, "pthread_create");
}

// MARK: typing

static void write_report(int keyboard, int code, int value) {
    struct input_event events[] = {{.type = EV_MSC, .code = MSC_SCAN, .value = 0x70000 + code},
                                   {.type = EV_KEY, .code = (unsigned short)code, .value = value},
                                   {.type = EV_SYN, .code = SYN_REPORT}};
    // uinput stamps events itself; umockdev passes them on as they are.
    struct timespec at = as_time(now_ns());
    for (int i = 0; i < 3; i++) {
        events[i].time.tv_sec = at.tv_sec;
        events[i].time.tv_usec = at.tv_nsec / 1000;
    }
    check(write(keyboard, events, sizeof events) == sizeof events, "write to the scanner");
}

// Types a code; the time right before Enter was pressed.
static long type_code(int keyboard, const char *code) {
    long due = now_ns(), pressed = 0;
    for (size_t i = 0; i <= DIGITS; i++) {
        int key = i == DIGITS ? KEY_ENTER : code[i] == '0' ? KEY_0 : KEY_1 + (code[i] - '1');
        for (int value = 1; value >= 0; value--) {
            sleep_until(due);
            if (key == KEY_ENTER && value == 1) pressed = now_ns();
            write_report(keyboard, key, value);
            due += REPORT_NS;
        }
    }
    return pressed;
}

// EAN-13's check digit behind 12 digits.
static void add_check_digit(char *code) {
    int sum = 0;
    for (int i = 0; i < DIGITS - 1; i++) sum += (code[i] - '0') * (i % 2 ? 3 : 1);
    code[DIGITS - 1] = (char)('0' + (10 - sum % 10) % 10);
    code[DIGITS] = 0;
}

static int wait_for(const int *missing) {
    struct timespec deadline = as_time(now_ns() + PATIENCE_NS);
    while (*missing > 0)
        if (pthread_cond_timedwait(&changed, &lock, &deadline) == ETIMEDOUT) break;
    return *missing <= 0;
}

static void measure(struct target *target, int round, const char *prefix, int wait_member) {
    char code[DIGITS + 1];
    size_t used = strlen(prefix);
    pthread_mutex_lock(&lock);
    code_number++;
    snprintf(code, sizeof code, "%s%0*d", prefix, (int)(DIGITS - used) - target->types_on, code_number);
    if (target->types_on) add_check_digit(code);
    strcpy(awaited, code);
    first_time = 0;
    scans_missing = members_missing = listener_count;
    pthread_mutex_unlock(&lock);

    long pressed = type_code(target->keyboard, code);

    pthread_mutex_lock(&lock);
    if (!wait_for(&scans_missing)) {
        if (round >= 0) printf("%s lost %d 0\n", target->name, round);
    } else if (round >= 0) {
        printf("%s %s %d %ld\n", target->name, target->types_on ? "pass" : "scan", round, scan_time - pressed);
        if (target->types_on) printf("%s first %d %ld\n", target->name, round, first_time - pressed);
    }
    if (wait_member && wait_for(&members_missing) && round >= 0)
        printf("%s member %d %ld\n", target->name, round, member_time - pressed);
    awaited[0] = 0;
    pthread_mutex_unlock(&lock);
}

int main(int count, char **arguments) {
    if (count < 7 || count > 6 + MAX_TARGETS) {
        fputs("usage: harness ROUNDS CODES LISTENERS PREFIX WAIT_MEMBER NAME:FD:SOCKET...\n", stderr);
        return 64;
    }
    int rounds = atoi(arguments[1]), codes = atoi(arguments[2]), wait_member = atoi(arguments[5]);
    const char *prefix = arguments[4];
    listener_count = atoi(arguments[3]);
    if (rounds < 1 || codes < 1 || listener_count < 1 || listener_count > MAX_LISTENERS || strlen(prefix) > DIGITS - 6) {
        fputs("harness: a number is out of its range\n", stderr);
        return 64;
    }
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &monotonic);
    for (int i = 6; i < count; i++) open_target(arguments[i]);
    // Only the first target, the service, sends members.
    for (int i = 0; i < target_count; i++)
        for (int n = 0; n < WARM_UP; n++) measure(&targets[i], -1, prefix, wait_member && i == 0);
    for (int round = 0; round < rounds; round++) {
        for (int turn = 0; turn < target_count; turn++) {
            int i = (round + turn) % target_count;
            for (int n = 0; n < codes; n++) measure(&targets[i], round, prefix, wait_member && i == 0);
        }
    }
    return 0;
}
