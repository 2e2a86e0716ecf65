--liquibase formatted sql
-- Schema of the metadata database (jobs-and-storage specification, section 1.3). A changeset that was released is never changed:
-- add another one with the next number, which is the schema version. Liquibase commits a changeset first and records it afterwards; a kill
-- in between is made good by the precondition: where the changeset's last table exists, it is only recorded.

--changeset amp:1
--preconditions onFail:MARK_RAN
--precondition-sql-check expectedResult:0 SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'schema_version'
--comment: What this database's schema is; one row, written after each migration
CREATE TABLE schema_version (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version integer NOT NULL,
    -- SHA-256 of the changelog that was applied
    changelog text NOT NULL,
    -- digest over the changelog table, so that a tampered one is noticed
    applied text NOT NULL,
    migrated_at timestamptz NOT NULL DEFAULT now()
);

--changeset amp:2
--preconditions onFail:MARK_RAN
--precondition-sql-check expectedResult:0 SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'tags'
--comment: Datasets: manifests, links, tags
CREATE TABLE manifest_files (
    hash text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
    kind text NOT NULL DEFAULT 'unknown',
    path text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE dataset_manifests (
    namespace text NOT NULL,
    name text NOT NULL,
    hash text NOT NULL REFERENCES manifest_files (hash) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, name, hash)
);
CREATE INDEX dataset_manifests_hash ON dataset_manifests (hash);

-- The rows 'latest' and 'dev' are no versions.
CREATE TABLE tags (
    namespace text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, name, version),
    FOREIGN KEY (namespace, name, hash) REFERENCES dataset_manifests (namespace, name, hash) ON DELETE CASCADE
);
CREATE INDEX tags_hash ON tags (namespace, name, hash);

--changeset amp:3
--preconditions onFail:MARK_RAN
--precondition-sql-check expectedResult:0 SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'job_events'
--comment: Workers and jobs
CREATE TABLE workers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node_id text NOT NULL UNIQUE,
    info jsonb NOT NULL DEFAULT '{}',
    session_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'ACTIVE' CHECK (state IN ('ACTIVE', 'DRAINING')),
    created_at timestamptz NOT NULL DEFAULT now(),
    registered_at timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
CREATE INDEX workers_heartbeat_at ON workers (heartbeat_at);

CREATE TABLE jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    idempotency_key text NOT NULL UNIQUE,
    -- the first one; jobs_status has the present one
    node_id text NOT NULL,
    dataset_namespace text NOT NULL,
    dataset_name text NOT NULL,
    manifest_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX jobs_dataset ON jobs (dataset_namespace, dataset_name, manifest_hash, id);

CREATE TABLE jobs_status (
    job_id bigint PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
    node_id text NOT NULL,
    status text NOT NULL,
    -- descriptor while SCHEDULED, error for ERROR and FATAL, else null
    detail json,
    -- of the latest SCHEDULED event
    descriptor json NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- fencing token: +1 on every (re)assignment and on every start by the node
    epoch bigint NOT NULL DEFAULT 1,
    node_selector text,
    -- SCHEDULED events so far
    attempts integer NOT NULL DEFAULT 1,
    -- since the last committed file
    consecutive_errors integer NOT NULL DEFAULT 0,
    last_error_at timestamptz,
    retry_at timestamptz,
    failovers integer NOT NULL DEFAULT 0,
    last_failover_at timestamptz
) WITH (fillfactor = 50);
CREATE INDEX jobs_status_status ON jobs_status (status);
CREATE INDEX jobs_status_node ON jobs_status (node_id, status);

CREATE TABLE job_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    node_id text NOT NULL,
    event_type text NOT NULL,
    detail json,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX job_events_job ON job_events (job_id, id);

--changeset amp:4
--preconditions onFail:MARK_RAN
--precondition-sql-check expectedResult:0 SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'footer_cache'
--comment: Tables, their revisions and files
-- Every change of a revision's set of live files takes a new number, so that caches can compare.
CREATE SEQUENCE revision_versions;

CREATE TABLE physical_table_revisions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    path text NOT NULL UNIQUE CHECK (path <> '' AND path NOT LIKE '/%' AND path NOT LIKE '%/'),
    dataset_namespace text NOT NULL,
    dataset_name text NOT NULL,
    manifest_hash text NOT NULL,
    table_name text NOT NULL,
    writer bigint REFERENCES jobs (id) ON DELETE SET NULL,
    -- what is learnt once about the revision, such as its chain id
    facts jsonb NOT NULL DEFAULT '{}',
    version bigint NOT NULL DEFAULT nextval('revision_versions'),
    -- the last change that took live files away; readers that know a later version only need what was added since
    shrunk_version bigint NOT NULL DEFAULT 0,
    -- last commit of a written (not compacted) file
    committed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
CREATE INDEX physical_table_revisions_writer ON physical_table_revisions (writer);

CREATE TABLE physical_tables (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dataset_namespace text NOT NULL,
    dataset_name text NOT NULL,
    manifest_hash text NOT NULL,
    table_name text NOT NULL,
    active_revision_id bigint REFERENCES physical_table_revisions (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (dataset_namespace, dataset_name, manifest_hash, table_name)
);
CREATE INDEX physical_tables_active ON physical_tables (active_revision_id);

-- The columns beside the JSON object repeat what planning needs, so that reading a table's files parses no JSON.
CREATE TABLE file_metadata (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    location_id bigint NOT NULL REFERENCES physical_table_revisions (id) ON DELETE CASCADE,
    file_name text NOT NULL,
    -- of the revision's directory, with trailing slash
    url text NOT NULL,
    object_size bigint,
    object_e_tag text,
    object_version text,
    -- -1 = unknown
    row_count bigint NOT NULL DEFAULT -1,
    -- the footer's object, byte for byte
    metadata json NOT NULL,
    -- nanoseconds since 1970
    closed_at bigint NOT NULL,
    order_at bigint NOT NULL,
    generation integer NOT NULL DEFAULT 0,
    parent_file_ids bigint[] NOT NULL DEFAULT '{}',
    writer text,
    -- lowest and highest number over all networks
    range_start bigint NOT NULL,
    range_end bigint NOT NULL,
    scan_start bigint,
    scan_end bigint,
    watermark bigint,
    -- null for files of several networks, whose ranges are in the JSON object alone
    network text,
    end_hash bytea,
    prev_hash bytea,
    end_timestamp bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (location_id, file_name)
);
CREATE INDEX file_metadata_range ON file_metadata (location_id, range_start);
CREATE INDEX file_metadata_order ON file_metadata (location_id, id);

CREATE TABLE footer_cache (
    file_id bigint PRIMARY KEY REFERENCES file_metadata (id) ON DELETE CASCADE,
    footer bytea NOT NULL
);
-- Footers are encoded compactly already.
ALTER TABLE footer_cache ALTER COLUMN footer SET STORAGE EXTERNAL;

--changeset amp:5
--preconditions onFail:MARK_RAN
--precondition-sql-check expectedResult:0 SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'redump_requests'
--comment: Garbage collection, blocks that left the chain, re-extraction
CREATE TABLE gc_manifest (
    file_id bigint PRIMARY KEY REFERENCES file_metadata (id) ON DELETE CASCADE,
    location_id bigint NOT NULL,
    file_path text NOT NULL,
    reason text NOT NULL DEFAULT 'prune',
    scheduled_at timestamptz NOT NULL DEFAULT now(),
    expiration timestamptz NOT NULL,
    -- set when the collector begins to delete the object
    deleting_at timestamptz
);
CREATE INDEX gc_manifest_expiration ON gc_manifest (location_id, expiration);

CREATE TABLE orphaned_blocks (
    location_id bigint NOT NULL REFERENCES physical_table_revisions (id) ON DELETE CASCADE,
    number bigint NOT NULL,
    hash bytea NOT NULL,
    parent_hash bytea NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (location_id, hash)
);
CREATE INDEX orphaned_blocks_recorded_at ON orphaned_blocks (recorded_at);

CREATE TABLE redump_requests (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace text NOT NULL,
    name text NOT NULL,
    hash text NOT NULL,
    start_block bigint NOT NULL,
    end_block bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (namespace, name, hash, start_block, end_block)
);
