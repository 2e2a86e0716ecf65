package io.amp.adapters.objectstore.parquet;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.airlift.compress.lz4.Lz4Compressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Compresses the pages of one file; parquet-java's own compressors need Hadoop classes. Used by one thread. A result is valid until the
 * next call.
 */
abstract class PageCompressor implements BytesInputCompressor {
    private final CompressionCodecName name;

    private PageCompressor(CompressionCodecName name) {
        this.name = name;
    }

    static PageCompressor of(Compression compression) {
        return switch (compression.codec()) {
            case ZSTD -> new ZstdPages(compression.level());
            case LZ4 -> new Lz4Pages();
            case GZIP -> new GzipPages();
            case BROTLI -> new BrotliPages();
            case SNAPPY -> new SnappyPages();
            case UNCOMPRESSED -> new PlainPages();
        };
    }

    @Override
    public final BytesInput compress(BytesInput page) throws IOException {
        ByteBuffer bytes = page.toByteBuffer(HeapByteBufferAllocator.getInstance(), _ -> {});
        return compress(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }

    abstract BytesInput compress(byte[] bytes, int offset, int length) throws IOException;

    @Override
    public final CompressionCodecName getCodecName() {
        return name;
    }

    @Override
    public void release() {
        // only zstd holds memory outside the heap
    }

    private static final class ZstdPages extends PageCompressor {
        private final ZstdCompressCtx context = new ZstdCompressCtx();
        private byte[] output = new byte[0];

        ZstdPages(int level) {
            super(CompressionCodecName.ZSTD);
            context.setLevel(level);
        }

        @Override
        BytesInput compress(byte[] bytes, int offset, int length) {
            int bound = (int) Zstd.compressBound(length);
            if (output.length < bound) {
                output = new byte[bound];
            }
            int size = context.compressByteArray(output, 0, output.length, bytes, offset, length);
            return BytesInput.from(output, 0, size);
        }

        @Override
        public void release() {
            context.close();
        }
    }

    private static final class Lz4Pages extends PageCompressor {
        private final Lz4Compressor lz4 = new Lz4Compressor();
        private byte[] output = new byte[0];

        Lz4Pages() {
            super(CompressionCodecName.LZ4_RAW);
        }

        @Override
        BytesInput compress(byte[] bytes, int offset, int length) {
            int bound = lz4.maxCompressedLength(length);
            if (output.length < bound) {
                output = new byte[bound];
            }
            return BytesInput.from(output, 0, lz4.compress(bytes, offset, length, output, 0, output.length));
        }
    }

    private static final class GzipPages extends PageCompressor {
        GzipPages() {
            super(CompressionCodecName.GZIP);
        }

        @Override
        BytesInput compress(byte[] bytes, int offset, int length) throws IOException {
            ByteArrayOutputStream output = new ByteArrayOutputStream(length / 2 + 64);
            try (GZIPOutputStream gzip = new GZIPOutputStream(output)) {
                gzip.write(bytes, offset, length);
            }
            return BytesInput.from(output);
        }
    }

    private static final class BrotliPages extends PageCompressor {
        private static final int QUALITY = 1;

        private final Encoder.Parameters parameters = Encoder.Parameters.create(QUALITY);

        BrotliPages() {
            super(CompressionCodecName.BROTLI);
            Brotli4jLoader.ensureAvailability();
        }

        @Override
        BytesInput compress(byte[] bytes, int offset, int length) throws IOException {
            return BytesInput.from(Encoder.compress(bytes, offset, length, parameters));
        }
    }

    private static final class SnappyPages extends PageCompressor {
        private byte[] output = new byte[0];

        SnappyPages() {
            super(CompressionCodecName.SNAPPY);
        }

        @Override
        BytesInput compress(byte[] bytes, int offset, int length) throws IOException {
            int bound = Snappy.maxCompressedLength(length);
            if (output.length < bound) {
                output = new byte[bound];
            }
            return BytesInput.from(output, 0, Snappy.compress(bytes, offset, length, output, 0));
        }
    }

    private static final class PlainPages extends PageCompressor {
        PlainPages() {
            super(CompressionCodecName.UNCOMPRESSED);
        }

        @Override
        BytesInput compress(byte[] bytes, int offset, int length) {
            return BytesInput.from(bytes, offset, length);
        }
    }
}
