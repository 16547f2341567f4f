// Types many codes on several uinput scanners at once, unplugs them in mid-code and stops the program that reads them: what the
// hardware test's area `soak` does, which Python is too slow for.
//
//   typist PLAN LOG PID STOPS SEED VENDOR:PRODUCT…
//
// PLAN has one line a code, `DEVICE CODE UNPLUG`: the scanner's number from 0, letters, digits or '-', and the number of reports after which
// the scanner is pulled out (-1: never). Each scanner has a thread, and types one report a millisecond by an absolute clock; a late
// report moves those behind it, as with a scanner. STOPS times in all PID gets SIGSTOP for 5 to 200 ms, spread over the typing.
//
// On standard output: `plugged DEVICE` whenever a scanner is there (it types once `go DEVICE` came on standard input), `done NS` at the
// end, with the median time from one report to the next. Then LOG has `code DEVICE CODE BEGAN ENDED` and `stop BEGAN ENDED`, CLOCK_MONOTONIC in ns.
//
// Before a scanner is pulled out, PID is let run until it waits for something new: the kernel throws away what a program has not read when a device goes,
// so that no program could report it.

#include "keyboard.h"
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>

enum { MAX_DEVICES = 4, TEXT = 40, BINS = 5000, BIN_NS = 10000 };
static const long REPORT_NS = 1000000, MS = 1000000;

struct code {
    int device, unplug;
    char text[TEXT];
    long began, ended;
};

struct device {
    unsigned vendor, product;
    int number, keyboard, reports, go;
    long due, last;
    long bins[BINS];
    pthread_t thread;
};

static struct device devices[MAX_DEVICES];
static int device_count;
static struct code *codes;
static size_t code_count;
static volatile size_t codes_typed;
static long (*stops)[2];
static int stops_wanted, stops_made;
static pid_t reader;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; // go, standard output
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t stop_lock = PTHREAD_MUTEX_INITIALIZER; // held while the reader is stopped

// MARK: a scanner

static void plug(struct device *device) {
    device->keyboard = make_keyboard(device->vendor, device->product, 1);
    pthread_mutex_lock(&lock);
    device->go = 0;
    printf("plugged %d\n", device->number);
    fflush(stdout);
    while (!device->go) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    device->due = now_ns();
    device->last = 0;
}

static void unplug(struct device *device) {
    check(ioctl(device->keyboard, UI_DEV_DESTROY) == 0, "UI_DEV_DESTROY");
    close(device->keyboard);
}

// Writes one report of up to two keys: MSC_SCAN before each, SYN_REPORT at the end, as usbhid does.
static void report(struct device *device, int value, int first, int second) {
    struct input_event events[5];
    memset(events, 0, sizeof events);
    int count = 0, keys[] = {first, second};
    for (int i = 0; i < 2 && keys[i]; i++) {
        events[count].type = EV_MSC, events[count].code = MSC_SCAN, events[count++].value = 0x70000 + keys[i];
        events[count].type = EV_KEY, events[count].code = (__u16)keys[i], events[count++].value = value;
    }
    events[count++].type = EV_SYN;
    sleep_until(device->due);
    long now = now_ns();
    ssize_t size = (ssize_t)((size_t)count * sizeof *events);
    check(write(device->keyboard, events, (size_t)size) == size, "write to the scanner");
    if (device->last) device->bins[(now - device->last) / BIN_NS < BINS ? (now - device->last) / BIN_NS : BINS - 1]++;
    device->last = now;
    device->due = (device->due > now - REPORT_NS / 2 ? device->due : now - REPORT_NS / 2) + REPORT_NS;
    device->reports++;
}

static int key_of(char character) {
    static const char *rows[] = {"1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm"};
    static const int first[] = {KEY_1, KEY_Q, KEY_A, KEY_Z};
    char plain = character >= 'A' && character <= 'Z' ? (char)(character + 32) : character;
    for (int row = 0; row < 4; row++) {
        const char *found = strchr(rows[row], plain);
        if (found) return first[row] + (int)(found - rows[row]);
    }
    fprintf(stderr, "typist: no key for '%c'\n", character);
    exit(64);
}

// MARK: the program that reads

// Whether the reader's first thread waits in epoll_wait, so that it has read all there was.
static int reader_waits(void) {
    char path[64], text[32] = "";
    snprintf(path, sizeof path, "/proc/%d/task/%d/syscall", reader, reader);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    check(file >= 0, path);
    ssize_t size = read(file, text, sizeof text - 1);
    close(file);
    check(size > 0, path);
    long call = strtol(text, NULL, 10);
    return text[0] != 'r' && (call == SYS_epoll_wait || call == SYS_epoll_pwait || call == SYS_epoll_pwait2);
}

static unsigned long seed;

static long random_between(long least, long most) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return least + (long)(seed % (unsigned long)(most - least + 1));
}

// Spreads the stops over the codes, and ends before the last codes.
static void *stop_reader(void *unused) {
    (void)unused;
    for (int i = 0; i < stops_wanted; i++) {
        size_t turn = (size_t)((double)code_count * (i + 0.5) / (stops_wanted + 0.5));
        while (codes_typed < turn) sleep_until(now_ns() + random_between(5, 25) * MS);
        if (codes_typed + 20 >= code_count) break;
        pthread_mutex_lock(&stop_lock);
        check(kill(reader, SIGSTOP) == 0, "SIGSTOP");
        stops[i][0] = now_ns();
        sleep_until(stops[i][0] + random_between(5 * MS, 200 * MS));
        stops[i][1] = now_ns();
        check(kill(reader, SIGCONT) == 0, "SIGCONT");
        pthread_mutex_unlock(&stop_lock);
        stops_made = i + 1;
    }
    return NULL;
}

// MARK: typing

static void pull_out(struct device *device) {
    pthread_mutex_lock(&stop_lock);
    while (!reader_waits()) sleep_until(now_ns() + MS);
    unplug(device);
    pthread_mutex_unlock(&stop_lock);
    plug(device);
}

// Types a code; whether it came to its end.
static int type_code(struct device *device, const struct code *code) {
    int left = code->unplug;
    for (const char *at = code->text;; at++) {
        int key = *at ? key_of(*at) : KEY_ENTER, shift = *at >= 'A' && *at <= 'Z' ? KEY_LEFTSHIFT : 0;
        for (int value = 1; value >= 0; value--) {
            if (left-- == 0) return 0;
            report(device, value, shift ? shift : key, shift ? key : 0);
        }
        if (!*at) return 1;
    }
}

static void *type_all(void *argument) {
    struct device *device = argument;
    plug(device);
    for (size_t i = 0; i < code_count; i++) {
        struct code *code = &codes[i];
        if (code->device != device->number) continue;
        code->began = now_ns();
        int whole = type_code(device, code);
        code->ended = now_ns();
        if (!whole) pull_out(device);
        __atomic_fetch_add(&codes_typed, 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

static void *take_commands(void *unused) {
    (void)unused;
    char line[64];
    int number;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "go %d", &number) != 1 || number < 0 || number >= device_count) continue;
        pthread_mutex_lock(&lock);
        devices[number].go = 1;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    }
    exit(1); // who started this is gone
}

static void read_plan(const char *path) {
    FILE *file = fopen(path, "re");
    check(file != NULL, path);
    size_t room = 0;
    struct code code = {0};
    while (fscanf(file, "%d %39s %d", &code.device, code.text, &code.unplug) == 3) {
        if (code_count == room) codes = realloc(codes, (room = room ? 2 * room : 1024) * sizeof *codes);
        check(codes != NULL && code.device >= 0 && code.device < device_count, "the plan");
        codes[code_count++] = code;
    }
    fclose(file);
}

static void write_log(const char *path) {
    FILE *file = fopen(path, "we");
    check(file != NULL, path);
    for (size_t i = 0; i < code_count; i++)
        fprintf(file, "code %d %s %ld %ld\n", codes[i].device, codes[i].text, codes[i].began, codes[i].ended);
    for (int i = 0; i < stops_made; i++) fprintf(file, "stop %ld %ld\n", stops[i][0], stops[i][1]);
    check(fclose(file) == 0, path);
}

static long median_interval(void) {
    long total = 0, seen = 0;
    for (int d = 0; d < device_count; d++)
        for (int bin = 0; bin < BINS; bin++) total += devices[d].bins[bin];
    for (int bin = 0; bin < BINS; bin++) {
        for (int d = 0; d < device_count; d++) seen += devices[d].bins[bin];
        if (2 * seen >= total) return (long)bin * BIN_NS + BIN_NS / 2;
    }
    return -1;
}

int main(int count, char **arguments) {
    if (count < 7 || count > 6 + MAX_DEVICES) {
        fputs("usage: typist PLAN LOG PID STOPS SEED VENDOR:PRODUCT...\n", stderr);
        return 64;
    }
    reader = (pid_t)atoi(arguments[3]);
    stops_wanted = atoi(arguments[4]);
    seed = strtoul(arguments[5], NULL, 10) | 1;
    stops = calloc((size_t)stops_wanted + 1, sizeof *stops);
    for (; device_count < count - 6; device_count++) {
        struct device *device = &devices[device_count];
        device->number = device_count;
        check(sscanf(arguments[6 + device_count], "%x:%x", &device->vendor, &device->product) == 2, arguments[6 + device_count]);
    }
    read_plan(arguments[1]);
    pthread_t commands, stopping;
    check(pthread_create(&commands, NULL, take_commands, NULL) == 0, "pthread_create");
    for (int d = 0; d < device_count; d++) check(pthread_create(&devices[d].thread, NULL, type_all, &devices[d]) == 0, "pthread_create");
    check(pthread_create(&stopping, NULL, stop_reader, NULL) == 0, "pthread_create");
    for (int d = 0; d < device_count; d++) pthread_join(devices[d].thread, NULL);
    pthread_join(stopping, NULL);
    write_log(arguments[2]);
    printf("done %ld\n", median_interval());
    fflush(stdout);
    pthread_join(commands, NULL); // the scanners stay until standard input ends
    return 0;
}
