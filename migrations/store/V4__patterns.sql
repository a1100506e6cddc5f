-- A signature is read as a whole and never asked in parts, so it is one JSON text in the form of
-- its file; only exemplars have frames of their own here.
DROP TABLE conditions;
DROP TABLE signatures;
DROP TABLE frames;

CREATE TABLE signatures (
    issue    TEXT NOT NULL REFERENCES issues (id),
    position INTEGER NOT NULL,
    -- 1 when its texts and machine checks hold for crashes of no other issue.
    decisive INTEGER NOT NULL,
    pattern  TEXT NOT NULL,
    PRIMARY KEY (issue, position)
) WITHOUT ROWID;

-- Story frames of exemplars, top first.
CREATE TABLE frames (
    exemplar INTEGER NOT NULL REFERENCES exemplars (id),
    position INTEGER NOT NULL,
    function TEXT NOT NULL,
    module   TEXT,
    PRIMARY KEY (exemplar, position)
) WITHOUT ROWID;
