package io.amp.adapters.objectstore.parquet;

import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectUpload;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
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

    /** Keeps everything written from now on, for {@link #read}. */
    void keepTail() {
        stream.tail = new Tail(stream.position);
    }

    /** Bytes of the kept tail, by their position in the file. */
    byte[] read(long offset, int length) throws IOException {
        if (stream.tail == null) {
            throw new IOException("no tail is kept");
        }
        return stream.tail.read(offset, length);
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
        private @Nullable Tail tail;

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
                tail.append(bytes, offset, length);
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

    /**
     * The end of a file in chunks: page indexes, Bloom filters and footer. With many row groups the filters are tens of megabytes, which
     * must not be copied to and fro.
     */
    private static final class Tail {
        private static final int CHUNK_BYTES = 256 * 1024;

        private final long start;
        private final List<byte[]> chunks = new ArrayList<>();
        private int filled = CHUNK_BYTES;

        Tail(long start) {
            this.start = start;
        }

        void append(byte[] bytes, int offset, int length) {
            int done = 0;
            while (done < length) {
                if (filled == CHUNK_BYTES) {
                    chunks.add(new byte[CHUNK_BYTES]);
                    filled = 0;
                }
                int count = Math.min(length - done, CHUNK_BYTES - filled);
                System.arraycopy(bytes, offset + done, chunks.getLast(), filled, count);
                filled += count;
                done += count;
            }
        }

        byte[] read(long offset, int length) throws IOException {
            long from = offset - start;
            if (from < 0 || from + length > (chunks.size() - 1L) * CHUNK_BYTES + filled) {
                throw new IOException("bytes " + offset + "+" + length + " are not in the tail from " + start);
            }
            byte[] bytes = new byte[length];
            int done = 0;
            while (done < length) {
                int chunk = (int) ((from + done) / CHUNK_BYTES);
                int at = (int) ((from + done) % CHUNK_BYTES);
                int count = Math.min(length - done, CHUNK_BYTES - at);
                System.arraycopy(chunks.get(chunk), at, bytes, done, count);
                done += count;
            }
            return bytes;
        }
    }
}
