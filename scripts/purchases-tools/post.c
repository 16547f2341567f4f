// A till that posts invoices one after the other over one connection, at as little cost of its own as can be.
//
//   TILL_TOKEN=… post PORT FIRST COUNT
//
// Prints the time of each from before the request is sent until the whole answer has been read, in nanoseconds, one a line; 5 more come
// before those that count. FIRST is the first invoice's number. Exit status 1 if an answer is not 200 with `accepted`.

#define _GNU_SOURCE // strcasestr
#include "invoices.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_ANSWER = 65536 };

static void check(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "post: %s: %s\n", what, strerror(errno));
        exit(1);
    }
}

static int connect_to(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1, connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(connection >= 0, "socket");
    check(connect(connection, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    check(setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0, "TCP_NODELAY");
    return connection;
}

// Reads one answer with a Content-Length as a string.
static void read_answer(int connection, char *answer) {
    size_t length = 0, whole = 0;
    while (whole == 0 || length < whole) {
        ssize_t got = recv(connection, answer + length, MAX_ANSWER - 1 - length, 0);
        check(got > 0, "the connection was closed in mid-answer");
        length += (size_t)got;
        answer[length] = 0;
        char *body = strstr(answer, "\r\n\r\n");
        if (whole == 0 && body) {
            char *field = strcasestr(answer, "\r\nContent-Length:");
            check(field != NULL && field < body, "an answer without Content-Length");
            whole = (size_t)(body + 4 - answer) + strtoul(field + strlen("\r\nContent-Length:"), NULL, 10);
        }
    }
}

static long post(int connection, int port, const char *token, int number) {
    static char request[MAX_BODY + 1024], body[MAX_BODY], answer[MAX_ANSWER];
    int length = make_body(body, number);
    int size = snprintf(request, sizeof request,
                        "POST /agora/invoices?_token=%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
                        "Accept: application/json\r\nContent-Length: %d\r\n\r\n%s", token, port, length, body);
    check(size < (int)sizeof request, "the token is too long");

    long began = now_ns();
    check(send(connection, request, (size_t)size, MSG_NOSIGNAL) == size, "send");
    read_answer(connection, answer);
    long took = now_ns() - began;

    if (strncmp(answer, "HTTP/1.1 200 ", 13) != 0 || !strstr(answer, "\"accepted\"")) {
        fprintf(stderr, "post: invoice %d was answered:\n%s\n", number, answer);
        exit(1);
    }
    return took;
}

int main(int argument_count, char **arguments) {
    const char *token = getenv("TILL_TOKEN");
    if (argument_count != 4 || !token) {
        fputs("usage: TILL_TOKEN=... post PORT FIRST COUNT\n", stderr);
        return 64;
    }
    int first, count = parse_count(arguments + 2, &first), port = atoi(arguments[1]), connection = connect_to(port);
    long *times = calloc((size_t)count, sizeof *times);
    check(times != NULL, "memory");
    for (int i = 0; i < count; i++) times[i] = post(connection, port, token, first + i);
    print_times(times, count);
    close(connection);
    return 0;
}
