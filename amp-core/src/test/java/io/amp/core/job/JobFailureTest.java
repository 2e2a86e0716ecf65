package io.amp.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.chain.SourceError;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobDescriptor.MaterializeRaw;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.VerifyMode;
import io.amp.ports.storage.StorageError;
import io.amp.testkit.metadata.MetadataFixtures;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JobFailureTest {
    private static final Job JOB =
            new Job(42, "worker", JobStatus.RUNNING, 3, "{}", null, 2, Instant.EPOCH, Instant.EPOCH);
    private static final MaterializeRaw DESCRIPTOR =
            new MaterializeRaw(MetadataFixtures.version("eth_rpc", 'a'), new EndBlock.Continuous(), 1, VerifyMode.OFF);

    static Stream<Arguments> failures() {
        return Stream.of(
                failure(JobError.GET_DATASET, DatasetError.MANIFEST_NOT_FOUND, JobStatus.FATAL),
                failure(JobError.GET_DATASET, StorageError.OBJECT_STORE_UNAVAILABLE, JobStatus.ERROR),
                failure(JobError.NOT_A_RAW_DATASET, null, JobStatus.FATAL),
                failure(JobError.GET_ACTIVE_PHYSICAL_TABLE, StorageError.METADATA_UNAVAILABLE, JobStatus.ERROR),
                failure(JobError.GET_ACTIVE_PHYSICAL_TABLE, StorageError.METADATA_ERROR, JobStatus.FATAL),
                failure(JobError.REGISTER_NEW_PHYSICAL_TABLE, StorageError.METADATA_UNAVAILABLE, JobStatus.ERROR),
                failure(JobError.LOCK_REVISIONS_FOR_WRITER, StorageError.REVISION_LOCKED, JobStatus.ERROR),
                failure(JobError.LOCK_REVISIONS_FOR_WRITER, StorageError.METADATA_ERROR, JobStatus.FATAL),
                failure(JobError.CONSISTENCY_CHECK, null, JobStatus.FATAL),
                failure(JobError.CONSISTENCY_CHECK, StorageError.METADATA_UNAVAILABLE, JobStatus.ERROR),
                failure(JobError.CONSISTENCY_CHECK, StorageError.OBJECT_STORE_UNAVAILABLE, JobStatus.ERROR),
                failure(JobError.CREATE_BLOCK_STREAM_CLIENT, SourceError.UNREACHABLE, JobStatus.ERROR),
                failure(JobError.CREATE_BLOCK_STREAM_CLIENT, SourceError.WRONG_CHAIN, JobStatus.FATAL),
                failure(JobError.CREATE_BLOCK_STREAM_CLIENT, SourceError.NO_PROVIDER, JobStatus.FATAL),
                failure(JobError.RESOLVE_END_BLOCK, null, JobStatus.FATAL),
                failure(JobError.RESOLVE_END_BLOCK, SourceError.UNREACHABLE, JobStatus.ERROR),
                failure(JobError.LATEST_BLOCK, SourceError.UNREACHABLE, JobStatus.ERROR),
                failure(JobError.MISSING_RANGES, StorageError.METADATA_UNAVAILABLE, JobStatus.ERROR),
                failure(JobError.PARTITION_TASK, SourceError.VERIFICATION_FAILED, JobStatus.ERROR),
                failure(JobError.INVALID_DESCRIPTOR, null, JobStatus.FATAL),
                failure(JobError.UNSUPPORTED_JOB_KIND, null, JobStatus.FATAL));
    }

    private static Arguments failure(JobError code, ErrorCode cause, JobStatus status) {
        return Arguments.of(code, cause, status);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void tellsWhatARetryMends(JobError code, ErrorCode cause, JobStatus status) {
        AmpException failure = new AmpException(code, "outer", cause == null ? null : new AmpException(cause, "inner"));

        JobFailure classified = JobFailure.of(failure, JOB, DESCRIPTOR);

        assertThat(classified.status()).isEqualTo(status);
        assertThat(classified.detail().code()).isEqualTo(code.name());
        assertThat(classified.detail().message()).isEqualTo("outer");
    }

    @Test
    void aPartitionThatCannotBeMendedIsAPartitionTaskToClients() {
        JobFailure failure =
                JobFailure.of(new AmpException(JobError.PARTITION_DATA, "partition task failed"), JOB, DESCRIPTOR);

        assertThat(failure.status()).isEqualTo(JobStatus.FATAL);
        assertThat(failure.detail().code()).isEqualTo("PARTITION_TASK");
    }

    @Test
    void storesWithoutAStepFailByTheirKind() {
        assertThat(JobFailure.of(new AmpException(StorageError.OBJECT_STORE_UNAVAILABLE, "down"), JOB, DESCRIPTOR))
                .satisfies(failure -> {
                    assertThat(failure.status()).isEqualTo(JobStatus.ERROR);
                    assertThat(failure.detail().code()).isEqualTo("PARTITION_TASK");
                });
        assertThat(JobFailure.of(new AmpException(StorageError.INVALID_SEGMENT, "bad"), JOB, DESCRIPTOR)
                        .status())
                .isEqualTo(JobStatus.FATAL);
    }

    @Test
    void whatNobodyClassifiedIsACrashAndKeepsCredentialsToItself() {
        JobFailure failure = JobFailure.of(
                new IllegalStateException(
                        "cannot reach https://user:secret@node.example/v3/0123456789abcdef0123?key=abc twice",
                        new IOException("postgresql://amp:pw@db/amp refused")),
                JOB,
                null);

        assertThat(failure.status()).isEqualTo(JobStatus.FATAL);
        assertThat(failure.detail().code()).isEqualTo("PANIC");
        assertThat(failure.detail().message())
                .isEqualTo("IllegalStateException: cannot reach https://***@node.example/v3/***?key=*** twice");
        assertThat(failure.detail().context())
                .isEqualTo(Map.of(
                        "stack_trace", List.of("IOException: postgresql://***@db/amp refused"), "attempt_index", 2L));
    }

    @Test
    void theContextNamesAttemptDatasetAndBlocksAndTheOutermostWins() {
        AmpException failure = new AmpException(
                JobError.PARTITION_TASK,
                "partition task failed",
                new AmpException(
                        SourceError.VERIFICATION_FAILED,
                        "block 107 does not hash to its hash",
                        new IllegalStateException("root"),
                        Map.of("block", 107L, "block_range_start", 1L)),
                Map.of("block_range_start", 100L, "block_range_end", 199L));

        assertThat(JobFailure.of(failure, JOB, DESCRIPTOR).detail().context())
                .isEqualTo(Map.of(
                        "stack_trace",
                        List.of("block 107 does not hash to its hash", "IllegalStateException: root"),
                        "attempt_index",
                        2L,
                        "dataset",
                        "_/eth_rpc",
                        "manifest_hash",
                        DESCRIPTOR.dataset().hash().hex(),
                        "block",
                        107L,
                        "block_range_start",
                        100L,
                        "block_range_end",
                        199L));
    }

    @Test
    void losingTheAssignmentIsSeenThroughAnyWrapping() {
        AmpException fenced = new AmpException(StorageError.FENCED, "commit refused");
        assertThat(JobFailure.isFenced(fenced)).isTrue();
        assertThat(JobFailure.isFenced(new AmpException(JobError.PARTITION_TASK, "x", fenced)))
                .isTrue();
        assertThat(JobFailure.isFenced(new AmpException(JobError.PARTITION_TASK, "x")))
                .isFalse();
    }
}
