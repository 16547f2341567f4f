// A till that posts invoices one after the other with libcurl, over one connection.
//
//   TILL_TOKEN=… post PORT FIRST COUNT
//
// Prints the time of each from before the request is sent until the whole answer has been read, in nanoseconds, one a line; 5 more come
// before those that count. FIRST is the first invoice's number. Exit status 1 if an answer is not 200 with `accepted`.

#include "invoices.h"
#include <curl/curl.h>

enum { MAX_ANSWER = 65536 };

static CURL *client;
static char answer[MAX_ANSWER];
static size_t answer_length;

static void check(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "post: %s\n", what);
        exit(1);
    }
}

static void set(CURLcode result) { check(result == CURLE_OK, curl_easy_strerror(result)); }

static size_t keep_answer(char *bytes, size_t size, size_t count, void *context) {
    (void)size, (void)context;
    if (count >= MAX_ANSWER - answer_length) return 0;
    memcpy(answer + answer_length, bytes, count);
    answer_length += count;
    return count;
}

static void make_client(const char *port, const char *token) {
    char url[1024];
    int length = snprintf(url, sizeof url, "http://127.0.0.1:%s/agora/invoices?_token=%s", port, token);
    check(length < (int)sizeof url, "the token is too long");
    client = curl_easy_init();
    check(client != NULL, "curl_easy_init");
    struct curl_slist *fields = curl_slist_append(NULL, "Content-Type: application/json");
    check(fields != NULL, "memory");
    set(curl_easy_setopt(client, CURLOPT_URL, url));
    set(curl_easy_setopt(client, CURLOPT_HTTPHEADER, fields));
    set(curl_easy_setopt(client, CURLOPT_PROXY, ""));
    set(curl_easy_setopt(client, CURLOPT_WRITEFUNCTION, keep_answer));
}

static long post(int number) {
    static char body[MAX_BODY];
    int length = make_body(body, number);
    set(curl_easy_setopt(client, CURLOPT_POSTFIELDS, body));
    set(curl_easy_setopt(client, CURLOPT_POSTFIELDSIZE, (long)length));
    answer_length = 0;

    long began = now_ns();
    set(curl_easy_perform(client));
    long took = now_ns() - began;

    long status = 0;
    set(curl_easy_getinfo(client, CURLINFO_RESPONSE_CODE, &status));
    answer[answer_length] = 0;
    if (status != 200 || !strstr(answer, "\"accepted\"")) {
        fprintf(stderr, "post: invoice %d was answered %ld:\n%s\n", number, status, answer);
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
    int first, count = parse_count(arguments + 2, &first);
    long *times = calloc((size_t)count, sizeof *times);
    check(times != NULL, "memory");
    make_client(arguments[1], token);
    for (int i = 0; i < count; i++) times[i] = post(first + i);
    print_times(times, count);
    curl_easy_cleanup(client);
    return 0;
}
