// SQLite's destructor constants are casts of numbers to functions, which Swift does not import.
#pragma once
#include <sqlite3.h>

/// Binds bytes that SQLite copies.
static inline int scanbridge_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    // Without an address it would be NULL and no blob.
    return sqlite3_bind_blob64(statement, index, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}
/// Binds UTF-8 text that SQLite copies.
static inline int scanbridge_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, text ? text : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}
/// Says whether the write-ahead log stays as it is when the connection is closed.
static inline void scanbridge_sqlite_keep_log(sqlite3 *database, int keeps) {
    sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keeps, (int *)0);
}
/// Takes from SQL what could damage the file by intent.
static inline void scanbridge_sqlite_defend(sqlite3 *database) {
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
}
