// PCRE2's functions are macros over the width of a code unit: UTF-8 here, as functions that Swift can see.
#pragma once
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

static inline pcre2_code *scanbridge_pcre2_compile(const unsigned char *text, size_t length, uint32_t options, int *error, size_t *offset) {
    return pcre2_compile(text, length, options, error, offset, NULL);
}
static inline void scanbridge_pcre2_free(pcre2_code *code) { pcre2_code_free(code); }
static inline pcre2_match_data *scanbridge_pcre2_match_data(uint32_t pairs) { return pcre2_match_data_create(pairs, NULL); }
static inline void scanbridge_pcre2_match_data_free(pcre2_match_data *data) { pcre2_match_data_free(data); }
static inline pcre2_match_context *scanbridge_pcre2_match_context(uint32_t match_limit, uint32_t depth_limit, uint32_t heap_kib) {
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    if (context) {
        pcre2_set_match_limit(context, match_limit);
        pcre2_set_depth_limit(context, depth_limit);
        pcre2_set_heap_limit(context, heap_kib);
    }
    return context;
}
static inline void scanbridge_pcre2_match_context_free(pcre2_match_context *context) { pcre2_match_context_free(context); }
static inline int scanbridge_pcre2_match(const pcre2_code *code, const unsigned char *text, size_t length, size_t start, uint32_t options, pcre2_match_data *data, pcre2_match_context *context) {
    // An empty text has no address, and PCRE2 wants one.
    return pcre2_match(code, text ? text : (const unsigned char *)"", length, start, options, data, context);
}
static inline uint32_t scanbridge_pcre2_number(const pcre2_code *code, uint32_t what) {
    uint32_t number = 0;
    return pcre2_pattern_info(code, what, &number) == 0 ? number : 0;
}
static inline size_t *scanbridge_pcre2_offsets(pcre2_match_data *data) { return pcre2_get_ovector_pointer(data); }
static inline uint32_t scanbridge_pcre2_offset_pairs(pcre2_match_data *data) { return pcre2_get_ovector_count(data); }
static inline int scanbridge_pcre2_group(const pcre2_code *code, const char *name) {
    return pcre2_substring_number_from_name(code, (PCRE2_SPTR)name);
}
static inline int scanbridge_pcre2_message(int error, unsigned char *buffer, size_t size) { return pcre2_get_error_message(error, buffer, size); }
