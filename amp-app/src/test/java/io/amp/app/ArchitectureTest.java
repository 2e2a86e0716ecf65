package io.amp.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.PackageMatcher;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.amp.app.Architecture.Effect;
import io.amp.app.Architecture.Library;
import io.amp.app.Architecture.Part;
import io.amp.core.violation.EffectsInTheCore;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps the walls that {@link Architecture} lists. */
class ArchitectureTest {

    private static final JavaClasses AMP = new ClassFileImporter()
            .withImportOption(location -> !location.contains("test-classes/"))
            .importPackages("io.amp");

    private static final ArchRule NO_EFFECTS_IN_CORE = noClasses()
            .that()
            .resideInAPackage("io.amp.core..")
            .and()
            .resideOutsideOfPackage(Architecture.EFFECTS_ALLOWED_IN)
            .should()
            .accessTargetWhere(new DescribedPredicate<JavaAccess<?>>("it is an effect that belongs behind a port") {
                @Override
                public boolean test(JavaAccess<?> access) {
                    return Architecture.EFFECTS.stream().anyMatch(effect -> isAccessTo(effect, access));
                }
            });

    @ParameterizedTest
    @FieldSource("io.amp.app.Architecture#PARTS")
    void usesOnlyWhatItsRowAllows(Part part) {
        classes()
                .that()
                .resideInAPackage(part.home())
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(part.allowed())
                .allowEmptyShould(true)
                .check(AMP);
    }

    @Test
    void portsKnowArrowInThePackagesOfBatchesOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.amp.ports..")
                .and()
                .resideOutsideOfPackage("io.amp.ports.batch..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.arrow..")
                .allowEmptyShould(true)
                .check(AMP);
    }

    @Test
    void theCoreLooksIntoVectorsWhereItIsAllowedTo() {
        noClasses()
                .that()
                .resideInAPackage("io.amp.core..")
                .and()
                .resideOutsideOfPackages(Architecture.VECTORS_ALLOWED_IN)
                .should()
                .dependOnClassesThat(resideInAPackage("org.apache.arrow..")
                        .and(resideOutsideOfPackage("org.apache.arrow.vector.types..")))
                .check(AMP);
    }

    @Test
    void portsHoldOnlyInterfacesRecordsEnumsAndExceptions() {
        classes()
                .that()
                .resideInAPackage("io.amp.ports..")
                .should()
                .beInterfaces()
                .orShould()
                .beRecords()
                .orShould()
                .beEnums()
                .orShould()
                .beAssignableTo(Exception.class)
                .allowEmptyShould(true)
                .check(AMP);
    }

    @Test
    void adaptersDoNotKnowOneAnother() {
        slices().matching("io.amp.adapters.(*)..")
                .should()
                .notDependOnEachOther()
                .check(AMP);
    }

    @ParameterizedTest
    @FieldSource("io.amp.app.Architecture#FEATURE_TREES")
    void featuresFormNoCircle(String tree) {
        slices().matching(tree + ".(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(AMP);
    }

    @ParameterizedTest
    @FieldSource("io.amp.app.Architecture#LIBRARIES")
    void librariesStayInTheirHome(Library library) {
        noClasses()
                .that()
                .resideInAPackage("io.amp..")
                .and()
                .resideOutsideOfPackages(library.homes())
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library.tree())
                .check(AMP.that(isProduct()));
    }

    @Test
    void onlyTestsUseTheTestkit() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.amp.testkit..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.amp.testkit..")
                .check(AMP);
    }

    @Test
    void coreReachesTheWorldThroughPortsOnly() {
        NO_EFFECTS_IN_CORE.check(AMP);
    }

    @Test
    void effectsInTheCoreAreFound() {
        var violation = new ClassFileImporter().importClasses(EffectsInTheCore.class);

        assertThat(NO_EFFECTS_IN_CORE.evaluate(violation).getFailureReport().getDetails())
                .hasSize(EffectsInTheCore.COUNT);
    }

    @ParameterizedTest
    @MethodSource("namedPackages")
    void everyPackageNamedHereExists(String packages) {
        // Each package of ours has a package-info, so an unknown name is a misspelling.
        assertThat(AMP).anyMatch(type -> residesIn(packages, type));
    }

    @ParameterizedTest
    @FieldSource("io.amp.app.Architecture#FILLED")
    void packageHoldsClasses(String packages) {
        assertThat(AMP)
                .anyMatch(type ->
                        residesIn(packages, type) && !type.getSimpleName().equals("package-info"));
    }

    private static boolean isAccessTo(Effect effect, JavaAccess<?> access) {
        return access.getTargetOwner().isEquivalentTo(effect.owner())
                && (effect.names().isEmpty()
                        || effect.names().contains(access.getTarget().getName()));
    }

    private static DescribedPredicate<JavaClass> isProduct() {
        return DescribedPredicate.describe(
                "is part of the product",
                type -> !residesIn("io.amp.testkit..", type) && !residesIn("io.amp.benchmarks..", type));
    }

    private static boolean residesIn(String packages, JavaClass type) {
        return PackageMatcher.of(packages).matches(type.getPackageName());
    }

    private static Stream<String> namedPackages() {
        return Stream.of(
                        Architecture.PARTS.stream().map(Part::home),
                        Architecture.FILLED.stream(),
                        Architecture.FEATURE_TREES.stream().map(tree -> tree + ".."),
                        Architecture.LIBRARIES.stream().flatMap(library -> Stream.of(library.homes())),
                        Stream.of(Architecture.VECTORS_ALLOWED_IN),
                        Stream.of(Architecture.EFFECTS_ALLOWED_IN))
                .flatMap(names -> names)
                .distinct();
    }
}
