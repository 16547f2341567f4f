// Two scanners of umockdev's on this machine itself, for a command that opens and types on them.
//
//   umockdev-wrapper mockbed DESCRIPTION IOCTLS DESCRIPTION IOCTLS COMMAND…
//
// The descriptions and what the nodes' ioctls answer are files in umockdev's formats, for /dev/input/event1 and event2. COMMAND gets
// descriptors 110 and 111, to which raw input events are written that then arrive at the nodes' readers.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <umockdev.h>
#include <unistd.h>

enum { FIRST_DESCRIPTOR = 110, SCANNERS = 2 };

static void check(int ok, const char *what, GError *error) {
    if (!ok) {
        fprintf(stderr, "mockbed: %s: %s\n", what, error ? error->message : strerror(errno));
        exit(1);
    }
}

int main(int count, char **arguments) {
    if (count < 2 * SCANNERS + 2) {
        fputs("usage: mockbed DESCRIPTION IOCTLS DESCRIPTION IOCTLS COMMAND...\n", stderr);
        return 64;
    }
    UMockdevTestbed *bed = umockdev_testbed_new();
    for (int i = 0; i < SCANNERS; i++) {
        char node[32];
        GError *error = NULL;
        snprintf(node, sizeof node, "/dev/input/event%d", i + 1);
        // Before the device: adding it makes the node.
        check(umockdev_testbed_load_ioctl(bed, node, arguments[2 * i + 2], &error), "ioctls", error);
        check(umockdev_testbed_add_from_file(bed, arguments[2 * i + 1], &error), "device", error);
        check(dup2(umockdev_testbed_get_dev_fd(bed, node), FIRST_DESCRIPTOR + i) >= 0, "dup2", NULL);
    }
    pid_t child = fork();
    check(child >= 0, "fork", NULL);
    if (child == 0) {
        execvp(arguments[2 * SCANNERS + 1], arguments + 2 * SCANNERS + 1);
        check(0, arguments[2 * SCANNERS + 1], NULL);
    }
    int status = 0;
    check(waitpid(child, &status, 0) == child, "waitpid", NULL);
    g_object_unref(bed);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
