// libcurl's setters are variadic, which Swift does not import: one typed wrapper for each kind of argument.
#pragma once
#include <curl/curl.h>

static inline CURLcode scanbridge_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode scanbridge_curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode scanbridge_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode scanbridge_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
/// Has libcurl copy what is posted; its length is to be set before.
static inline CURLcode scanbridge_curl_copy_body(CURL *easy, const void *bytes) {
    return curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, bytes ? bytes : "");
}
typedef size_t (*scanbridge_curl_write)(char *, size_t, size_t, void *);
static inline CURLcode scanbridge_curl_set_write(CURL *easy, CURLoption option, scanbridge_curl_write function) {
    return curl_easy_setopt(easy, option, function);
}
static inline CURLcode scanbridge_curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode scanbridge_curl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode scanbridge_curl_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}
/// When the endpoint says that it answered, in seconds since 1970; -1 if it does not say.
static inline time_t scanbridge_curl_date(CURL *easy) {
    struct curl_header *header = NULL;
    if (curl_easy_header(easy, "Date", 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return -1;
    return curl_getdate(header->value, NULL);
}
static inline CURLMcode scanbridge_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
/// The finished transfer in `message`, whose result stands in a union.
static inline CURLcode scanbridge_curl_message_result(const CURLMsg *message) { return message->data.result; }
