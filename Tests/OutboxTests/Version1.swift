/// The tables of version 1, as they were. Never to be changed: databases of that version are on tills.
enum Version1 {
    static let schema = """
        PRAGMA journal_mode = WAL;
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
        PRAGMA application_id = 1935831151;
        PRAGMA user_version = 1;
        """

    /// Fills the tables with what another database holds.
    static func copying(_ path: String) -> String {
        """
        ATTACH '\(path)' AS other;
        INSERT INTO purchase SELECT * FROM other.purchase;
        INSERT INTO purchase_member SELECT * FROM other.purchase_member;
        INSERT INTO purchase_item SELECT * FROM other.purchase_item;
        """
    }
}
