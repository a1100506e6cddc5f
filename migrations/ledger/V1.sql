-- The crashes that a team has recorded, and what it has decided about them.
--
-- Nothing here can be made again out of other files. A change of this shape is a further file,
-- V2.sql, which is run once on each ledger of the version before it; this file stays as it is.

-- Dictionaries of zstd: the bodies of crashes are compressed with one of them.
CREATE TABLE dictionary (
    id INTEGER PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;

-- The functions of the story, from the top, as one name: crashes with the same backtrace share it.
CREATE TABLE fingerprint (
    id INTEGER PRIMARY KEY,
    value TEXT NOT NULL UNIQUE,
    -- From the top, one a line; their modules as the first crash prints them.
    functions TEXT NOT NULL,
    modules TEXT NOT NULL,
    cluster INTEGER REFERENCES cluster,
    -- Whether its edges with all others that have joined are there.
    joined INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Backtraces that are alike, so that only new ones are compared. These are the only rows, with the
-- stamp, that can be made again: they are, when the stamp is another one.
CREATE TABLE edge (
    a INTEGER NOT NULL REFERENCES fingerprint,
    b INTEGER NOT NULL REFERENCES fingerprint,
    similarity REAL NOT NULL,
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

-- What the edges were made with.
CREATE TABLE edge_stamp (
    stamp TEXT NOT NULL
) STRICT;

-- Numbers of clusters; one that went up in another one is an alias of it.
CREATE TABLE cluster (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    made TEXT NOT NULL,
    alias_of INTEGER REFERENCES cluster
) STRICT;

-- Append only: each fingerprint that came into another cluster.
CREATE TABLE cluster_move (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    moved TEXT NOT NULL,
    fingerprint INTEGER NOT NULL REFERENCES fingerprint,
    from_cluster INTEGER REFERENCES cluster,
    to_cluster INTEGER NOT NULL REFERENCES cluster
) STRICT;

-- Fixes that did not help: a crash of the cluster's issue on a build that has the fix.
CREATE TABLE cluster_reopened (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cluster INTEGER NOT NULL REFERENCES cluster,
    reopened TEXT NOT NULL,
    issue TEXT NOT NULL,
    -- The update line, and the first release of it with the fix.
    line TEXT NOT NULL,
    fix TEXT NOT NULL,
    crash INTEGER NOT NULL,
    build INTEGER NOT NULL,
    UNIQUE (cluster, issue, line, fix)
) STRICT;

CREATE INDEX cluster_move_from ON cluster_move (from_cluster) WHERE from_cluster IS NOT NULL;
CREATE INDEX cluster_move_to ON cluster_move (to_cluster) WHERE from_cluster IS NOT NULL;
CREATE INDEX fingerprint_cluster ON fingerprint (cluster) WHERE cluster IS NOT NULL;

CREATE TABLE function (
    name TEXT NOT NULL,
    fingerprint INTEGER NOT NULL REFERENCES fingerprint,
    PRIMARY KEY (name, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE crash (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE,
    keys BLOB NOT NULL,
    fingerprint INTEGER REFERENCES fingerprint,
    kind TEXT,
    message TEXT NOT NULL,
    build INTEGER,
    line TEXT,
    modules TEXT NOT NULL,
    host TEXT,
    seen TEXT,
    recorded TEXT NOT NULL,
    source TEXT NOT NULL,
    case_number TEXT,
    uptime_ms INTEGER,
    tsc INTEGER,
    redacted INTEGER NOT NULL,
    dictionary INTEGER NOT NULL REFERENCES dictionary,
    body BLOB NOT NULL
) STRICT;

-- Few crashes have the same milliseconds: messages are compared in their rows.
CREATE INDEX crash_event ON crash (uptime_ms) WHERE uptime_ms IS NOT NULL;
-- All that is counted about a cluster, without its crashes.
CREATE INDEX crash_fingerprint ON crash (fingerprint, seen, build, host);
CREATE INDEX crash_host ON crash (host) WHERE host IS NOT NULL;
CREATE INDEX crash_seen ON crash (seen);
CREATE INDEX crash_build ON crash (build);

-- Append only: what the program answered, each time that the answer was another one.
CREATE TABLE answer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    crash INTEGER NOT NULL REFERENCES crash ON DELETE CASCADE,
    asked TEXT NOT NULL,
    kb TEXT NOT NULL,
    tool TEXT NOT NULL,
    verdict TEXT NOT NULL,
    issue TEXT,
    confidence REAL,
    applies TEXT
) STRICT;

CREATE INDEX answer_crash ON answer (crash, id);
CREATE INDEX answer_issue ON answer (issue, crash) WHERE issue IS NOT NULL;

-- Append only: what people decided. An undone decision stays, with the decision that undoes it.
CREATE TABLE decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    crash INTEGER NOT NULL REFERENCES crash ON DELETE CASCADE,
    decided TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT,
    note TEXT NOT NULL
) STRICT;

CREATE INDEX decision_crash ON decision (crash, id);
-- Undone decisions are found by the name that undoes them.
CREATE INDEX decision_value ON decision (value) WHERE value IS NOT NULL;
