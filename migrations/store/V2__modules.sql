-- Whose a module is: owner is 'vmkernel', 'inbox', 'partner' or 'unknown'.
CREATE TABLE modules (
    module TEXT PRIMARY KEY,
    owner  TEXT NOT NULL CHECK (owner IN ('vmkernel', 'inbox', 'partner', 'unknown')),
    title  TEXT NOT NULL,
    source TEXT NOT NULL
) WITHOUT ROWID;
