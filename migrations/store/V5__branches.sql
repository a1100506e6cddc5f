-- How a build stands in its update line: '' in the main order, 'side' beside it,
-- 'hot-patch' for single customers, 'withdrawn' when it is offered no more.
DROP TABLE releases;

CREATE TABLE releases (
    build       INTEGER PRIMARY KEY,
    line        TEXT NOT NULL,
    name        TEXT NOT NULL,
    date        TEXT NOT NULL,
    branch      TEXT NOT NULL CHECK (branch IN ('', 'side', 'hot-patch', 'withdrawn')),
    vendor_name TEXT NOT NULL
);
