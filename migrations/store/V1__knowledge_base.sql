-- The compiled knowledge base. It is derived from kb/ and can be deleted at any
-- time: a change of this shape is a new file here and a rebuild, never a repair.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE issues (
    id            TEXT PRIMARY KEY,
    path          TEXT NOT NULL,
    title         TEXT NOT NULL,
    status        TEXT NOT NULL,
    author        TEXT NOT NULL,
    created       TEXT NOT NULL,
    affected_text TEXT NOT NULL,
    cause         TEXT NOT NULL,
    fix           TEXT NOT NULL,
    workaround    TEXT NOT NULL,
    notes         TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE related_issues (
    issue TEXT NOT NULL REFERENCES issues (id),
    other TEXT NOT NULL,
    PRIMARY KEY (issue, other)
) WITHOUT ROWID;

-- Articles of issues and of guidance; owner is the id of either.
CREATE TABLE articles (
    owner     TEXT NOT NULL,
    position  INTEGER NOT NULL,
    id        TEXT NOT NULL,
    legacy_id TEXT,
    language  TEXT NOT NULL,
    url       TEXT NOT NULL,
    PRIMARY KEY (owner, position)
) WITHOUT ROWID;

-- Update lines that an article covers, as prefixes, with optional bounds.
CREATE TABLE affected_builds (
    issue       TEXT NOT NULL REFERENCES issues (id),
    position    INTEGER NOT NULL,
    line        TEXT NOT NULL,
    first_build INTEGER,
    last_build  INTEGER,
    PRIMARY KEY (issue, position)
) WITHOUT ROWID;

-- The first build with the fix, one row an update line.
CREATE TABLE fixed_builds (
    issue    TEXT NOT NULL REFERENCES issues (id),
    position INTEGER NOT NULL,
    line     TEXT NOT NULL,
    build    INTEGER,
    name     TEXT NOT NULL,
    PRIMARY KEY (issue, position)
) WITHOUT ROWID;

-- Drivers, firmware, plug-ins: role is 'affected' or 'fixed'.
CREATE TABLE components (
    issue    TEXT NOT NULL REFERENCES issues (id),
    role     TEXT NOT NULL,
    position INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    version  TEXT NOT NULL,
    PRIMARY KEY (issue, role, position)
) WITHOUT ROWID;

CREATE TABLE signatures (
    id       INTEGER PRIMARY KEY,
    issue    TEXT NOT NULL REFERENCES issues (id),
    position INTEGER NOT NULL,
    name     TEXT NOT NULL,
    -- 1 when its messages and log lines hold for crashes of no other issue.
    decisive INTEGER NOT NULL,
    UNIQUE (issue, position)
);

-- Conditions beside the frames: kind, world, message, log, module, forbid.
CREATE TABLE conditions (
    signature INTEGER NOT NULL REFERENCES signatures (id),
    type      TEXT NOT NULL,
    position  INTEGER NOT NULL,
    text      TEXT NOT NULL,
    PRIMARY KEY (signature, type, position)
) WITHOUT ROWID;

-- Frames of signatures and of exemplars, top first: owner_type tells which.
CREATE TABLE frames (
    owner_type TEXT NOT NULL CHECK (owner_type IN ('signature', 'exemplar')),
    owner      INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    function   TEXT NOT NULL,
    module     TEXT,
    PRIMARY KEY (owner_type, owner, position)
) WITHOUT ROWID;

CREATE INDEX frames_by_function ON frames (function);

CREATE TABLE exemplars (
    id    INTEGER PRIMARY KEY,
    issue TEXT NOT NULL REFERENCES issues (id),
    path  TEXT NOT NULL UNIQUE
);

CREATE INDEX exemplars_by_issue ON exemplars (issue);

-- Frame lists: list is 'machinery' or 'shared'.
CREATE TABLE listed_frames (
    list     TEXT NOT NULL,
    function TEXT NOT NULL,
    PRIMARY KEY (list, function)
) WITHOUT ROWID;

CREATE TABLE rarity (
    function TEXT PRIMARY KEY,
    count    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE releases (
    build       INTEGER PRIMARY KEY,
    line        TEXT NOT NULL,
    name        TEXT NOT NULL,
    date        TEXT NOT NULL,
    branch      TEXT NOT NULL,
    vendor_name TEXT NOT NULL
);

CREATE INDEX releases_by_line ON releases (line, build);

CREATE TABLE guidance (
    id   TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    text TEXT NOT NULL
) WITHOUT ROWID;

-- Panic kinds that a guidance is for; a guidance without a row is for every crash.
CREATE TABLE guidance_kinds (
    guidance TEXT NOT NULL REFERENCES guidance (id),
    kind     TEXT NOT NULL,
    PRIMARY KEY (guidance, kind)
) WITHOUT ROWID;
