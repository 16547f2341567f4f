#include "faulty_files.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct faulty_files {
    sqlite3_vfs layer;
    sqlite3_vfs *below;
    char *name;
    struct {
        int64_t count, fails_at, times;
        int code, half;
    } calls[FAULTY_CALLS];
    int has_failed;
    faulty_entry *log;
    int64_t log_count, log_room;
};

typedef struct {
    sqlite3_file base;
    faulty_files *files;
    const char *path;
    /// Follows in the same memory.
    sqlite3_file *below;
} faulty_file;

static faulty_files *files_of(sqlite3_vfs *vfs) { return vfs->pAppData; }
static sqlite3_file *below(sqlite3_file *file) { return ((faulty_file *)file)->below; }

/// Counts a call; the code to fail with, or SQLITE_OK.
static int meet(faulty_files *files, int call) {
    int64_t number = ++files->calls[call].count;
    int64_t fails_at = files->calls[call].fails_at;
    if (fails_at == 0 || number < fails_at || number - fails_at >= files->calls[call].times) return SQLITE_OK;
    files->has_failed = 1;
    return files->calls[call].code;
}

static void note(faulty_files *files, int kind, const char *path, int64_t offset, const void *bytes, int64_t count) {
    // The shared memory's and temporary files' fate does not matter: nothing of them outlives the process.
    if (path == NULL) return;
    if (files->log_count == files->log_room) {
        files->log_room = files->log_room ? files->log_room * 2 : 256;
        files->log = realloc(files->log, (size_t)files->log_room * sizeof *files->log);
        if (files->log == NULL) abort();
    }
    uint8_t *copy = NULL;
    if (count > 0) {
        copy = malloc((size_t)count);
        if (copy == NULL) abort();
        memcpy(copy, bytes, (size_t)count);
    }
    files->log[files->log_count++] = (faulty_entry){kind, strdup(path), offset, copy, count};
}

// MARK: Files

static int file_close(sqlite3_file *file) {
    int result = below(file)->pMethods ? below(file)->pMethods->xClose(below(file)) : SQLITE_OK;
    free((void *)((faulty_file *)file)->path);
    return result;
}

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    int code = meet(((faulty_file *)file)->files, FAULTY_READ);
    return code ? code : below(file)->pMethods->xRead(below(file), bytes, count, offset);
}

static int file_write(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 offset) {
    faulty_file *file = (faulty_file *)base;
    int code = meet(file->files, FAULTY_WRITE);
    if (code) {
        if (!file->files->calls[FAULTY_WRITE].half) return code;
        count /= 2;
    }
    int result = below(base)->pMethods->xWrite(below(base), bytes, count, offset);
    if (result == SQLITE_OK) note(file->files, FAULTY_LOG_WRITE, file->path, offset, bytes, count);
    return code ? code : result;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size) {
    faulty_file *file = (faulty_file *)base;
    int code = meet(file->files, FAULTY_TRUNCATE);
    if (code) return code;
    int result = below(base)->pMethods->xTruncate(below(base), size);
    if (result == SQLITE_OK) note(file->files, FAULTY_LOG_TRUNCATE, file->path, size, NULL, 0);
    return result;
}

static int file_sync(sqlite3_file *base, int flags) {
    faulty_file *file = (faulty_file *)base;
    int code = meet(file->files, FAULTY_SYNC);
    // What was written stays readable, as it does in the kernel. The machine that the tests run on keeps its power, so its disk is left alone: what a
    // cut would leave is worked out from the log.
    (void)flags;
    note(file->files, code ? FAULTY_LOG_FAILED_SYNC : FAULTY_LOG_SYNC, file->path, 0, NULL, 0);
    return code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return below(file)->pMethods->xFileSize(below(file), size);
}

static int file_lock(sqlite3_file *file, int level) { return below(file)->pMethods->xLock(below(file), level); }
static int file_unlock(sqlite3_file *file, int level) { return below(file)->pMethods->xUnlock(below(file), level); }

static int file_check_reserved(sqlite3_file *file, int *result) {
    return below(file)->pMethods->xCheckReservedLock(below(file), result);
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
    return below(file)->pMethods->xFileControl(below(file), operation, argument);
}

static int file_sector_size(sqlite3_file *file) { return below(file)->pMethods->xSectorSize(below(file)); }

static int file_characteristics(sqlite3_file *file) {
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extends, void volatile **memory) {
    int code = meet(((faulty_file *)file)->files, FAULTY_SHM_MAP);
    return code ? code : below(file)->pMethods->xShmMap(below(file), page, size, extends, memory);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file) { below(file)->pMethods->xShmBarrier(below(file)); }

static int file_shm_unmap(sqlite3_file *file, int removes) {
    return below(file)->pMethods->xShmUnmap(below(file), removes);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

// MARK: The layer

static int layer_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out_flags) {
    faulty_files *files = files_of(vfs);
    faulty_file *file = (faulty_file *)base;
    memset(file, 0, (size_t)vfs->szOsFile);
    int code = meet(files, FAULTY_OPEN);
    if (code) return code;
    file->files = files;
    file->below = (sqlite3_file *)&file[1];
    int is_there = 0;
    if (path) files->below->xAccess(files->below, path, SQLITE_ACCESS_EXISTS, &is_there);
    int result = files->below->xOpen(files->below, path, file->below, flags, out_flags);
    if (result != SQLITE_OK) {
        if (file->below->pMethods) file->below->pMethods->xClose(file->below);
        return result;
    }
    file->path = path ? strdup(path) : NULL;
    file->base.pMethods = &methods;
    if (!is_there) note(files, FAULTY_LOG_OPEN, path, 0, NULL, 0);
    return SQLITE_OK;
}

static int layer_delete(sqlite3_vfs *vfs, const char *path, int syncs_directory) {
    faulty_files *files = files_of(vfs);
    int code = meet(files, FAULTY_DELETE);
    if (code) return code;
    int result = files->below->xDelete(files->below, path, syncs_directory);
    if (result == SQLITE_OK) note(files, FAULTY_LOG_DELETE, path, 0, NULL, 0);
    return result;
}

static int layer_access(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
    return files_of(vfs)->below->xAccess(files_of(vfs)->below, path, flags, result);
}

static int layer_full_path(sqlite3_vfs *vfs, const char *path, int room, char *full) {
    return files_of(vfs)->below->xFullPathname(files_of(vfs)->below, path, room, full);
}

static int layer_randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    return files_of(vfs)->below->xRandomness(files_of(vfs)->below, count, bytes);
}

static int layer_sleep(sqlite3_vfs *vfs, int microseconds) {
    return files_of(vfs)->below->xSleep(files_of(vfs)->below, microseconds);
}

static int layer_time(sqlite3_vfs *vfs, double *time) {
    return files_of(vfs)->below->xCurrentTime(files_of(vfs)->below, time);
}

static int layer_last_error(sqlite3_vfs *vfs, int room, char *text) {
    return files_of(vfs)->below->xGetLastError(files_of(vfs)->below, room, text);
}

faulty_files *faulty_files_register(const char *name) {
    sqlite3_initialize();
    faulty_files *files = calloc(1, sizeof *files);
    if (files == NULL) return NULL;
    files->below = sqlite3_vfs_find(NULL);
    files->name = strdup(name);
    files->layer = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(faulty_file) + files->below->szOsFile,
        .mxPathname = files->below->mxPathname,
        .zName = files->name,
        .pAppData = files,
        .xOpen = layer_open,
        .xDelete = layer_delete,
        .xAccess = layer_access,
        .xFullPathname = layer_full_path,
        .xRandomness = layer_randomness,
        .xSleep = layer_sleep,
        .xCurrentTime = layer_time,
        .xGetLastError = layer_last_error,
    };
    if (sqlite3_vfs_register(&files->layer, 0) == SQLITE_OK) return files;
    free(files->name);
    free(files);
    return NULL;
}

void faulty_files_unregister(faulty_files *files) {
    sqlite3_vfs_unregister(&files->layer);
    for (int64_t index = 0; index < files->log_count; index++) {
        free((void *)files->log[index].path);
        free((void *)files->log[index].bytes);
    }
    free(files->log);
    free(files->name);
    free(files);
}

void faulty_files_fail(faulty_files *files, int call, int64_t number, int64_t times, int code, int half) {
    files->calls[call].fails_at = files->calls[call].count + number;
    files->calls[call].times = times;
    files->calls[call].code = code;
    files->calls[call].half = half;
}

void faulty_files_heal(faulty_files *files) {
    for (int call = 0; call < FAULTY_CALLS; call++) files->calls[call].fails_at = 0;
}

int64_t faulty_files_count(const faulty_files *files, int call) { return files->calls[call].count; }
int faulty_files_has_failed(const faulty_files *files) { return files->has_failed; }
int64_t faulty_files_log_count(const faulty_files *files) { return files->log_count; }
faulty_entry faulty_files_log_entry(const faulty_files *files, int64_t index) { return files->log[index]; }
