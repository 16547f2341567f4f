// What Swift does not import of libmicrohttpd, variadic functions and unions, and what its Glibc module leaves out of sockets.
// The library's enumerations come to Swift in one way or another with its version, so none of them does: what comes from here is an int that
// is not zero for success.
#pragma once
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/ioctl.h>

/// Whom a daemon calls. `connection` is what `opened` gave for the connection.
struct scanbridge_mhd_callbacks {
    void *server;
    /// A connection begins. What is returned stands for it in the other calls.
    void *(*opened)(void *server, struct MHD_Connection *handle, int socket);
    /// A connection's socket is closed after this call.
    void (*closed)(void *server, void *connection);
    /// A request's first line is there, with its target as it was sent.
    void (*began)(void *connection, const char *target);
    /// The head is there; then once for each piece of the body, with `bytes`; then, and after each resumption, without. Zero closes.
    int (*proceed)(void *connection, const char *method, const char *version, const void *bytes, size_t count);
    /// A request is over, answered or not.
    void (*ended)(void *connection);
};

static inline void *scanbridge_mhd_context(struct MHD_Connection *handle) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static enum MHD_Result scanbridge_mhd_on_access(
    void *closure, struct MHD_Connection *handle, const char *url, const char *method, const char *version,
    const char *bytes, size_t *count, void **request) {
    (void)url, (void)request;
    const struct scanbridge_mhd_callbacks *callbacks = closure;
    void *connection = scanbridge_mhd_context(handle);
    size_t there = *count;
    *count = 0;
    if (!connection) return MHD_NO;
    int go = callbacks->proceed(connection, method, version, there > 0 ? bytes : NULL, there);
    return go ? MHD_YES : MHD_NO;
}

static void *scanbridge_mhd_on_target(void *closure, const char *target, struct MHD_Connection *handle) {
    const struct scanbridge_mhd_callbacks *callbacks = closure;
    void *connection = scanbridge_mhd_context(handle);
    if (connection) callbacks->began(connection, target ? target : "");
    return NULL;
}

static void scanbridge_mhd_on_completed(
    void *closure, struct MHD_Connection *handle, void **request, enum MHD_RequestTerminationCode reason) {
    (void)request, (void)reason;
    const struct scanbridge_mhd_callbacks *callbacks = closure;
    void *connection = scanbridge_mhd_context(handle);
    if (connection) callbacks->ended(connection);
}

static void scanbridge_mhd_on_connection(
    void *closure, struct MHD_Connection *handle, void **context, enum MHD_ConnectionNotificationCode what) {
    const struct scanbridge_mhd_callbacks *callbacks = closure;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD);
        *context = callbacks->opened(callbacks->server, handle, info ? info->connect_fd : -1);
    } else if (*context) {
        void *connection = *context;
        *context = NULL;
        callbacks->closed(callbacks->server, connection);
    }
}

/// What goes wrong with a client is no news, and its text may hold what the client has sent.
static void scanbridge_mhd_drop(void *closure, const char *format, va_list arguments) {
    (void)closure, (void)format, (void)arguments;
}

/// Starts a daemon without a thread and without a socket: connections are handed to it, and it is run by hand when its epoll
/// descriptor is ready. `callbacks` must live as long as the daemon.
static inline struct MHD_Daemon *scanbridge_mhd_start(
    struct scanbridge_mhd_callbacks *callbacks, size_t memory, unsigned connections) {
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL, scanbridge_mhd_on_access,
        callbacks, MHD_OPTION_EXTERNAL_LOGGER, scanbridge_mhd_drop, NULL, MHD_OPTION_NOTIFY_CONNECTION,
        scanbridge_mhd_on_connection, callbacks, MHD_OPTION_NOTIFY_COMPLETED, scanbridge_mhd_on_completed, callbacks,
        MHD_OPTION_URI_LOG_CALLBACK, scanbridge_mhd_on_target, callbacks, MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory,
        MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT, 0U, MHD_OPTION_END);
}

/// The descriptor that is readable when the daemon has something to do; -1 without one.
static inline int scanbridge_mhd_epoll(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

static inline void scanbridge_mhd_run(struct MHD_Daemon *daemon) { (void)MHD_run(daemon); }

/// Whether the daemon has more to do that its descriptor does not tell of.
static inline int scanbridge_mhd_has_work(struct MHD_Daemon *daemon) {
    MHD_UNSIGNED_LONG_LONG timeout = 0;
    return MHD_get_timeout(daemon, &timeout) == MHD_YES && timeout == 0;
}

/// Hands a connected socket over, which is the daemon's to close from then on, whatever comes of it.
static inline int scanbridge_mhd_add(struct MHD_Daemon *daemon, int socket) {
    // Nobody asks for the address; it is one of this machine's.
    struct sockaddr_in address = {.sin_family = AF_INET};
    return MHD_add_connection(daemon, socket, (const struct sockaddr *)&address, sizeof address) == MHD_YES;
}

/// The size of the request's head in bytes, with its first line.
static inline size_t scanbridge_mhd_head_size(struct MHD_Connection *handle) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

struct scanbridge_mhd_reader {
    void *closure;
    void (*field)(void *closure, const void *name, size_t name_count, const void *value, size_t value_count);
};

static enum MHD_Result scanbridge_mhd_on_field(
    void *closure, enum MHD_ValueKind kind, const char *name, size_t name_count, const char *value, size_t value_count) {
    (void)kind;
    const struct scanbridge_mhd_reader *reader = closure;
    reader->field(reader->closure, name, name_count, value, value ? value_count : 0);
    return MHD_YES;
}

/// Tells the request's header fields in their order.
static inline void scanbridge_mhd_read_fields(
    struct MHD_Connection *handle, void *closure,
    void (*field)(void *closure, const void *name, size_t name_count, const void *value, size_t value_count)) {
    struct scanbridge_mhd_reader reader = {closure, field};
    (void)MHD_get_connection_values_n(handle, MHD_HEADER_KIND, scanbridge_mhd_on_field, &reader);
}

/// A response with a copy of the body; NULL without memory.
static inline struct MHD_Response *scanbridge_mhd_response(const void *body, size_t count) {
    return MHD_create_response_from_buffer(count, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
}

/// Adds a header field. One that is none, for example with a line's end in it, is left out.
static inline void scanbridge_mhd_add_field(struct MHD_Response *response, const char *name, const char *value) {
    (void)MHD_add_response_header(response, name, value);
}

/// Answers the request, and lets the response go.
static inline int scanbridge_mhd_answer(struct MHD_Connection *handle, unsigned status, struct MHD_Response *response) {
    enum MHD_Result result = MHD_queue_response(handle, status, response);
    MHD_destroy_response(response);
    return result == MHD_YES;
}

/// Whether the other end has closed its direction of the connection, or the connection has failed.
static inline int scanbridge_http_is_gone(int socket) {
    enum { READ_HANGUP = 0x2000 }; // POLLRDHUP, which needs _GNU_SOURCE
    struct pollfd entry = {.fd = socket, .events = READ_HANGUP};
    return poll(&entry, 1, 0) != 0;
}

/// How many bytes have come on a socket and were not read.
static inline int scanbridge_http_unread(int socket) {
    int count = 0;
    return ioctl(socket, FIONREAD, &count) == 0 ? count : 0;
}
