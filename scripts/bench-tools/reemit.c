// The floor that scripts/bench holds pass-through against: grab the node, keep the events until Enter, write them to an own uinput
// keyboard, and no more.
//
//   reemit NODE
//
// No udev, no keymaps, no rules, no pace, no reports of what is lost: what any program must do that types a scanner's codes on when they
// are complete. At Enter's press the code and Enter go out in one write, its release included. Prints the keyboard's name in sysfs,
// `inputN`, once it reads.

#include "keyboard.h"

enum { MAX_EVENTS = 1024 };

static struct input_event kept[MAX_EVENTS];
static size_t count;

static int open_device(const char *node) {
    int device = open(node, O_RDONLY | O_CLOEXEC);
    check(device >= 0, node);
    // The mask's size must be a multiple of 8 bytes.
    unsigned char none[8] = {0};
    struct input_mask mask = {.type = EV_MSC, .codes_size = sizeof none, .codes_ptr = (unsigned long)none};
    check(ioctl(device, EVIOCSMASK, &mask) == 0, "EVIOCSMASK");
    check(ioctl(device, EVIOCGRAB, 1) == 0, "EVIOCGRAB");
    return device;
}

static int open_keyboard(void) {
    struct uinput_setup setup = {.id = {.bustype = BUS_VIRTUAL}, .name = "reemit keyboard"};
    int keyboard = open("/dev/uinput", O_WRONLY | O_CLOEXEC);
    check(keyboard >= 0, "/dev/uinput");
    check(ioctl(keyboard, UI_SET_EVBIT, EV_KEY) == 0, "UI_SET_EVBIT");
    for (int key = 1; key < KEY_POWER; key++) check(ioctl(keyboard, UI_SET_KEYBIT, key) == 0, "UI_SET_KEYBIT");
    check(ioctl(keyboard, UI_DEV_SETUP, &setup) == 0 && ioctl(keyboard, UI_DEV_CREATE) == 0, "UI_DEV_CREATE");
    return keyboard;
}

static void keep(int type, int code, int value) {
    if (count < MAX_EVENTS) kept[count++] = (struct input_event){.type = (__u16)type, .code = (__u16)code, .value = value};
}

static void take(int keyboard, const struct input_event *event) {
    static int after_enter;
    if (event->type == EV_KEY && event->code == KEY_ENTER) {
        after_enter = 1; // its own release and the packets' ends are written already
        if (event->value != 1) return;
        keep(EV_KEY, KEY_ENTER, 1);
        keep(EV_SYN, SYN_REPORT, 0);
        keep(EV_KEY, KEY_ENTER, 0);
        keep(EV_SYN, SYN_REPORT, 0);
        ssize_t size = (ssize_t)(count * sizeof *kept);
        check(write(keyboard, kept, (size_t)size) == size, "write to the keyboard");
        count = 0;
    } else if (event->type == EV_KEY) {
        after_enter = 0;
        keep(EV_KEY, event->code, event->value);
    } else if (event->type == EV_SYN && !after_enter) {
        keep(EV_SYN, event->code, 0);
    }
}

int main(int argument_count, char **arguments) {
    if (argument_count != 2) {
        fputs("usage: reemit NODE\n", stderr);
        return 64;
    }
    int keyboard = open_keyboard(), device = open_device(arguments[1]);
    char name[64] = "";
    check(ioctl(keyboard, UI_GET_SYSNAME(sizeof name), name) >= 0, "UI_GET_SYSNAME");
    puts(name);
    fflush(stdout);
    for (;;) {
        struct input_event events[64];
        ssize_t got = read(device, events, sizeof events);
        check(got > 0, "read");
        for (ssize_t i = 0; i < got / (ssize_t)sizeof *events; i++) take(keyboard, &events[i]);
    }
}
