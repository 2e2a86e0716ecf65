# The everyday commands. Maven runs on the JDK 25 that bin/find-jdk finds.
export JAVA_HOME := $(shell bin/find-jdk)
MVN := mvn -B -ntp
BENCH = $(MVN) -q -Pfast -DskipTests -pl benchmarks -am package && $(JAVA_HOME)/bin/java \
	--enable-native-access=ALL-UNNAMED --add-opens=java.base/java.nio=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
	-Xmx1g -cp 'benchmarks/target/dist/lib/*'

.DEFAULT_GOAL := help
.PHONY: help check fast it lint fmt bench-extract bench-startup bench-query

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST)

check: ## everything that must pass before a change lands
	$(MVN) verify

fast: ## compile and unit tests, without the static checks
	$(MVN) -Pfast test

it: ## tests against real servers, too
	$(MVN) -Pfast verify

lint: ## list every finding of the static checks, failing on none
	$(MVN) -q -Plint test-compile

fmt: ## format the Java sources
	$(MVN) -q spotless:apply

bench-extract: ## measure extraction
	$(BENCH) io.amp.benchmarks.extract.ExtractionBenchmark $(BLOCKS)

bench-startup: ## measure the start of ampd dev
	$(BENCH) io.amp.benchmarks.startup.StartupBenchmark bin/ampd

bench-query: ## measure queries
	$(BENCH) io.amp.benchmarks.query.QueryBenchmark $(BLOCKS)
