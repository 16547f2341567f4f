import CSQLite

/// The tables, and how they came to be what they are.
enum OutboxSchema {
    /// `sbpo`, at byte 68 of the file (file(1) shows it).
    static let applicationID: Int64 = 0x7362_706F

    /// What leads from each version to the next; the first makes version 1 of an empty file.
    ///
    /// What a row may hold is checked by SQLite, in `quick_check` too, so that a flipped bit in it is seen when the file is opened. The
    /// body is the last column: what is in front is read without it.
    private static let migrations = [
        """
        CREATE TABLE purchase (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE CHECK (length(key) = 64 AND key NOT GLOB '*[^0-9a-f]*'),
            sale TEXT NOT NULL,
            is_refund INTEGER NOT NULL CHECK (is_refund IN (0, 1)),
            amount TEXT,
            currency TEXT,
            received_us INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('queued', 'accepted', 'rejected', 'failed', 'discarded')),
            attempts INTEGER NOT NULL CHECK (attempts >= 0),
            detail TEXT,
            answer BLOB,
            ended_us INTEGER,
            body_check INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX purchase_state ON purchase (state, id);
        CREATE INDEX purchase_finished ON purchase (ended_us, id)
            WHERE state IN ('accepted', 'rejected', 'discarded');
        CREATE TABLE purchase_member (
            purchase INTEGER NOT NULL REFERENCES purchase (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            member TEXT NOT NULL,
            PRIMARY KEY (purchase, place)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX purchase_member_member ON purchase_member (member, purchase);
        CREATE TABLE purchase_item (
            purchase INTEGER NOT NULL REFERENCES purchase (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            global_id TEXT NOT NULL,
            PRIMARY KEY (purchase, place)
        ) STRICT, WITHOUT ROWID;
        PRAGMA application_id = \(applicationID);
        """,
        """
        CREATE TABLE silence (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            endpoint TEXT NOT NULL,
            detail TEXT NOT NULL,
            asked_us INTEGER NOT NULL,
            until_us INTEGER NOT NULL
        ) STRICT;
        """,
    ]

    static var currentVersion: Int64 { Int64(migrations.count) }

    /// What is found in a file before anything of it is changed.
    enum Found: Equatable {
        case empty
        case known
        case newer
    }

    static func look(at database: SQLiteDatabase) throws(SQLiteError) -> Found {
        let application = try database.integer("PRAGMA application_id")
        let version = try database.integer("PRAGMA user_version")
        if application == 0, version == 0, try database.integer("SELECT count(*) FROM sqlite_master") == 0 {
            return .empty
        }
        guard application == applicationID, version > 0 else { throw .corrupt }
        return version > currentVersion ? .newer : .known
    }

    /// Leads the tables to the present version, each step in a transaction of its own.
    static func migrate(_ database: SQLiteDatabase) throws(SQLiteError) {
        var version = try database.integer("PRAGMA user_version")
        while version < currentVersion {
            let step = migrations[Int(version)]
            version += 1
            let next = version
            try database.transaction { () throws(SQLiteError) in
                try database.execute(step + "PRAGMA user_version = \(next)")
            }
        }
        let tables = try database.integer(
            """
            SELECT count(*) FROM sqlite_master
            WHERE type = 'table' AND name IN ('purchase', 'purchase_member', 'purchase_item', 'silence')
            """)
        if tables != 4 { throw .corrupt }
    }

    /// Whether the file is sound, as far as can be told without comparing each index.
    static func check(_ database: SQLiteDatabase) throws(SQLiteError) {
        guard try database.rows("PRAGMA quick_check(1)", [], { $0.text(0) }) == ["ok"] else { throw .corrupt }
    }
}
