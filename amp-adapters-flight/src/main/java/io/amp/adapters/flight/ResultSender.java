package io.amp.adapters.flight;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.QueryService.QueryResult;
import java.util.List;
import org.apache.arrow.flight.BackpressureStrategy;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.TransferPair;

/**
 * Sends one batch result: the schema at once, slices of at most 2 MiB as the client takes them, and the closing empty batch (query
 * specification, sections 3.5 and 3.6). Used by one thread.
 */
final class ResultSender implements AutoCloseable {
    /** Largest message body; common receive limits begin at 4 MiB. */
    static final long MESSAGE_BYTES_MAX = 2 * 1024 * 1024;

    /** How long one wait for a slow client lasts before cancellation is looked at again. */
    private static final long READY_WAIT_MS = 1_000;

    private final QueryResult result;
    private final ServerStreamListener listener;
    private final BufferAllocator allocator;
    private final Readiness readiness = new Readiness();
    private final VectorSchemaRoot message;
    private final byte[] dataMetadata;

    ResultSender(QueryResult result, ServerStreamListener listener, BufferAllocator allocator) {
        this.result = result;
        this.listener = listener;
        this.allocator = allocator;
        this.dataMetadata = RangeMetadata.json(result.ranges(), false);
        this.message = VectorSchemaRoot.create(result.batches().schema().arrow(), allocator);
    }

    /** Returns when everything was handed to the transport. */
    void send() throws InterruptedException {
        listener.setUseZeroCopy(true);
        readiness.register(listener);
        listener.start(message);
        boolean any = false;
        for (RecordBatch batch = result.batches().next();
                batch != null;
                batch = result.batches().next()) {
            try (RecordBatch rows = batch) {
                send(rows);
                any |= rows.rowCount() > 0;
            }
        }
        if (!any) {
            sendEmpty(dataMetadata);
        }
        sendEmpty(RangeMetadata.json(result.ranges(), true));
        listener.completed();
    }

    private void send(RecordBatch rows) throws InterruptedException {
        List<FieldVector> vectors = rows.root().getFieldVectors();
        long bytes = vectors.stream().mapToLong(FieldVector::getBufferSize).sum();
        int slices = (int) Math.max(1, Math.ceilDiv(bytes, MESSAGE_BYTES_MAX));
        int rowsEach = Math.max(1, rows.rowCount() / slices);
        for (int start = 0; start < rows.rowCount(); start += rowsEach) {
            int count = Math.min(rowsEach, rows.rowCount() - start);
            awaitClient();
            for (int i = 0; i < vectors.size(); i++) {
                TransferPair pair = vectors.get(i).makeTransferPair(message.getVector(i));
                if (count == rows.rowCount()) {
                    pair.transfer();
                } else {
                    pair.splitAndTransfer(start, count);
                }
            }
            message.setRowCount(count);
            listener.putNext(RangeMetadata.buffer(dataMetadata, allocator));
        }
    }

    private void sendEmpty(byte[] metadata) throws InterruptedException {
        awaitClient();
        // New buffers: those of the message before may still wait to be sent.
        message.clear();
        message.allocateNew();
        message.setRowCount(0);
        listener.putNext(RangeMetadata.buffer(metadata, allocator));
    }

    private void awaitClient() throws InterruptedException {
        while (true) {
            switch (readiness.waitForListener(READY_WAIT_MS)) {
                case READY -> {
                    return;
                }
                case CANCELLED -> throw new AmpException(QueryError.CANCELLED, "the client cancelled the query");
                case TIMEOUT, OTHER -> {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                }
            }
        }
    }

    /** Wakes the sender when the client can take more, or has cancelled. */
    private final class Readiness extends BackpressureStrategy.CallbackBackpressureStrategy {
        @Override
        protected void cancelCallback() {
            result.batches().cancel();
        }
    }

    @Override
    public void close() {
        message.close();
    }
}
