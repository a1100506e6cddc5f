-- The compiled knowledge base. It is derived from kb/ and can be deleted at any time: a change of
-- this shape is a change of this file with a new number below, and every cache is built again.
-- Only what is kept needs migrations.
--
-- An issue is one document, which is read whole and never in parts. The other tables answer
-- questions about all issues at once; each has an index for the question that it is there for.

PRAGMA user_version = 10;

-- Also the tables that a run reads as a whole, each as one document: the releases, the frame lists
-- 'machinery' and 'shared', the rarity of frames, and what each lead names.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- The columns that lists need are taken out of the document, so that a list need not read it. The
-- face is what crashes are compared with: a run reads those of fifty issues, and few documents.
CREATE TABLE issues (
    id       TEXT PRIMARY KEY,
    status   TEXT NOT NULL AS (document ->> '$.issue.status') STORED,
    title    TEXT NOT NULL AS (document ->> '$.issue.title') STORED,
    title_ja TEXT NOT NULL AS (document ->> '$.issue.japanese.title') STORED,
    face     TEXT NOT NULL,
    document TEXT NOT NULL
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

-- Panic kinds that the signatures of an issue ask for.
CREATE TABLE issue_kinds (
    kind  TEXT NOT NULL,
    issue TEXT NOT NULL REFERENCES issues (id),
    PRIMARY KEY (kind, issue)
) WITHOUT ROWID;

-- Articles that an issue cites, by their present number and by the one of before 2024.
CREATE TABLE articles (
    id        TEXT NOT NULL COLLATE NOCASE,
    issue     TEXT NOT NULL REFERENCES issues (id),
    legacy_id TEXT,
    PRIMARY KEY (id, issue)
) WITHOUT ROWID;

CREATE INDEX articles_by_legacy_id ON articles (legacy_id, issue);

-- Whose a module is.
CREATE TABLE modules (
    module   TEXT PRIMARY KEY,
    document TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE guidance (
    id       TEXT PRIMARY KEY,
    document TEXT NOT NULL
);

-- Panic kinds that a guidance is for; kind is empty for a guidance about every crash.
CREATE TABLE guidance_kinds (
    kind     TEXT NOT NULL,
    guidance TEXT NOT NULL REFERENCES guidance (id),
    PRIMARY KEY (kind, guidance)
) WITHOUT ROWID;

-- Articles that are known by a name alone, in the order of their numbers.
CREATE TABLE leads (
    place    INTEGER PRIMARY KEY,
    document TEXT NOT NULL
);
