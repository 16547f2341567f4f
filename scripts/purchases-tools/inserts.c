// What storing a purchase costs at the least: bare SQLite inserts with the outbox's durability.
//
//   inserts DATABASE FIRST COUNT
//
// Each invoice is one transaction of a row with its key, facts and body, a row for its member and one for its item, with the indexes
// that an outbox needs; WAL, synchronous=FULL. Prints the time of each from before BEGIN until after COMMIT, in nanoseconds, one a line;
// 5 more come before those that count. FIRST is the first invoice's number.

#include "invoices.h"
#include <sqlite3.h>

static const char SCHEMA[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "CREATE TABLE IF NOT EXISTS purchase(id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, sale TEXT NOT NULL, refund INTEGER NOT NULL,"
    " amount TEXT, received INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, body BLOB NOT NULL) STRICT;"
    "CREATE INDEX IF NOT EXISTS purchase_state ON purchase(state, id);"
    "CREATE TABLE IF NOT EXISTS member(purchase INTEGER NOT NULL, position INTEGER NOT NULL, member TEXT NOT NULL,"
    " PRIMARY KEY(purchase, position)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS member_purchases ON member(member, purchase);"
    "CREATE TABLE IF NOT EXISTS item(purchase INTEGER NOT NULL, position INTEGER NOT NULL, global_id TEXT NOT NULL,"
    " PRIMARY KEY(purchase, position)) STRICT, WITHOUT ROWID;";
static const char *const INSERTS[] = {
    "INSERT INTO purchase(key, sale, refund, amount, received, state, attempts, body) VALUES(?1, ?2, 0, '17.74', ?3, 'queued', 0, ?4)",
    "INSERT INTO member VALUES(?1, 0, ?2)",
    "INSERT INTO item VALUES(?1, 0, ?2)",
    "BEGIN IMMEDIATE",
    "COMMIT",
};
enum { PURCHASE, MEMBER, ITEM, BEGIN, COMMIT, STATEMENTS };

static sqlite3 *database;
static sqlite3_stmt *statements[STATEMENTS];

static void check(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "inserts: %s: %s\n", what, sqlite3_errmsg(database));
        exit(1);
    }
}

static void run(int statement) {
    check(sqlite3_step(statements[statement]) == SQLITE_DONE, INSERTS[statement]);
    sqlite3_reset(statements[statement]);
}

static void bind_text(int statement, int place, const char *text) {
    check(sqlite3_bind_text(statements[statement], place, text, -1, SQLITE_STATIC) == SQLITE_OK, "bind");
}

static long insert(int number) {
    char key[65], sale[32], member[16], id[40], body[MAX_BODY];
    snprintf(key, sizeof key, "%08x%056x", (unsigned)number * 2654435761u, (unsigned)number);
    snprintf(sale, sizeof sale, "T-%d", number);
    make_member(member, sizeof member, number);
    make_global_id(id, sizeof id, number);
    int length = make_body(body, number);

    long began = now_ns();
    run(BEGIN);
    bind_text(PURCHASE, 1, key);
    bind_text(PURCHASE, 2, sale);
    sqlite3_bind_int64(statements[PURCHASE], 3, began / 1000);
    sqlite3_bind_blob(statements[PURCHASE], 4, body, length, SQLITE_STATIC);
    run(PURCHASE);
    sqlite3_int64 row = sqlite3_last_insert_rowid(database);
    sqlite3_bind_int64(statements[MEMBER], 1, row);
    bind_text(MEMBER, 2, member);
    run(MEMBER);
    sqlite3_bind_int64(statements[ITEM], 1, row);
    bind_text(ITEM, 2, id);
    run(ITEM);
    run(COMMIT);
    return now_ns() - began;
}

int main(int argument_count, char **arguments) {
    if (argument_count != 4) {
        fputs("usage: inserts DATABASE FIRST COUNT\n", stderr);
        return 64;
    }
    int first, count = parse_count(arguments + 2, &first);
    check(sqlite3_open(arguments[1], &database) == SQLITE_OK, arguments[1]);
    check(sqlite3_exec(database, SCHEMA, NULL, NULL, NULL) == SQLITE_OK, "schema");
    for (int i = 0; i < STATEMENTS; i++) check(sqlite3_prepare_v2(database, INSERTS[i], -1, &statements[i], NULL) == SQLITE_OK, INSERTS[i]);
    long *times = calloc((size_t)count, sizeof *times);
    check(times != NULL, "memory");
    for (int i = 0; i < count; i++) times[i] = insert(first + i);
    print_times(times, count);
    for (int i = 0; i < STATEMENTS; i++) sqlite3_finalize(statements[i]);
    check(sqlite3_close(database) == SQLITE_OK, "close");
    return 0;
}
