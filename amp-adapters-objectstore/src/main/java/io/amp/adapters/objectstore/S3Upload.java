package io.amp.adapters.objectstore;

import io.amp.adapters.objectstore.S3Calls.S3Failure;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectUpload;
import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.Http;
import io.minio.MinioAsyncClient;
import io.minio.ObjectWriteResponse;
import io.minio.PutObjectAPIArgs;
import io.minio.UploadPartArgs;
import io.minio.UploadPartResponse;
import io.minio.messages.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Implementation note. Bytes collect in one buffer. Below one part's size the object goes in a single request at commit; beyond it a
 * multipart upload starts and one full part travels while the next one fills, so an upload holds two parts at most: 20 MiB for objects
 * up to 10 GB (parts grow with their number, because a service takes no more than 10 000 of them).
 */

/** One object on its way to the bucket. */
final class S3Upload implements ObjectUpload {
    private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);
    private static final int FIRST_BUFFER_BYTES = 64 * 1024;
    private static final int PART_BYTES = 10 * 1024 * 1024;
    private static final int PARTS_PER_SIZE = 1000;
    private static final int COMPLETE_RETRIES_MAX = 3;
    private static final long COMPLETE_DELAY_MS = 200;

    private final MinioAsyncClient client;
    private final S3Calls calls;
    private final String bucket;
    private final String key;
    private final String path;
    private final List<Part> parts = new ArrayList<>();
    private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    private int filled;
    private long total;
    private @Nullable String uploadId;
    private @Nullable PartOnTheWay onTheWay;
    private boolean ended;

    S3Upload(MinioAsyncClient client, S3Calls calls, String bucket, String key, String path) {
        this.client = client;
        this.calls = calls;
        this.bucket = bucket;
        this.key = key;
        this.path = path;
    }

    private record PartOnTheWay(UploadPartArgs request, CompletableFuture<UploadPartResponse> answer) {}

    @Override
    public OutputStream stream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                try {
                    append(bytes, offset, length);
                } catch (S3Failure e) {
                    throw new IOException(e.translate());
                }
            }
        };
    }

    private void append(byte[] bytes, int offset, int length) {
        if (ended) {
            throw new IllegalStateException("the upload of '" + path + "' has ended");
        }
        int from = offset;
        int left = length;
        while (left > 0) {
            if (filled == partBytes()) {
                sendPart();
            }
            int count = Math.min(left, partBytes() - filled);
            if (buffer.length < filled + count) {
                buffer = Arrays.copyOf(buffer, Math.min(partBytes(), Math.max(filled + count, 2 * buffer.length)));
            }
            System.arraycopy(bytes, from, buffer, filled, count);
            filled += count;
            from += count;
            left -= count;
        }
        total += length;
    }

    private int partBytes() {
        return PART_BYTES * (1 + parts.size() / PARTS_PER_SIZE);
    }

    private void sendPart() {
        if (uploadId == null) {
            CreateMultipartUploadArgs request = CreateMultipartUploadArgs.builder()
                    .bucket(bucket)
                    .object(key)
                    .headers(new Http.Headers("Content-Type", "application/octet-stream"))
                    .build();
            uploadId = calls.repeat("write", path, () -> client.createMultipartUpload(request))
                    .result()
                    .uploadId();
        }
        awaitPart();
        UploadPartArgs request = UploadPartArgs.builder()
                .bucket(bucket)
                .object(key)
                .uploadId(uploadId)
                .partNumber(parts.size() + 1)
                .data(buffer, filled)
                .build();
        onTheWay = new PartOnTheWay(request, client.uploadPart(request));
        buffer = new byte[buffer.length];
        filled = 0;
    }

    private void awaitPart() {
        PartOnTheWay part = onTheWay;
        if (part == null) {
            return;
        }
        UploadPartResponse answer;
        try {
            answer = S3Calls.await("write", path, part.answer());
        } catch (S3Failure e) {
            if (!e.transientTrouble()) {
                throw e;
            }
            answer = calls.repeat("write", path, () -> client.uploadPart(part.request()));
        }
        onTheWay = null;
        parts.add(answer.part());
    }

    @Override
    public ObjectInfo commit() {
        if (ended) {
            throw new IllegalStateException("the upload of '" + path + "' has ended");
        }
        try {
            ObjectWriteResponse answer = uploadId == null ? putWhole() : complete(uploadId);
            ended = true;
            return S3ObjectStore.written(path, total, answer);
        } catch (S3Failure e) {
            throw e.translate();
        }
    }

    private ObjectWriteResponse putWhole() {
        PutObjectAPIArgs request = S3ObjectStore.putRequest(bucket, key, buffer, filled, new Http.Headers());
        return calls.repeat("write", path, () -> client.putObject(request));
    }

    private ObjectWriteResponse complete(String id) {
        if (filled > 0) {
            sendPart();
        }
        awaitPart();
        return S3Calls.await(
                "complete",
                path,
                client.completeMultipartUpload(CompleteMultipartUploadArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .uploadId(id)
                        .parts(parts.toArray(Part[]::new))
                        .maxRetries(COMPLETE_RETRIES_MAX)
                        .delayMs(COMPLETE_DELAY_MS)
                        .build()));
    }

    @Override
    public void close() {
        if (ended) {
            return;
        }
        ended = true;
        PartOnTheWay part = onTheWay;
        if (part != null) {
            part.answer().cancel(true);
        }
        if (uploadId != null) {
            AbortMultipartUploadArgs request = AbortMultipartUploadArgs.builder()
                    .bucket(bucket)
                    .object(key)
                    .uploadId(uploadId)
                    .build();
            try {
                S3Calls.await("abort", path, client.abortMultipartUpload(request));
            } catch (S3Failure e) {
                // The parts are invisible; the next clean-up or the bucket's own rule removes them.
                LOG.warn("{}", e.translate().getMessage());
            }
        }
    }
}
