package io.amp.adapters.objectstore.parquet;

import io.amp.adapters.objectstore.ObjectStores;
import io.amp.ports.storage.ObjectStore;
import io.amp.testkit.runtime.WallClock;
import io.amp.testkit.storage.S3Server;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class S3ParquetSegmentStoreTest extends ParquetSegmentStoreContract {
    private static S3Server server;

    @BeforeAll
    static void startServer() {
        server = S3Server.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    protected ObjectStore openObjects() {
        String bucket = "segments-" + UUID.randomUUID();
        server.createBucket(bucket);
        return new ObjectStores(server.environment(), new WallClock()).open("s3://" + bucket + "/data");
    }
}
