package io.amp.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgramsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void versionIsOneLineWithTheProgramsName() {
        assertThat(ampd("--version")).isZero();
        assertThat(ampctl("-V")).isZero();

        assertThat(out.toString().lines())
                .hasSize(2)
                .satisfiesExactly(
                        ampd -> assertThat(ampd).matches("ampd \\S+"),
                        ampctl -> assertThat(ampctl).matches("ampctl \\S+"));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpGoesToStandardOutput() {
        assertThat(ampd("--help")).isZero();

        assertThat(out.toString()).startsWith("Usage: ampd");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void missingCommandIsWrongUsage() {
        assertThat(ampd()).isEqualTo(2);
        assertThat(ampctl()).isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("Missing command", "Usage: ampd", "Usage: ampctl");
    }

    @Test
    void unknownOptionIsWrongUsage() {
        assertThat(ampd("--nonsense")).isEqualTo(2);

        assertThat(err.toString()).contains("--nonsense");
    }

    private int ampd(String... args) {
        return Ampd.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    private int ampctl(String... args) {
        return Ampctl.run(new PrintWriter(out), new PrintWriter(err), args);
    }
}
