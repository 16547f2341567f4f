// Stands in front of the C library's allocator and counts. Linked into a program, these are the ones that all of it uses.
#include "allocations.h"
#include <errno.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

// Of one thread: that is all that the bench has.
static long count;

long scanbridge_allocations(void) { return count; }

void *malloc(size_t size) {
    count += 1;
    return __libc_malloc(size);
}
void *calloc(size_t number, size_t size) {
    count += 1;
    return __libc_calloc(number, size);
}
void *realloc(void *old, size_t size) {
    count += 1;
    return __libc_realloc(old, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
    count += 1;
    return __libc_memalign(alignment, size);
}
int posix_memalign(void **result, size_t alignment, size_t size) {
    count += 1;
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}
