/**
 * Written into the file's header, so that a database of another program is never touched. "Rtap" in
 * ASCII.
 */
export const APPLICATION_ID = 0x52746170;

/**
 * Migrations from each version to the next; `user_version` is the number of those applied. Released
 * ones never change; new ones are appended.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE workflows (
    workflow INTEGER PRIMARY KEY,
    workflow_id TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    thread_id TEXT,
    idempotency_key TEXT UNIQUE, -- as JSON
    status TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    lease_until INTEGER,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    summary TEXT NOT NULL, -- as JSON
    input TEXT NOT NULL -- as JSON
  ) STRICT;
  CREATE INDEX workflows_newest ON workflows (created_at DESC, workflow_id DESC);
  CREATE INDEX workflows_open ON workflows (created_at) WHERE ended_at IS NULL;
  CREATE INDEX workflows_ended ON workflows (ended_at) WHERE ended_at IS NOT NULL;

  -- A workflow's entries lie together, in order: reading history is reading one stretch of the file.
  CREATE TABLE entries (
    workflow INTEGER NOT NULL REFERENCES workflows ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    event TEXT NOT NULL, -- as JSON
    PRIMARY KEY (workflow, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE steps (
    workflow INTEGER NOT NULL REFERENCES workflows ON DELETE CASCADE,
    step TEXT NOT NULL, -- as JSON
    result TEXT NOT NULL, -- as JSON
    PRIMARY KEY (workflow, step)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE commands (
    workflow INTEGER NOT NULL REFERENCES workflows ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    command TEXT NOT NULL, -- as JSON
    at INTEGER NOT NULL,
    PRIMARY KEY (workflow, seq)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE workflows ADD COLUMN owner TEXT; -- as JSON
  ALTER TABLE workflows ADD COLUMN place INTEGER; -- in its thread
  UPDATE workflows SET place = workflow;

  -- Places go up and are never given twice, whatever was removed since.
  CREATE TABLE places (last INTEGER NOT NULL) STRICT;
  INSERT INTO places SELECT coalesce(max(workflow), 0) FROM workflows;

  CREATE UNIQUE INDEX workflows_place ON workflows (thread_id, place) WHERE thread_id IS NOT NULL;
  CREATE INDEX workflows_thread ON workflows (thread_id, created_at DESC, workflow_id DESC) WHERE thread_id IS NOT NULL;
  CREATE INDEX workflows_owner ON workflows (owner, created_at DESC, workflow_id DESC) WHERE owner IS NOT NULL;
  CREATE INDEX workflows_definition ON workflows (definition, created_at DESC, workflow_id DESC);
  `,
  `
  -- Leases are measured by the machine's own clock, which nobody can set; lease_until is for people.
  ALTER TABLE workflows ADD COLUMN lease_from INTEGER;
  ALTER TABLE workflows ADD COLUMN lease_to INTEGER;
  ALTER TABLE workflows ADD COLUMN life TEXT;
  `,
  `
  -- What somebody has to take up now, or will have to when its lease runs out. What is paused is not in it.
  CREATE INDEX workflows_due ON workflows (coalesce(lease_until, created_at), workflow_id)
    WHERE ended_at IS NULL AND (lease_until IS NOT NULL OR status <> 'paused');
  DROP INDEX workflows_open;
  `,
  `
  -- Apart from what lists and writers read: SQLite has to read past a text of megabytes to what stands behind it in its row.
  CREATE TABLE inputs (
    workflow INTEGER PRIMARY KEY REFERENCES workflows ON DELETE CASCADE,
    input TEXT NOT NULL -- as JSON
  ) STRICT;
  INSERT INTO inputs SELECT workflow, input FROM workflows;
  ALTER TABLE workflows DROP COLUMN input;

  -- Workflows that are gone, and whose entries, steps and commands are still to be removed, a slice at a time.
  CREATE TABLE removals (workflow INTEGER PRIMARY KEY) STRICT;
  `,
  `
  ALTER TABLE workflows ADD COLUMN owner_sees_all INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- Closed parts of histories in merged form, beside their entries. Whatever is missing here is made again from those.
  CREATE TABLE segments (
    workflow INTEGER NOT NULL REFERENCES workflows ON DELETE CASCADE,
    last INTEGER NOT NULL, -- seq of the last entry that it stands for
    first INTEGER NOT NULL,
    incarnation TEXT NOT NULL,
    text TEXT, -- NULL where the entries themselves are to be read
    PRIMARY KEY (workflow, last)
  ) STRICT;
  `,
];
