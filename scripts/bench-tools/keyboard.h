// What the programs that type on uinput keyboards share: the keyboard, the clock, and giving up.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <linux/uinput.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static inline void check(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "typing: %s: %s\n", what, strerror(errno));
        exit(1);
    }
}

static inline long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000L + now.tv_nsec;
}

static inline void sleep_until(long ns) {
    struct timespec due = {.tv_sec = ns / 1000000000L, .tv_nsec = ns % 1000000000L};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR) {
    }
}

// A keyboard as a scanner is one, which lives as long as the descriptor. Without EV_REP the kernel repeats no key by itself.
static inline int make_keyboard(unsigned vendor, unsigned product, int repeats) {
    struct uinput_setup setup = {.id = {.bustype = BUS_USB, .vendor = (__u16)vendor, .product = (__u16)product, .version = 0x111}};
    snprintf(setup.name, sizeof setup.name, "Lab Scanner %04x", product);
    int file = open("/dev/uinput", O_WRONLY | O_CLOEXEC);
    check(file >= 0, "/dev/uinput");
    int kinds[] = {EV_KEY, EV_MSC, EV_LED, EV_REP};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i] != EV_REP || repeats) check(ioctl(file, UI_SET_EVBIT, kinds[i]) == 0, "UI_SET_EVBIT");
    for (int key = 1; key < BTN_MISC; key++) check(ioctl(file, UI_SET_KEYBIT, key) == 0, "UI_SET_KEYBIT");
    check(ioctl(file, UI_SET_MSCBIT, MSC_SCAN) == 0, "UI_SET_MSCBIT");
    for (int led = 0; led < 3; led++) check(ioctl(file, UI_SET_LEDBIT, led) == 0, "UI_SET_LEDBIT");
    check(ioctl(file, UI_DEV_SETUP, &setup) == 0 && ioctl(file, UI_DEV_CREATE) == 0, "UI_DEV_CREATE");
    return file;
}
