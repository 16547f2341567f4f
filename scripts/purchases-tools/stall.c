// A disk that stalls: each fsync and fdatasync of the program that this library is preloaded into takes longer, while the file that
// STALL_FILE names exists.
//
//   LD_PRELOAD=stall.so STALL_FILE=FILE PROGRAM…
//
// FILE holds the time in milliseconds. FILE.count grows by a byte with each call that was delayed.

#define _GNU_SOURCE // RTLD_NEXT
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long stall_ms(const char *path) {
    char text[16] = {0};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    (void)!read(file, text, sizeof text - 1);
    close(file);
    return atol(text);
}

static void count(const char *path) {
    char name[4096];
    snprintf(name, sizeof name, "%s.count", path);
    int file = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) return;
    (void)!write(file, ".", 1);
    close(file);
}

static void stall(void) {
    const char *path = getenv("STALL_FILE");
    long ms = path ? stall_ms(path) : 0;
    if (ms <= 0) return;
    count(path);
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0) {
    }
}

static int sync_by(const char *name, int file) {
    int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    stall();
    return next(file);
}

int fsync(int file) { return sync_by("fsync", file); }

int fdatasync(int file) { return sync_by("fdatasync", file); }
