// A layer between SQLite and the files that fails when it is told to, and writes down what reaches the files, so that a test can tell
// what a power cut would leave.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct faulty_files faulty_files;

/// The calls that can fail.
enum faulty_call {
    FAULTY_OPEN,
    FAULTY_DELETE,
    FAULTY_READ,
    FAULTY_WRITE,
    FAULTY_TRUNCATE,
    FAULTY_SYNC,
    FAULTY_SHM_MAP,
    FAULTY_CALLS
};

/// What the log has entries of.
enum faulty_entry_kind {
    FAULTY_LOG_OPEN,
    FAULTY_LOG_DELETE,
    FAULTY_LOG_WRITE,
    FAULTY_LOG_TRUNCATE,
    FAULTY_LOG_SYNC,
    /// A sync that failed: what was written before it may be lost though it can be read.
    FAULTY_LOG_FAILED_SYNC
};

typedef struct {
    int kind;
    /// The file's path as SQLite calls it.
    const char *path;
    /// Of a write: where. Of a truncation: the new size.
    int64_t offset;
    /// Of a write: what.
    const uint8_t *bytes;
    int64_t count;
} faulty_entry;

/// Registers a layer under a name of its own. NULL if there is no memory.
faulty_files *faulty_files_register(const char *name);
/// Takes it back. No file may be open in it.
void faulty_files_unregister(faulty_files *files);

/// Lets `times` calls fail with SQLite's `code`, from the `number`th from now on (1 is the next).
/// A write that fails has written its first half if `half` is not 0.
void faulty_files_fail(faulty_files *files, int call, int64_t number, int64_t times, int code, int half);
/// All calls succeed again.
void faulty_files_heal(faulty_files *files);
/// How many calls of a kind there were.
int64_t faulty_files_count(const faulty_files *files, int call);
/// Whether a call has failed because it was told to.
int faulty_files_has_failed(const faulty_files *files);

int64_t faulty_files_log_count(const faulty_files *files);
faulty_entry faulty_files_log_entry(const faulty_files *files, int64_t index);
