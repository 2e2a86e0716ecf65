package io.amp.adapters.objectstore.parquet;

import java.io.IOException;
import java.util.Arrays;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.jspecify.annotations.Nullable;

/*
 * Implementation note. A column starts with a dictionary and finds out whether it pays: after the first values of a file, and at the end
 * of the first page of each row group, the dictionary with its ids must be clearly smaller than the plain values. If it is not, the page is
 * rewritten as plain and the column stays plain for the rest of the file: hashes, signatures and call data cost one look at a thousand
 * values and no more. A dictionary that pays but outgrows its page limit ends for this row group only (pages before stay as they are).
 *
 * Statistics and Bloom hashes of a value in the dictionary are taken when it is new to the page or to the row group, not each time.
 */

/** The values of one leaf column, from Arrow buffers to the bodies of data pages. Null values never get here. */
abstract class ValueEncoder {
    /** Values after which a dictionary must have shown that it pays. */
    private static final int SAMPLE_VALUES = 1024;

    private static final int DICTIONARY_BYTES_MAX = 1024 * 1024;
    /** A dictionary pays when it and its ids take less than this part of the plain values. */
    private static final double PAYING_PART = 0.7;

    private final MinMax minMax;
    private final @Nullable BloomFilterBuilder bloom;
    private final @Nullable ValueDictionary dictionary;
    private boolean dictionaryPays;
    private boolean dictionaryActive;
    private boolean dictionaryPaged;
    private long groupValues;
    private long groupPlainBytes;

    private int[] ids = new int[256];
    private int idCount;
    private int[] seenInPage = new int[256];
    private int page = 1;

    /** Plain bytes of the page when no dictionary is active. */
    byte[] plain = new byte[1024];

    int plainLength;
    private int pageValues;
    private int pagePlainBytes;
    private int lastPlainOffset = -1;
    private int lastPlainLength;

    ValueEncoder(MinMax minMax, @Nullable BloomFilterBuilder bloom, @Nullable ValueDictionary dictionary) {
        this.minMax = minMax;
        this.bloom = bloom;
        this.dictionary = dictionary;
        this.dictionaryPays = dictionary != null;
        this.dictionaryActive = dictionaryPays;
    }

    /** Takes the buffers of the vector whose values come next. */
    abstract void bind(FieldVector vector);

    /** Adds values of the bound vector, none of them null. */
    abstract void add(int from, int count);

    /** Plain size of values of the bound vector, for page limits. */
    abstract long bytesOf(int from, int count);

    final int pageValues() {
        return pageValues;
    }

    /** What the page would take as plain bytes: an upper bound of its size, so a good measure for its limit. */
    final int pageBytes() {
        return dictionaryActive ? Math.max(idCount * 2, plainLength) : plainLength;
    }

    /** What this encoder holds: the page in progress and the dictionary. */
    final long openBytes() {
        return (long) pageBytes()
                + (dictionaryActive || dictionaryPaged ? dictionary().bytes() : 0);
    }

    final boolean usesDictionary() {
        return dictionaryActive;
    }

    /**
     * Equal values in a row, for the dictionary.
     *
     * @param hash XXH64 of the value when this column has a Bloom filter, else any hash
     * @param plainBytes what one of them takes in a plain page
     */
    final void addToDictionary(byte[] bytes, int offset, int length, long hash, int plainBytes, int count) {
        ValueDictionary values = dictionary();
        int before = values.size();
        int id = values.add(bytes, offset, length, hash);
        if (id == before && bloom != null) {
            bloom.add(hash);
        }
        if (id >= seenInPage.length) {
            seenInPage = Arrays.copyOf(seenInPage, Math.max(id + 1, 2 * seenInPage.length));
        }
        if (seenInPage[id] != page) {
            seenInPage[id] = page;
            minMax.add(bytes, offset, length);
        }
        if (idCount + count > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(2 * ids.length, idCount + count));
        }
        Arrays.fill(ids, idCount, idCount + count, id);
        idCount += count;
        pagePlainBytes += count * plainBytes;
        pageValues += count;
        groupPlainBytes += (long) count * plainBytes;
        boolean sampled = groupValues < SAMPLE_VALUES;
        groupValues += count;
        if ((sampled && groupValues >= SAMPLE_VALUES) || values.bytes() > DICTIONARY_BYTES_MAX) {
            judgeDictionary();
        }
    }

    final boolean hasBloom() {
        return bloom != null;
    }

    /** One value that stands in the page already and has no Bloom filter. */
    final void count(byte[] bytes, int offset, int length) {
        pageValues++;
        minMax.add(bytes, offset, length);
    }

    /** One value that stands in {@link #plain} already. */
    final void addedPlain(int offset, int length) {
        count(plain, offset, length);
        addToBloom(offset, length);
    }

    /** Values of one width that stand in {@link #plain} already. */
    final void addedPlain(int offset, int width, int count) {
        pageValues += count;
        minMax.addAll(plain, offset, width, count);
        if (bloom != null) {
            for (int i = 0; i < count; i++) {
                addToBloom(offset + i * width, width);
            }
        }
    }

    private void addToBloom(int offset, int length) {
        if (bloom != null && !isRepeated(offset, length)) {
            bloom.add(XxHash64.hash(plain, offset, length));
            lastPlainOffset = offset;
            lastPlainLength = length;
        }
    }

    private boolean isRepeated(int offset, int length) {
        return lastPlainOffset >= 0
                && lastPlainLength == length
                && PlainBytes.isEqual(plain, lastPlainOffset, offset, length);
    }

    final void ensurePlain(int more) {
        if (plainLength + more > plain.length) {
            plain = Arrays.copyOf(plain, Math.max(plainLength + more, 2 * plain.length));
        }
    }

    private ValueDictionary dictionary() {
        if (dictionary == null) {
            throw new IllegalStateException("this column has no dictionary");
        }
        return dictionary;
    }

    private void judgeDictionary() {
        ValueDictionary values = dictionary();
        long encoded = values.bytes() + (groupValues * width(values.size()) + 7) / 8;
        if (!dictionaryPaged && encoded > PAYING_PART * groupPlainBytes) {
            dictionaryPays = false;
            leaveDictionary(values);
        } else if (values.bytes() > DICTIONARY_BYTES_MAX) {
            leaveDictionary(values);
        }
    }

    /** Rewrites the page as plain; pages written before keep the dictionary. */
    private void leaveDictionary(ValueDictionary values) {
        dictionaryActive = false;
        ensurePlain(pagePlainBytes);
        for (int i = 0; i < idCount; i++) {
            int start = values.start(ids[i]);
            plainLength = appendPlain(values.content(), start, values.end(ids[i]) - start, plainLength);
        }
        idCount = 0;
    }

    /** Writes a value into {@link #plain} at a position that has room for it. @return the position behind it */
    abstract int appendPlain(byte[] bytes, int offset, int length, int at);

    private static int width(int dictionarySize) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, dictionarySize - 1));
    }

    /** One page's values and how they are encoded. */
    record Page(BytesInput body, Encoding encoding) {}

    /** Ends the page: its statistics go to the argument, its bytes are valid until the next value is added. */
    Page takePage(Statistics<?> statistics) throws IOException {
        if (dictionaryActive && !dictionaryPaged) {
            judgeDictionary();
        }
        minMax.moveTo(statistics);
        Page result;
        if (dictionaryActive && idCount > 0) {
            dictionaryPaged = true;
            result = new Page(encodedIds(), Encoding.RLE_DICTIONARY);
        } else {
            result = new Page(BytesInput.from(plain, 0, plainLength), Encoding.PLAIN);
        }
        page++;
        idCount = 0;
        plainLength = 0;
        lastPlainOffset = -1;
        pageValues = 0;
        pagePlainBytes = 0;
        return result;
    }

    private BytesInput encodedIds() throws IOException {
        int width = width(dictionary().size());
        try (var encoder = new RunLengthBitPackingHybridEncoder(
                width, 256, Math.max(1024, idCount * 2), HeapByteBufferAllocator.getInstance())) {
            for (int i = 0; i < idCount; i++) {
                encoder.writeInt(ids[i]);
            }
            return BytesInput.concat(
                    BytesInput.from(new byte[] {(byte) width}),
                    encoder.toBytes().copy(HeapByteBufferAllocator.getInstance(), _ -> {}));
        }
    }

    /** Ends the row group. @return its dictionary, null when no page refers to one */
    final @Nullable DictionaryPage takeDictionary() {
        // The page writer copies the content before the next row group can change it.
        return dictionaryPaged
                ? new DictionaryPage(dictionary().page(), dictionary().size(), Encoding.PLAIN)
                : null;
    }

    /** Starts the next row group. */
    final void startRowGroup() {
        if (dictionary != null) {
            dictionary.clear();
            Arrays.fill(seenInPage, 0);
        }
        dictionaryPaged = false;
        dictionaryActive = dictionaryPays;
        groupValues = 0;
        groupPlainBytes = 0;
    }
}
