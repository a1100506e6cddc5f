-- The compiled knowledge base. It is derived from kb/ and can be deleted at any time: a change of
-- this shape is a change of this file with a new number below, and every cache is built again.
-- Only what is kept needs migrations.
--
-- These tables answer questions about all issues at once; each has an index for the question that it
-- is there for. What is read of one issue lies in a record of its own (src/store/records.rs).

PRAGMA user_version = 11;

-- What lists show of an issue.
CREATE TABLE issues (
    id       TEXT PRIMARY KEY,
    status   TEXT NOT NULL,
    title    TEXT NOT NULL,
    title_ja TEXT NOT NULL
);

CREATE INDEX issues_in_any_case ON issues (id COLLATE NOCASE);

-- Update lines and builds that an issue names. Role 'affected': a line as a prefix, with optional
-- bounds. Role 'fixed': a release with the fix, as the release list knows it, its build in
-- first_build.
CREATE TABLE builds (
    issue       TEXT NOT NULL REFERENCES issues (id),
    role        TEXT NOT NULL CHECK (role IN ('affected', 'fixed')),
    position    INTEGER NOT NULL,
    line        TEXT NOT NULL,
    first_build INTEGER,
    last_build  INTEGER,
    name        TEXT NOT NULL,
    PRIMARY KEY (issue, role, position)
) WITHOUT ROWID;

CREATE INDEX builds_by_line ON builds (line, role, issue);

-- Functions of the signatures of an issue and of the story frames of its crash texts; module is
-- empty where none is named.
CREATE TABLE frames (
    function TEXT NOT NULL,
    module   TEXT NOT NULL,
    issue    TEXT NOT NULL REFERENCES issues (id),
    PRIMARY KEY (function, module, issue)
) WITHOUT ROWID;

-- Modules that take part in an issue: of its signatures and of its crash texts.
CREATE TABLE issue_modules (
    module TEXT NOT NULL,
    issue  TEXT NOT NULL REFERENCES issues (id),
    PRIMARY KEY (module, issue)
) WITHOUT ROWID;

-- Articles that an issue cites, by their present number and by the one of before 2024.
CREATE TABLE articles (
    id        TEXT NOT NULL COLLATE NOCASE,
    issue     TEXT NOT NULL REFERENCES issues (id),
    legacy_id TEXT,
    PRIMARY KEY (id, issue)
) WITHOUT ROWID;

CREATE INDEX articles_by_legacy_id ON articles (legacy_id, issue);

-- The modules of which it is known whose they are.
CREATE TABLE modules (
    module TEXT PRIMARY KEY
) WITHOUT ROWID;
