// The schema, as the steps that led to it: a step is never changed once it shipped, new ones go to the end.
// The position of the last step that a file has seen is its user_version.

export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE operations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    app TEXT NOT NULL,
    cluster TEXT NOT NULL,
    phase TEXT NOT NULL,
    message TEXT NOT NULL,
    trigger_kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    dry_run INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    revisions TEXT NOT NULL,
    from_revisions TEXT NOT NULL,
    commit_json TEXT,
    sources TEXT NOT NULL,
    request TEXT NOT NULL,
    plan BLOB NOT NULL,
    total INTEGER NOT NULL,
    history_id INTEGER,
    rollback_to INTEGER,
    fence INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX operations_app ON operations (app, id);
  CREATE INDEX operations_open ON operations (id) WHERE finished_ms IS NULL;
  CREATE TABLE intents (
    operation INTEGER NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    task TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (operation, task)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE results (
    operation INTEGER NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    task TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    retry TEXT,
    uid TEXT,
    resource_version TEXT,
    started_ms INTEGER NOT NULL,
    finished_ms INTEGER NOT NULL,
    PRIMARY KEY (operation, task)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE manifests (
    hash TEXT PRIMARY KEY,
    body BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE operation_manifests (
    operation INTEGER NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    task TEXT NOT NULL,
    hash TEXT NOT NULL REFERENCES manifests (hash),
    PRIMARY KEY (operation, task)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX operation_manifests_hash ON operation_manifests (hash);
  CREATE TABLE applied (
    app TEXT NOT NULL,
    object TEXT NOT NULL,
    PRIMARY KEY (app, object)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pins (
    app TEXT PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    skips_target_hash TEXT NOT NULL,
    skips_revisions TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE approvals (
    hash TEXT PRIMARY KEY,
    actor TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE grants (
    cluster TEXT PRIMARY KEY,
    uid TEXT NOT NULL,
    actor TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE servers (
    name TEXT PRIMARY KEY,
    revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE objects (
    server TEXT NOT NULL,
    key TEXT NOT NULL,
    sealed INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (server, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE owners (
    hub TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    started TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    beat_ms INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    released INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE action_runs (
    id INTEGER PRIMARY KEY,
    app TEXT NOT NULL,
    cluster TEXT NOT NULL,
    ref TEXT NOT NULL,
    action TEXT NOT NULL,
    parameters TEXT NOT NULL,
    actor TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    outcome TEXT,
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX action_runs_app ON action_runs (app, id);
  `,
  `
  CREATE TABLE drifts (
    id INTEGER PRIMARY KEY,
    app TEXT NOT NULL,
    cluster TEXT NOT NULL,
    object TEXT NOT NULL,
    kind TEXT NOT NULL,
    fields TEXT NOT NULL,
    writer TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    after_operation INTEGER,
    ended_ms INTEGER,
    "end" TEXT,
    operation INTEGER,
    ended_by TEXT
  ) STRICT;
  CREATE INDEX drifts_app ON drifts (app, id);
  CREATE INDEX drifts_open ON drifts (id) WHERE ended_ms IS NULL;
  `,
];
