package io.amp.adapters.http.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.Manifest;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobControl;
import io.amp.ports.job.JobControl.DeployRequest;
import io.amp.ports.job.JobControl.TableProgress;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.VerifyMode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Deploying a dataset version and what became of it (sections 7.1, 8.1, 9.7). */
final class DeployRoutes {
    private static final Pattern WORKER = Pattern.compile("\\*|[A-Za-z][A-Za-z0-9_.-]*\\*?");
    private static final String VERIFIABLE_KIND = "evm-rpc";

    /** Of the request's body, under other names in the core. */
    private static final Set<JobError> BODY_ERRORS =
            Set.of(JobError.INVALID_VERIFY, JobError.INVALID_END_BLOCK, JobError.INVALID_NODE_ID);

    private final DatasetRegistry registry;
    private final JobControl jobs;
    private final JobRoutes jobRoutes;
    private final AdminSettings settings;

    DeployRoutes(DatasetRegistry registry, JobControl jobs, JobRoutes jobRoutes, AdminSettings settings) {
        this.registry = registry;
        this.jobs = jobs;
        this.jobRoutes = jobRoutes;
        this.settings = settings;
    }

    void register(RoutesConfig routes) {
        routes.post("/datasets/{ns}/{name}/versions/{rev}/deploy", Failures.as(JobError.SCHEDULER_ERROR, this::deploy));
        routes.get("/datasets/{ns}/{name}/versions/{rev}/jobs", Failures.as(AdminError.LIST_JOBS_ERROR, this::jobs));
        routes.get(
                "/datasets/{ns}/{name}/versions/{rev}/sync-progress",
                Failures.as(AdminError.GET_SYNC_PROGRESS_ERROR, this::progress));
        routes.get(
                "/datasets/{ns}/{name}/versions/{rev}/progress",
                Failures.as(AdminError.GET_SYNC_PROGRESS_ERROR, this::progress));
        routes.get(
                "/datasets/{ns}/{name}/versions/{rev}/tables/{table}/progress",
                Failures.as(AdminError.GET_SYNC_PROGRESS_ERROR, this::tableProgress));
    }

    private void deploy(Context context) throws IOException {
        DatasetVersion version = Inputs.version(context, registry, AdminError.INVALID_PATH);
        Job job = deploy(body(context), version);
        answerJob(context, 202, job);
    }

    /** The older way to deploy (section 18): a running job with the same end is the answer, whatever its other options. */
    Job dump(Context context, DatasetVersion version) throws IOException {
        ObjectNode body = body(context);
        EndBlock endBlock = endBlock(body.get("end_block"));
        for (Job job : jobs.listOf(version)) {
            if ((job.status() == JobStatus.SCHEDULED || job.status() == JobStatus.RUNNING)
                    && endBlock.equals(
                            endBlock(JobRoutes.parsed(job.descriptorJson()).get("end_block")))) {
                return job;
            }
        }
        return deploy(body, version);
    }

    private static ObjectNode body(Context context) throws IOException {
        return Inputs.object(
                Inputs.body(context, Inputs.BODY_BYTES_MAX, AdminError.INVALID_BODY), true, AdminError.INVALID_BODY);
    }

    private Job deploy(ObjectNode body, DatasetVersion version) {
        EndBlock endBlock = endBlock(body.get("end_block"));
        int parallelism = parallelism(body.get("parallelism"));
        String worker =
                Inputs.optionalText(body, "worker_id", AdminError.INVALID_BODY).orElse(null);
        if (worker != null && !WORKER.matcher(worker).matches()) {
            throw invalid("invalid worker_id '" + worker + "', expected a node id or a prefix followed by '*'");
        }
        VerifyMode verify = verify(body.get("verify"));
        Manifest manifest = Inputs.load(registry, version.hash());
        if (verify != VerifyMode.OFF && !manifest.kind().equals(VERIFIABLE_KIND)) {
            throw invalid("datasets of kind '" + manifest.kind() + "' cannot be verified");
        }
        return schedule(new DeployRequest(version, endBlock, parallelism, verify, "*".equals(worker) ? null : worker));
    }

    private Job schedule(DeployRequest request) {
        try {
            return jobs.deploy(request);
        } catch (AmpException e) {
            throw e.code() instanceof JobError error && BODY_ERRORS.contains(error)
                    ? new AmpException(AdminError.INVALID_BODY, String.valueOf(e.getMessage()), e.getCause())
                    : e;
        }
    }

    static void answerJob(Context context, int status, Job job) {
        ObjectNode answer = Inputs.JSON.createObjectNode();
        answer.put("job_id", job.id());
        Inputs.answer(context, status, answer);
    }

    private static EndBlock endBlock(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return new EndBlock.Continuous();
        }
        String text = value.isTextual() || value.isIntegralNumber() ? value.asText() : value.toString();
        if (text.equals("latest")) {
            return new EndBlock.Latest();
        }
        if ((value.isTextual() || value.isIntegralNumber()) && text.matches("-?[0-9]{1,30}")) {
            BigInteger number = new BigInteger(text);
            if (number.abs().bitLength() < 64) {
                return text.startsWith("-")
                        ? new EndBlock.BehindLatest(number.negate().longValueExact())
                        : new EndBlock.Absolute(number.longValueExact());
            }
        }
        throw invalid("invalid end block value: '" + text + "' (expected 'latest' or an integer)");
    }

    private static int parallelism(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return 1;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1 || value.intValue() > 65535) {
            throw invalid("parallelism must be an integer from 1 to 65535, not " + value);
        }
        return value.intValue();
    }

    private static VerifyMode verify(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return VerifyMode.OFF;
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? VerifyMode.FULL : VerifyMode.OFF;
        }
        if (value.isTextual() && value.textValue().equals("partial")) {
            return VerifyMode.PARTIAL;
        }
        throw invalid("verify must be true, false or \"partial\", not " + value);
    }

    private static AmpException invalid(String message) {
        return new AmpException(AdminError.INVALID_BODY, message);
    }

    private void jobs(Context context) {
        DatasetVersion version = Inputs.version(context, registry, AdminError.INVALID_PATH);
        StatusStyle style = settings.statusStyle() == null || settings.statusStyle() == StatusStyle.LEGACY
                ? ClientProfile.of(context, settings).versionJobsStyle()
                : settings.statusStyle();
        ObjectNode body = Inputs.JSON.createObjectNode();
        ArrayNode entries = body.putArray("jobs");
        jobs.listOf(version).forEach(job -> entries.add(jobRoutes.json(job, style)));
        Inputs.answer(context, 200, body);
    }

    private void progress(Context context) {
        DatasetVersion version = Inputs.version(context, registry, AdminError.INVALID_PATH_PARAMS);
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("dataset_namespace", version.name().namespace());
        body.put("dataset_name", version.name().name());
        body.put("revision", context.pathParam("rev"));
        body.put("manifest_hash", version.hash().hex());
        ArrayNode tables = body.putArray("tables");
        Map<String, TableProgress> progress = jobs.progressOf(version);
        for (String table : Inputs.load(registry, version.hash()).tables().keySet()) {
            tables.add(progress(table, Optional.ofNullable(progress.get(table)), context));
        }
        Inputs.answer(context, 200, body);
    }

    private void tableProgress(Context context) {
        DatasetVersion version = Inputs.version(context, registry, AdminError.INVALID_PATH_PARAMS);
        String table = context.pathParam("table");
        if (!Inputs.load(registry, version.hash()).tables().containsKey(table)) {
            throw new AmpException(
                    AdminError.TABLE_NOT_FOUND, "dataset '" + version.name() + "' has no table '" + table + "'");
        }
        Inputs.answer(
                context,
                200,
                progress(table, Optional.ofNullable(jobs.progressOf(version).get(table)), context));
    }

    private ObjectNode progress(String table, Optional<TableProgress> progress, Context context) {
        ObjectNode entry = Inputs.JSON.createObjectNode();
        entry.put("table_name", table);
        TableProgress known = progress.orElse(new TableProgress(null, null, 0, 0, null));
        if (known.currentBlock() != null) {
            entry.put("current_block", known.currentBlock());
        }
        if (known.startBlock() != null) {
            entry.put("start_block", known.startBlock());
        }
        if (known.writer() != null) {
            jobs.find(known.writer()).ifPresent(job -> {
                entry.put("job_id", job.id());
                entry.put("job_status", jobRoutes.style(context).word(job.status()));
                entry.put("job_status_detail", job.status().name());
            });
        }
        JobRoutes.counts(entry, known);
        return entry;
    }
}
