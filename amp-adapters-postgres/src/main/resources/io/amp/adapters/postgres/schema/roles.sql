-- Roles for the components of Amp (jobs-and-storage specification, section 12). Run it as a superuser, connected to the metadata
-- database, after 'ampd migrate'; again after each later migration. It may be repeated. Give the roles passwords, or grant them to
-- login roles of your own:
--
--   ALTER ROLE amp_worker LOGIN PASSWORD '...';
--
-- A server of Amp needs no more than to read: LISTEN needs no grant.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['amp_admin', 'amp_controller', 'amp_worker', 'amp_server'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role_name);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), role_name);
    END LOOP;
    -- Migrates, and operates by hand.
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO amp_admin', current_schema());
    EXECUTE format('GRANT ALL ON ALL TABLES IN SCHEMA %I TO amp_admin', current_schema());
    EXECUTE format('GRANT ALL ON ALL SEQUENCES IN SCHEMA %I TO amp_admin', current_schema());
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO amp_controller, amp_worker, amp_server', current_schema());
END
$$;

GRANT INSERT, UPDATE, DELETE ON
    manifest_files, dataset_manifests, tags, workers, jobs, jobs_status, job_events, physical_tables, physical_table_revisions,
    file_metadata, footer_cache, gc_manifest, orphaned_blocks, redump_requests
    TO amp_controller;
GRANT USAGE ON SEQUENCE revision_versions TO amp_controller;

GRANT INSERT, UPDATE, DELETE ON
    workers, jobs_status, job_events, physical_tables, physical_table_revisions, file_metadata, footer_cache, gc_manifest,
    orphaned_blocks, redump_requests
    TO amp_worker;
GRANT USAGE ON SEQUENCE revision_versions TO amp_worker;
