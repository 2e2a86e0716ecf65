package io.amp.adapters.http.jsonl;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Response compression, chosen by the client's {@code Accept-Encoding} with its q-values (RFC 9110, section 12.5.3). */
enum ContentCoding {
    IDENTITY("identity") {
        @Override
        OutputStream wrap(OutputStream out) {
            return out;
        }
    },
    GZIP("gzip") {
        @Override
        OutputStream wrap(OutputStream out) throws IOException {
            return new GZIPOutputStream(out, BUFFER_BYTES, true);
        }
    },
    BROTLI("br") {
        @Override
        OutputStream wrap(OutputStream out) throws IOException {
            return new FlushingBrotli(out);
        }
    },
    DEFLATE("deflate") {
        @Override
        OutputStream wrap(OutputStream out) {
            return new EndingDeflater(out);
        }
    };

    private static final int BUFFER_BYTES = 16 * 1024;

    /** Level at which Brotli is about as fast as gzip. */
    private static final int BROTLI_QUALITY = 3;

    private final String token;

    ContentCoding(String token) {
        this.token = token;
    }

    /** As in {@code Content-Encoding}. */
    String token() {
        return token;
    }

    /** A stream that must be closed to end the encoded body. */
    abstract OutputStream wrap(OutputStream out) throws IOException;

    /** The acceptable coding with the highest q-value, ties in the order gzip, br, deflate, identity; identity when none is. */
    static ContentCoding negotiate(@Nullable String acceptEncoding) {
        if (acceptEncoding == null || acceptEncoding.isBlank()) {
            return IDENTITY;
        }
        Map<String, Double> qualities = new HashMap<>();
        for (String element : acceptEncoding.split(",")) {
            String[] parts = element.strip().split(";");
            double quality = 1;
            for (int i = 1; i < parts.length; i++) {
                String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
                if (parameter.startsWith("q=")) {
                    quality = quality(parameter.substring(2));
                }
            }
            String coding = parts[0].strip().toLowerCase(Locale.ROOT);
            qualities.put(coding.equals("x-gzip") ? GZIP.token : coding, quality);
        }
        double others = qualities.getOrDefault("*", 0.0);
        ContentCoding best = IDENTITY;
        double bestQuality = 0;
        for (ContentCoding coding : new ContentCoding[] {GZIP, BROTLI, DEFLATE}) {
            double quality = qualities.getOrDefault(coding.token, others);
            if (quality > bestQuality && coding.isAvailable()) {
                best = coding;
                bestQuality = quality;
            }
        }
        return qualities.getOrDefault(IDENTITY.token, 0.0) > bestQuality ? IDENTITY : best;
    }

    private static double quality(String text) {
        try {
            double quality = Double.parseDouble(text.strip());
            return quality >= 0 && quality <= 1 ? quality : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Brotli needs a native library that may lack on this platform. */
    private boolean isAvailable() {
        return this != BROTLI || Brotli4jLoader.isAvailable();
    }

    /** The library's flush stops at the encoder. */
    private static final class FlushingBrotli extends BrotliOutputStream {
        private final OutputStream destination;

        FlushingBrotli(OutputStream destination) throws IOException {
            super(destination, new Encoder.Parameters().setQuality(BROTLI_QUALITY));
            this.destination = destination;
        }

        @Override
        public void flush() throws IOException {
            super.flush();
            destination.flush();
        }
    }

    private static final class EndingDeflater extends DeflaterOutputStream {
        EndingDeflater(OutputStream out) {
            super(out, new Deflater(), BUFFER_BYTES, true);
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                def.end();
            }
        }
    }
}
