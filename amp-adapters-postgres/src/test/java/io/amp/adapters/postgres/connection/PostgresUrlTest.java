package io.amp.adapters.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {
    private static final String USER = System.getProperty("user.name");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            postgresql://localhost/amp                            | jdbc:postgresql://localhost:5432/amp
            postgres://db.example:6543/amp                        | jdbc:postgresql://db.example:6543/amp
            postgresql://u:p@h/d?sslmode=require                  | jdbc:postgresql://h:5432/d
            postgresql://h1:1,h2:2,h3/d                           | jdbc:postgresql://h1:1,h2:2,h3:5432/d
            postgresql://[::1]:5433/d                             | jdbc:postgresql://[::1]:5433/d
            postgresql:///d?host=h&port=7                         | jdbc:postgresql://h:7/d
            postgresql://h?dbname=other                           | jdbc:postgresql://h:5432/other
            postgresql://h/a%20b%2Fc                              | jdbc:postgresql://h:5432/a%20b%2Fc
            postgresql:///postgres?host=/tmp/socket%20dir         | jdbc:postgresql://localhost/postgres
            postgresql://%2Fvar%2Frun%2Fpostgresql/d              | jdbc:postgresql://localhost/d
            """)
    void becomesTheDriversUrl(String text, String jdbcUrl) {
        assertThat(PostgresUrl.parse(text).jdbcUrl()).isEqualTo(jdbcUrl);
    }

    @Test
    void databaseAndUserDefaultAsInLibpq() {
        PostgresUrl url = PostgresUrl.parse("postgresql://h");
        assertThat(url.database()).isEqualTo(USER);
        assertThat(url.driverProperties()).containsEntry("user", USER);
        assertThat(PostgresUrl.parse("postgresql://ann@h").database()).isEqualTo("ann");
        assertThat(PostgresUrl.parse("postgresql://").jdbcUrl()).isEqualTo("jdbc:postgresql://localhost:5432/" + USER);
    }

    @Test
    void credentialsAreDecoded() {
        Properties properties =
                PostgresUrl.parse("postgresql://an%40n:p%3Aa%2Fs%40s+1@h/d").driverProperties();

        assertThat(properties).containsEntry("user", "an@n").containsEntry("password", "p:a/s@s+1");
    }

    @Test
    void parametersGetTheDriversNames() {
        Properties properties = PostgresUrl.parse(
                        "postgresql://h/d?sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=3"
                                + "&application_name=mine&options=-c%20geqo%3Doff&target_session_attrs=read-write&keepalives=0"
                                + "&keepalives_idle=7&socketTimeout=9&user=ann&password=secret")
                .driverProperties();

        assertThat(properties)
                .containsEntry("sslmode", "verify-full")
                .containsEntry("sslrootcert", "/ca.pem")
                .containsEntry("connectTimeout", "3")
                .containsEntry("ApplicationName", "mine")
                .containsEntry("options", "-c geqo=off")
                .containsEntry("targetServerType", "primary")
                .containsEntry("tcpKeepAlive", "false")
                .containsEntry("socketTimeout", "9")
                .containsEntry("user", "ann")
                .containsEntry("password", "secret")
                .doesNotContainKey("keepalives_idle");
    }

    @Test
    void socketDirectoryMakesAUnixSocket() {
        PostgresUrl url = PostgresUrl.parse("postgresql:///postgres?host=/run/pg&port=5433&sslmode=require");

        assertThat(url.isLocalSocket()).isTrue();
        assertThat(url.driverProperties())
                .containsEntry("socketFactory", UnixSocketFactory.class.getName())
                .containsEntry("socketFactoryArg", "/run/pg/.s.PGSQL.5433")
                .containsEntry("sslmode", "disable");
        assertThat(PostgresUrl.parse("postgresql://h/d").isLocalSocket()).isFalse();
    }

    @Test
    void printedFormHoldsNoCredentials() {
        assertThat(PostgresUrl.parse("postgresql://ann:s3cret@h:1/d?sslpassword=other"))
                .hasToString("postgresql://h:1/d");
        assertThat(PostgresUrl.parse("postgresql:///d?host=/run/pg&password=s3cret"))
                .hasToString("postgresql:///d?host=/run/pg");
        assertThat(PostgresUrl.parse("postgresql:///d?host=/run/pg&port=1"))
                .hasToString("postgresql:///d?host=/run/pg&port=1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mysql://h/d",
                "localhost/d",
                "jdbc:postgresql://h/d",
                "postgresql://ann:s3cret@h:port/d",
                "postgresql://ann:s3cret@h:0/d",
                "postgresql://ann:s3cret@h:65536/d",
                "postgresql://ann:s3cret%zz@h/d",
                "postgresql://ann:s3cret@[::1/d",
                "postgresql://ann:s3cret@h/d?sslmode=always",
                "postgresql://ann:s3cret@h/d?hots=x",
                "postgresql://ann:s3cret@h/d?sslmode",
                "postgresql:///d?host=/a,/b&password=s3cret"
            })
    void nonsenseIsRefusedWithoutQuotingSecrets(String text) {
        assertThatThrownBy(() -> PostgresUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("database URL")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void anotherDatabaseOfTheSameServer() {
        PostgresUrl url = PostgresUrl.parse("postgresql://ann:s3cret@h:1/d").withDatabase("e");

        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://h:1/e");
        assertThat(url.driverProperties()).containsEntry("password", "s3cret");
    }
}
