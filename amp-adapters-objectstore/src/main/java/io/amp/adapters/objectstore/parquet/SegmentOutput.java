package io.amp.adapters.objectstore.parquet;

import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectUpload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;

/** The upload as parquet-java wants it, with a copy of the last part of the file on request. */
final class SegmentOutput implements OutputFile, AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ObjectUpload upload;
    private final Position stream;

    SegmentOutput(ObjectUpload upload) {
        this.upload = upload;
        this.stream = new Position(upload.stream());
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) {
        return stream;
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
        return stream;
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }

    long position() {
        return stream.getPos();
    }

    /** Keeps everything written from now on. */
    void startTail() {
        stream.tail = new ByteArrayOutputStream();
    }

    byte[] tail() {
        ByteArrayOutputStream tail = stream.tail;
        return tail == null ? new byte[0] : tail.toByteArray();
    }

    void flush() throws IOException {
        stream.flush();
    }

    ObjectInfo commit() throws IOException {
        stream.flush();
        return upload.commit();
    }

    @Override
    public void close() {
        upload.close();
    }

    private static final class Position extends PositionOutputStream {
        private final OutputStream target;
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private int buffered;
        private long position;
        private @Nullable ByteArrayOutputStream tail;

        Position(OutputStream target) {
            this.target = target;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > buffer.length - buffered) {
                flush();
            }
            if (length > buffer.length) {
                target.write(bytes, offset, length);
            } else {
                System.arraycopy(bytes, offset, buffer, buffered, length);
                buffered += length;
            }
            position += length;
            if (tail != null) {
                tail.write(bytes, offset, length);
            }
        }

        @Override
        public void flush() throws IOException {
            target.write(buffer, 0, buffered);
            buffered = 0;
        }

        @Override
        public void close() throws IOException {
            // The upload stays open: its commit decides.
            flush();
        }
    }
}
