package io.amp.adapters.http.jsonl;

/** Floating-point numbers as the query specification, section 6.3, writes them. */
final class NumberTexts {
    private NumberTexts() {}

    /**
     * Shortest digits that read back as the same number: plain with at least one decimal for magnitudes from 1e-5 below 1e10, else
     * {@code d.ddde±x}.
     *
     * @param shortest {@link Double#toString(double)} or {@link Float#toString(float)} of a finite number
     */
    static String of(String shortest) {
        boolean negative = shortest.startsWith("-");
        String text = negative ? shortest.substring(1) : shortest;
        int exponentAt = text.indexOf('E');
        int exponent = exponentAt < 0 ? 0 : Integer.parseInt(text.substring(exponentAt + 1));
        String mantissa = exponentAt < 0 ? text : text.substring(0, exponentAt);
        int point = mantissa.indexOf('.');
        String digits = mantissa.substring(0, point) + mantissa.substring(point + 1);
        int start = 0;
        while (start < digits.length() - 1 && digits.charAt(start) == '0') {
            start++;
        }
        int end = digits.length();
        while (end > start + 1 && digits.charAt(end - 1) == '0') {
            end--;
        }
        String significant = digits.substring(start, end);
        if (significant.equals("0")) {
            return negative ? "-0.0" : "0.0";
        }
        int scientific = point - 1 - start + exponent;
        String number = scientific >= -5 && scientific < 10
                ? plain(significant, scientific)
                : significant.charAt(0) + "." + (significant.length() > 1 ? significant.substring(1) : "0") + "e"
                        + scientific;
        return negative ? "-" + number : number;
    }

    private static String plain(String digits, int exponent) {
        if (exponent < 0) {
            return "0." + "0".repeat(-exponent - 1) + digits;
        }
        int whole = exponent + 1;
        if (digits.length() <= whole) {
            return digits + "0".repeat(whole - digits.length()) + ".0";
        }
        return digits.substring(0, whole) + "." + digits.substring(whole);
    }
}
