package io.amp.adapters.objectstore;

import io.amp.adapters.objectstore.S3Calls.S3Failure;
import io.amp.ports.error.AmpException;
import io.amp.ports.runtime.Clock;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.ObjectUpload;
import io.amp.ports.storage.StorageError;
import io.minio.AbortMultipartUploadArgs;
import io.minio.DeleteObjectsArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.Http;
import io.minio.ListMultipartUploadsArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioAsyncClient;
import io.minio.ObjectWriteResponse;
import io.minio.PutObjectAPIArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.credentials.IamAwsProvider;
import io.minio.credentials.StaticProvider;
import io.minio.errors.MinioException;
import io.minio.messages.DeleteRequest;
import io.minio.messages.DeleteResult;
import io.minio.messages.Item;
import io.minio.messages.ListMultipartUploadsResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Objects in a bucket of Amazon S3 or a service that speaks its protocol. Small objects go in one request; uploads go in parts (see
 * {@link S3Upload}). Uploads whose process died are invisible; {@link #discardStaleUploads} removes their parts, and a bucket rule that
 * removes incomplete uploads does so without Amp.
 */
public final class S3ObjectStore implements ObjectStore {
    private static final int REQUESTS_MAX = 64;
    private static final int DELETES_PER_REQUEST = 1000;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TRANSFER_TIMEOUT = Duration.ofSeconds(60);

    private final MinioAsyncClient client;
    private final S3Calls calls;
    private final String bucket;
    private final String prefix;

    S3ObjectStore(S3Settings settings, String bucket, String directory, Clock clock) {
        this.client = client(settings);
        this.calls = new S3Calls(clock);
        this.bucket = bucket;
        this.prefix = ObjectPaths.directoryPrefix(directory);
    }

    private static MinioAsyncClient client(S3Settings settings) {
        Dispatcher dispatcher = new Dispatcher(Executors.newVirtualThreadPerTaskExecutor());
        dispatcher.setMaxRequests(REQUESTS_MAX);
        dispatcher.setMaxRequestsPerHost(REQUESTS_MAX);
        OkHttpClient http = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(TRANSFER_TIMEOUT)
                .writeTimeout(TRANSFER_TIMEOUT)
                .build();
        MinioAsyncClient.Builder builder = MinioAsyncClient.builder()
                .endpoint(settings.endpoint().toString())
                .region(settings.region())
                .httpClient(http, true);
        S3Settings.Keys keys = settings.keys();
        if (keys != null && !settings.anonymous()) {
            builder.credentialsProvider(new StaticProvider(keys.accessKey(), keys.secretKey(), keys.sessionToken()));
        } else if (!settings.anonymous()) {
            builder.credentialsProvider(new IamAwsProvider(null, http));
        }
        MinioAsyncClient client = builder.build();
        if (settings.virtualHosted()) {
            client.enableVirtualStyleEndpoint();
        } else {
            client.disableVirtualStyleEndpoint();
        }
        return client;
    }

    @Override
    public String url() {
        return "s3://" + bucket + "/" + prefix;
    }

    @Override
    public ObjectInfo put(String path, byte[] content) {
        PutObjectAPIArgs request = putRequest(bucket, key(path), content, content.length, new Http.Headers());
        try {
            return written(path, content.length, calls.repeat("write", path, () -> client.putObject(request)));
        } catch (S3Failure e) {
            throw e.translate();
        }
    }

    @Override
    public Optional<ObjectInfo> putIfAbsent(String path, byte[] content) {
        Http.Headers condition = new Http.Headers("If-None-Match", "*");
        PutObjectAPIArgs request = putRequest(bucket, key(path), content, content.length, condition);
        try {
            // Sent once: an answer "exists" to a repeated request could mean the object of the first.
            return Optional.of(written(path, content.length, S3Calls.await("create", path, client.putObject(request))));
        } catch (S3Failure e) {
            if (e.preconditionFailed()) {
                return Optional.empty();
            }
            if (e.notImplemented()) {
                return head(path).isPresent() ? Optional.empty() : Optional.of(put(path, content));
            }
            throw e.translate();
        }
    }

    @Override
    public ObjectUpload upload(String path) {
        return new S3Upload(client, calls, bucket, key(path), path);
    }

    @Override
    public Optional<ObjectInfo> head(String path) {
        StatObjectArgs request =
                StatObjectArgs.builder().bucket(bucket).object(key(path)).build();
        try {
            StatObjectResponse answer = calls.repeat("look at", path, () -> client.statObject(request));
            return Optional.of(new ObjectInfo(
                    path,
                    answer.size(),
                    answer.etag(),
                    answer.versionId(),
                    answer.lastModified().toInstant()));
        } catch (S3Failure e) {
            if (e.notFound()) {
                return Optional.empty();
            }
            throw e.translate();
        }
    }

    @Override
    public byte[] read(String path) {
        return get(
                path, GetObjectArgs.builder().bucket(bucket).object(key(path)).build());
    }

    @Override
    public byte[] read(String path, long offset, int length) {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("negative range " + offset + "+" + length);
        }
        if (length == 0) {
            return new byte[0];
        }
        return get(
                path,
                GetObjectArgs.builder()
                        .bucket(bucket)
                        .object(key(path))
                        .offset(offset)
                        .length((long) length)
                        .build());
    }

    private byte[] get(String path, GetObjectArgs request) {
        try {
            return calls.repeat("read", path, () -> client.getObject(request).thenApply(S3ObjectStore::drain));
        } catch (S3Failure e) {
            if (e.rangeNotSatisfiable()) {
                return new byte[0];
            }
            throw e.translate();
        }
    }

    private static byte[] drain(GetObjectResponse body) {
        try (body) {
            return body.readAllBytes();
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    @Override
    public List<ObjectInfo> list(String directory) {
        String below = prefix + ObjectPaths.directoryPrefix(directory);
        List<ObjectInfo> objects = new ArrayList<>();
        for (Item item : items(directory, below, true)) {
            String path = item.objectName().substring(prefix.length());
            if (!item.isDir() && ObjectPaths.isLegal(path)) {
                objects.add(new ObjectInfo(
                        path,
                        item.size(),
                        unquoted(item.etag()),
                        item.versionId(),
                        item.lastModified().toInstant()));
            }
        }
        objects.sort(Comparator.comparing(ObjectInfo::path));
        return objects;
    }

    @Override
    public List<String> listDirectories(String directory) {
        String below = prefix + ObjectPaths.directoryPrefix(directory);
        return items(directory, below, false).stream()
                .filter(Item::isDir)
                .map(item -> item.objectName().substring(below.length()))
                .map(name -> name.endsWith("/") ? name.substring(0, name.length() - 1) : name)
                .filter(ObjectPaths::isLegal)
                .distinct()
                .sorted()
                .toList();
    }

    private List<Item> items(String directory, String below, boolean recursive) {
        ListObjectsArgs request = ListObjectsArgs.builder()
                .bucket(bucket)
                .prefix(below)
                .recursive(recursive)
                .build();
        try {
            return calls.repeat("list", directory, () -> allItems(request));
        } catch (S3Failure e) {
            throw e.translate();
        }
    }

    private CompletableFuture<List<Item>> allItems(ListObjectsArgs request) {
        List<Item> items = new ArrayList<>();
        try {
            for (Result<Item> result : client.listObjects(request)) {
                items.add(result.get());
            }
            return CompletableFuture.completedFuture(items);
        } catch (MinioException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void delete(String path) {
        RemoveObjectArgs request =
                RemoveObjectArgs.builder().bucket(bucket).object(key(path)).build();
        try {
            calls.repeat("delete", path, () -> client.removeObject(request));
        } catch (S3Failure e) {
            if (!e.notFound()) {
                throw e.translate();
            }
        }
    }

    @Override
    public Map<String, RuntimeException> deleteAll(Collection<String> paths) {
        Map<String, RuntimeException> failures = new LinkedHashMap<>();
        List<String> batch = new ArrayList<>(Math.min(paths.size(), DELETES_PER_REQUEST));
        for (String path : paths) {
            if (ObjectPaths.isLegal(path)) {
                batch.add(path);
            } else {
                failures.put(path, illegal(path));
            }
            if (batch.size() == DELETES_PER_REQUEST) {
                deleteBatch(batch, failures);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            deleteBatch(batch, failures);
        }
        return failures;
    }

    private void deleteBatch(List<String> paths, Map<String, RuntimeException> failures) {
        DeleteObjectsArgs request = DeleteObjectsArgs.builder()
                .bucket(bucket)
                .quiet(true)
                .objects(paths.stream()
                        .map(path -> new DeleteRequest.Object(prefix + path))
                        .toList())
                .build();
        try {
            DeleteResult result = calls.repeat("delete", paths.getFirst(), () -> client.deleteObjects(request))
                    .result();
            for (DeleteResult.Error error : result.errors()) {
                if (!"NoSuchKey".equals(error.code())) {
                    String path = error.objectName().substring(prefix.length());
                    failures.put(path, new S3Failure("delete", path, 0, error.code(), null).translate());
                }
            }
        } catch (S3Failure e) {
            if (e.notImplemented()) {
                deleteOneByOne(paths, failures);
                return;
            }
            AmpException failure = e.translate();
            paths.forEach(path -> failures.put(path, failure));
        }
    }

    private void deleteOneByOne(List<String> paths, Map<String, RuntimeException> failures) {
        for (String path : paths) {
            try {
                delete(path);
            } catch (AmpException e) {
                failures.put(path, e);
            }
        }
    }

    @Override
    public int discardStaleUploads(String directory, Instant startedBefore) {
        String below = prefix + ObjectPaths.directoryPrefix(directory);
        int discarded = 0;
        try {
            String keyMarker = null;
            String uploadMarker = null;
            ListMultipartUploadsResult page;
            do {
                page = uploads(directory, below, keyMarker, uploadMarker);
                for (ListMultipartUploadsResult.Upload upload : page.uploads()) {
                    if (upload.objectName().startsWith(below)
                            && upload.initiated().toInstant().isBefore(startedBefore)) {
                        abort(upload);
                        discarded++;
                    }
                }
                keyMarker = page.nextKeyMarker();
                uploadMarker = page.nextUploadIdMarker();
            } while (page.isTruncated());
            return discarded;
        } catch (S3Failure e) {
            if (e.notImplemented()) {
                return discarded;
            }
            throw e.translate();
        }
    }

    private ListMultipartUploadsResult uploads(
            String directory, String below, @Nullable String keyMarker, @Nullable String uploadMarker) {
        ListMultipartUploadsArgs.Builder request =
                ListMultipartUploadsArgs.builder().bucket(bucket).prefix(below);
        if (keyMarker != null) {
            request.keyMarker(keyMarker);
        }
        if (uploadMarker != null) {
            request.uploadIdMarker(uploadMarker);
        }
        ListMultipartUploadsArgs built = request.build();
        return calls.repeat("list uploads below", directory, () -> client.listMultipartUploads(built))
                .result();
    }

    private void abort(ListMultipartUploadsResult.Upload upload) {
        AbortMultipartUploadArgs request = AbortMultipartUploadArgs.builder()
                .bucket(bucket)
                .object(upload.objectName())
                .uploadId(upload.uploadId())
                .build();
        try {
            calls.repeat(
                    "abort",
                    upload.objectName().substring(prefix.length()),
                    () -> client.abortMultipartUpload(request));
        } catch (S3Failure e) {
            if (!e.notFound()) {
                throw e;
            }
        }
    }

    @Override
    public Optional<Path> localFile(String path) {
        ObjectPaths.object(path);
        return Optional.empty();
    }

    @Override
    public void close() {
        client.close();
    }

    private String key(String path) {
        return prefix + ObjectPaths.object(path);
    }

    private static AmpException illegal(String path) {
        return new AmpException(StorageError.INVALID_LOCATION, "invalid object path '" + path + "'");
    }

    static PutObjectAPIArgs putRequest(String bucket, String key, byte[] content, int length, Http.Headers headers) {
        return PutObjectAPIArgs.builder()
                .bucket(bucket)
                .object(key)
                .data(content, length)
                .headers(headers)
                .contentType("application/octet-stream")
                .build();
    }

    /** The service's own word on what it wrote; its clock gives the time. */
    static ObjectInfo written(String path, long size, ObjectWriteResponse answer) {
        Instant served = answer.headers().getInstant("Date");
        return new ObjectInfo(
                path, size, unquoted(answer.etag()), answer.versionId(), served == null ? Instant.EPOCH : served);
    }

    static @Nullable String unquoted(@Nullable String etag) {
        return etag == null ? null : etag.replace("\"", "");
    }
}
