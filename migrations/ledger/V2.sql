-- The same crashes in three quarters of the space, and laid out so that a question about all of them
-- reads neither their bodies nor a text twice. Run with foreign keys off: tables are made again under
-- their old names.

-- Functions by a number: a backtrace has ten of them, and thousands of backtraces share them.
CREATE TABLE name (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

INSERT INTO name (text) SELECT DISTINCT name FROM function ORDER BY name;

CREATE TABLE function_2 (
    name INTEGER NOT NULL REFERENCES name,
    fingerprint INTEGER NOT NULL REFERENCES fingerprint,
    PRIMARY KEY (name, fingerprint)
) STRICT, WITHOUT ROWID;

INSERT INTO function_2 (name, fingerprint)
    SELECT name.id, function.fingerprint FROM function JOIN name ON name.text = function.name
    ORDER BY 1, 2;
DROP TABLE function;
ALTER TABLE function_2 RENAME TO function;

CREATE TABLE host (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

INSERT INTO host (name) SELECT DISTINCT host FROM crash WHERE host IS NOT NULL ORDER BY host;

-- What many crashes have in common beside their backtrace: few signatures ask for more.
CREATE TABLE circumstance (
    id INTEGER PRIMARY KEY,
    -- Of all that follows: a new crash finds its row by it.
    hash BLOB NOT NULL UNIQUE,
    kind TEXT,
    exception INTEGER,
    -- With a blank around each.
    modules TEXT NOT NULL,
    -- One a line; absent, as the next, where nobody has looked yet.
    worlds TEXT,
    -- Bits: what else the crash shows that a signature may ask for.
    shows INTEGER
) STRICT;

INSERT INTO circumstance (hash, kind, modules)
    SELECT CAST('V1 ' || ifnull(kind, '') || ' ' || modules AS BLOB), kind, modules FROM crash
    GROUP BY kind, modules;

-- Who has given answers.
CREATE TABLE asked (
    id INTEGER PRIMARY KEY,
    kb TEXT NOT NULL,
    tool TEXT NOT NULL,
    UNIQUE (kb, tool)
) STRICT;

INSERT INTO asked (kb, tool) SELECT DISTINCT kb, tool FROM answer ORDER BY kb, tool;

-- What a knowledge base was, so that only the crashes are asked about again that a change can touch.
CREATE TABLE knowledge (
    id INTEGER PRIMARY KEY,
    kb TEXT NOT NULL,
    tool TEXT NOT NULL,
    -- How it was asked: whether drafts match.
    manner TEXT NOT NULL,
    -- Hash of its tables: with other ones, any crash may have another answer.
    tables BLOB NOT NULL,
    UNIQUE (kb, tool, manner)
) STRICT;

-- An issue as a knowledge base had it; most knowledge bases share it.
CREATE TABLE issue_version (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    document BLOB NOT NULL
) STRICT;

CREATE TABLE knowledge_issue (
    knowledge INTEGER NOT NULL REFERENCES knowledge,
    issue TEXT NOT NULL,
    version INTEGER NOT NULL REFERENCES issue_version,
    PRIMARY KEY (knowledge, issue)
) STRICT, WITHOUT ROWID;

-- The last time that every crash was asked about: all up to this one, by this knowledge.
CREATE TABLE rematched (
    through INTEGER NOT NULL,
    knowledge INTEGER NOT NULL REFERENCES knowledge
) STRICT;

-- Who has begun to ask about every crash and was not done: some of the last answers are theirs. Without
-- a knowledge where nobody can tell any more what it was.
CREATE TABLE rematch_begun (
    knowledge INTEGER REFERENCES knowledge
) STRICT;

CREATE TABLE crash_2 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,
    keys BLOB NOT NULL,
    fingerprint INTEGER REFERENCES fingerprint,
    circumstance INTEGER NOT NULL REFERENCES circumstance,
    message TEXT NOT NULL,
    build INTEGER,
    line TEXT,
    host INTEGER REFERENCES host,
    seen TEXT,
    recorded TEXT NOT NULL,
    source TEXT NOT NULL,
    case_number TEXT,
    uptime_ms INTEGER,
    tsc INTEGER,
    redacted INTEGER NOT NULL,
    -- What gave its last answer, where that is known and no later rematch has asked again.
    knowledge INTEGER REFERENCES knowledge
) STRICT;

INSERT INTO crash_2
    SELECT crash.id, unhex(digest), substr(keys, 1, 8), fingerprint, circumstance.id, message, build,
        line, host.id, seen, recorded, source, case_number, uptime_ms, tsc, redacted, NULL
    FROM crash LEFT JOIN host ON host.name = crash.host
    JOIN circumstance
        ON circumstance.hash = CAST('V1 ' || ifnull(crash.kind, '') || ' ' || crash.modules AS BLOB)
    ORDER BY crash.id;

-- Beside the crashes: whoever looks through all of them reads few of these.
CREATE TABLE body (
    crash INTEGER PRIMARY KEY REFERENCES crash ON DELETE CASCADE,
    dictionary INTEGER NOT NULL REFERENCES dictionary,
    packed BLOB NOT NULL
) STRICT;

INSERT INTO body (crash, dictionary, packed) SELECT id, dictionary, body FROM crash ORDER BY id;

CREATE TABLE answer_2 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    crash INTEGER NOT NULL REFERENCES crash ON DELETE CASCADE,
    by INTEGER NOT NULL REFERENCES asked,
    -- Absent for the answer that was given when the crash was recorded.
    asked TEXT,
    verdict TEXT NOT NULL,
    issue TEXT,
    confidence REAL,
    applies TEXT
) STRICT;

INSERT INTO answer_2
    SELECT answer.id, answer.crash, asked.id, nullif(answer.asked, crash.recorded), verdict, issue,
        confidence, applies
    FROM answer JOIN crash ON crash.id = answer.crash
    JOIN asked ON asked.kb = answer.kb AND asked.tool = answer.tool ORDER BY answer.id;
DROP TABLE answer;
ALTER TABLE answer_2 RENAME TO answer;
CREATE INDEX answer_crash ON answer (crash, id);

-- A number that was given is not given again.
UPDATE sqlite_sequence SET seq = max(seq, (SELECT seq FROM sqlite_sequence AS old WHERE old.name = 'crash'))
    WHERE name = 'crash_2';
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'crash_2', seq FROM sqlite_sequence AS old WHERE old.name = 'crash'
    AND NOT EXISTS (SELECT 1 FROM sqlite_sequence AS new WHERE new.name = 'crash_2');
DROP TABLE crash;
ALTER TABLE crash_2 RENAME TO crash;

-- Few crashes have the same milliseconds: messages are compared in their rows.
CREATE INDEX crash_event ON crash (uptime_ms) WHERE uptime_ms IS NOT NULL;
-- All that is counted about a cluster, without its crashes.
CREATE INDEX crash_fingerprint ON crash (fingerprint, seen, build, host);
CREATE INDEX crash_host ON crash (host) WHERE host IS NOT NULL;
CREATE INDEX crash_seen ON crash (seen);
