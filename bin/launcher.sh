# Sourced by ampd, ampctl and ampsync, which set $home to the project's directory first. POSIX sh.
#
#   launch PROGRAM MAIN_CLASS "JVM FLAGS" [ARGUMENT...]
#
# $training holds the arguments of a short run that loads what a real one does; --help when it is not set.
#
# builds when needed, then becomes the Java process, so that signals reach it.
#
# Environment: AMP_JAVA_HOME (a Java 25 or newer), AMP_JAVA_OPTS (further JVM flags), AMP_CACHE_DIR (where start-up caches
# are kept), AMP_AOT=off (no start-up cache), AMP_BUILD=off (never build).

lib=$home/amp-app/target/dist/lib
# Written by every Maven build that reaches the distribution; it carries the time that build started.
mark=$home/amp-app/target/dist/built

# Is a source or POM newer than the last build? Also true when there was none.
needs_build() {
  [ -d "$home/amp-app/src" ] && [ "${AMP_BUILD:-}" != off ] || return 1
  [ -d "$lib" ] && [ -e "$mark" ] || return 0
  [ -n "$(find "$home"/pom.xml "$home"/amp*/pom.xml "$home"/amp*/src/main -type f -newer "$mark" 2>/dev/null | head -n 1)" ]
}

# One build at a time; who waited finds the work done.
build() {
  lock=$home/target/build.lock
  mkdir -p "$home/target"
  until mkdir "$lock" 2>/dev/null; do
    holder=$(cat "$lock/pid" 2>/dev/null || true)
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
      rm -rf "$lock"
    else
      sleep 1
    fi
  done
  trap 'rm -rf "$lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  echo $$ >"$lock/pid"
  if needs_build; then
    echo "$program: building (once, until the sources change)" >&2
    if ! command -v mvn >/dev/null; then
      echo "$program: Maven (mvn) is needed to build." >&2
      exit 1
    fi
    if ! (cd "$home" && JAVA_HOME=$java_home mvn -B -q -Pfast -DskipTests -pl amp-app -am package </dev/null >&2); then
      echo "$program: the build failed." >&2
      exit 1
    fi
  fi
  rm -rf "$lock"
  trap - EXIT INT TERM
}

# The classpath in a fixed order: a start-up cache is valid for exactly one.
set_classpath() {
  classpath=
  for jar in "$lib"/*.jar; do
    classpath=$classpath${classpath:+:}$jar
  done
}

# Writes the start-up cache in the background, from a run with the words in $training and nothing of the user's environment or
# data. A failure leaves no cache and no word.
train() {
  lock=$1.lock
  mkdir -p "$(dirname "$1")" 2>/dev/null || return 0
  find "$lock" -prune -mmin +10 -exec rmdir {} + 2>/dev/null || true
  mkdir "$lock" 2>/dev/null || return 0
  (
    work=$(mktemp -d)
    chmod 711 "$work" # started as root, PostgreSQL runs as somebody else
    trap 'rm -rf "$1.new" "$1.new.config" "$work"; rmdir "$lock"' EXIT
    # shellcheck disable=SC2086 # flags and training are words
    env -i "PATH=$PATH" "HOME=${HOME:-$work}" ${AMP_CACHE_DIR:+"AMP_CACHE_DIR=$AMP_CACHE_DIR"} "AMP_DIR=$work/.amp" \
      AMP_CONFIG_FLIGHT_ADDR=127.0.0.1:0 AMP_CONFIG_JSONL_ADDR=127.0.0.1:0 AMP_CONFIG_ADMIN_API_ADDR=127.0.0.1:0 \
      nice "$java_home/bin/java" $flags "-XX:AOTCacheOutput=$1.new" -cp "$classpath" "$main" ${training:---help}
    mv "$1.new" "$1"
  ) </dev/null >/dev/null 2>&1 &
}

launch() {
  program=$1 main=$2 flags=$3
  shift 3
  java_home=$("$home/bin/find-jdk") || exit 1
  if needs_build; then
    build
  fi
  if [ ! -d "$lib" ]; then
    echo "$program: $lib is missing; build with: mvn -Pfast -DskipTests package" >&2
    exit 1
  fi
  set_classpath
  flags="--enable-native-access=ALL-UNNAMED --add-opens=java.base/java.nio=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow $flags"

  if [ "${AMP_AOT:-}" != off ]; then
    # One cache for each program and Java build; a newer jar makes it stale.
    cache=${AMP_CACHE_DIR:-$home/target/cache}/$program-$(cksum <"$java_home/release" | tr ' ' -).aot
    if [ -e "$cache" ] && [ -z "$(find "$lib" -newer "$cache" 2>/dev/null | head -n 1)" ]; then
      set -- "-XX:AOTCache=$cache" -Xlog:aot=off -Xlog:cds=off -cp "$classpath" "$main" "$@"
    else
      train "$cache"
      set -- -cp "$classpath" "$main" "$@"
    fi
  else
    set -- -cp "$classpath" "$main" "$@"
  fi
  # shellcheck disable=SC2086 # flags are words
  exec "$java_home/bin/java" $flags ${AMP_JAVA_OPTS:-} "$@"
}
