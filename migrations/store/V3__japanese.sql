-- Texts in other languages than English; owner is the id of an issue or guidance,
-- field is title, cause, fix, workaround or advice.
CREATE TABLE translations (
    owner    TEXT NOT NULL,
    language TEXT NOT NULL,
    field    TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (owner, language, field)
) WITHOUT ROWID;
