// umockdev reports errors in GError, whose message and end are macros and unions away from Swift: each call here answers with
// NULL, or with a message to be given to scanbridge_umockdev_free.
#pragma once
#include <umockdev.h>

static inline char *scanbridge_umockdev_message(gboolean succeeded, GError *error) {
    if (succeeded) return NULL;
    char *message = g_strdup(error ? error->message : "unknown error");
    g_clear_error(&error);
    return message;
}

/// Adds the devices that `description` holds in umockdev's text format. Sends no uevent.
static inline char *scanbridge_umockdev_add(UMockdevTestbed *bed, const char *description) {
    GError *error = NULL;
    gboolean succeeded = umockdev_testbed_add_from_string(bed, description, &error);
    return scanbridge_umockdev_message(succeeded, error);
}

/// Loads what the ioctls of a node answer; to be called before the device is added.
static inline char *scanbridge_umockdev_load_ioctl(UMockdevTestbed *bed, const char *node, const char *path) {
    GError *error = NULL;
    gboolean succeeded = umockdev_testbed_load_ioctl(bed, node, path, &error);
    return scanbridge_umockdev_message(succeeded, error);
}

static inline void scanbridge_umockdev_free(char *message) { g_free(message); }
