package dev.valora.config;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.valora.config.clock.SystemWallClock;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;

/** The rules of the house that a compiler does not know. What imports may do stands in {@code .mvn/import-control.xml}. */
@AnalyzeClasses(packages = "dev.valora", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    /** Calls whose answer depends on the machine, the moment or its settings; a class name, then a method's name. */
    private static final Set<String> WALL_TIME = Set.of(
            "java.time.Instant.now",
            "java.time.LocalDate.now",
            "java.time.LocalTime.now",
            "java.time.LocalDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.YearMonth.now",
            "java.time.Year.now",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.time.Clock.system",
            "java.lang.System.currentTimeMillis");

    private static final Set<String> DEFAULTS = Set.of(
            "java.time.ZoneId.systemDefault",
            "java.util.TimeZone.getDefault",
            "java.util.Locale.getDefault",
            "java.nio.charset.Charset.defaultCharset",
            "java.lang.Thread.sleep");

    /** Methods that take the machine's locale or charset when they are called without one. */
    private static final Set<String> WITHOUT_AN_ARGUMENT =
            Set.of("java.lang.String.toLowerCase", "java.lang.String.toUpperCase", "java.lang.String.getBytes");

    private static final Pattern VAGUE_NAME =
            Pattern.compile(".*(Manager|Processor|Helper|Helpers|Util|Utils|Data|Info|Impl|Engine|Service)");

    @ArchTest
    static final ArchRule timeEntersOnce = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(SystemWallClock.class.getName())
            .should()
            .callMethodWhere(target(named(WALL_TIME)))
            .orShould()
            .callConstructor(java.util.Date.class)
            .because("time enters once, through WallClock, and is an argument below");

    @ArchTest
    static final ArchRule nothingDependsOnTheMachinesDefaults = noClasses()
            .should()
            .callMethodWhere(target(named(DEFAULTS)))
            .orShould()
            .callMethodWhere(target(named(WITHOUT_AN_ARGUMENT).and(withoutParameters())))
            .orShould()
            .callMethod(String.class, "format", String.class, Object[].class)
            .orShould()
            .callConstructor(String.class, byte[].class)
            .because("the same input must give the same bytes under every zone, locale and charset");

    @ArchTest
    static final ArchRule modulesDependOneWay = noClasses()
            .that()
            .resideInAPackage("dev.valora.ingest..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "dev.valora.aggregator..", "dev.valora.billing..", "dev.valora.config..", "dev.valora.bench.."));

    @ArchTest
    static final ArchRule theAggregatorKnowsOnlyTheContractOfIngest = noClasses()
            .that()
            .resideInAPackage("dev.valora.aggregator..")
            .should()
            .dependOnClassesThat(inside("dev.valora.ingest")
                    .or(resideInAnyPackage("dev.valora.billing..", "dev.valora.config..", "dev.valora.bench..")));

    @ArchTest
    static final ArchRule billingKnowsOnlyContracts = noClasses()
            .that()
            .resideInAPackage("dev.valora.billing..")
            .should()
            .dependOnClassesThat(inside("dev.valora.ingest")
                    .or(inside("dev.valora.aggregator"))
                    .or(resideInAnyPackage("dev.valora.config..", "dev.valora.bench..")))
            // Billing comes later.
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule chronicleStaysInItsPackage = noClasses()
            .that()
            .resideOutsideOfPackage("dev.valora.ingest.journal..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("net.openhft..");

    @ArchTest
    static final ArchRule purePackagesAreFunctionsOfTheirArguments = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.valora.ingest.admission..",
                    "dev.valora.ingest.parse..",
                    "dev.valora.ingest.retention..",
                    "dev.valora.aggregator.fold..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "java.sql..",
                            "java.net..",
                            "java.io..",
                            "java.nio.file..",
                            "java.nio.channels..",
                            "java.util.concurrent..",
                            "io.vertx..",
                            "io.netty..",
                            "org.slf4j..")
                    .and(DescribedPredicate.not(DescribedPredicate.describe(
                            "exceptions",
                            (JavaClass type) ->
                                    type.getFullName().matches("java\\.io\\.(\\w*Exception|Serializable)")))));

    @ArchTest
    static final ArchRule namesSayWhatAClassIs = classes()
            .should(new ArchCondition<>("not have a name that says nothing") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    if (VAGUE_NAME.matcher(type.getSimpleName()).matches()) {
                        events.add(SimpleConditionEvent.violated(
                                type, type.getFullName() + " has a name that says nothing"));
                    }
                }
            });

    @ArchTest
    static final ArchRule quantitiesNeverFloat = classes()
            .that()
            .resideInAnyPackage("dev.valora.ingest..", "dev.valora.aggregator..", "dev.valora.billing..")
            .should(new ArchCondition<>("hold, take and return no double and no float") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    for (JavaField field : type.getFields()) {
                        refuse(type, field.getFullName(), List.of(field.getRawType()), events);
                    }
                    for (JavaCodeUnit unit : type.getCodeUnits()) {
                        refuse(type, unit.getFullName(), unit.getRawParameterTypes(), events);
                        refuse(type, unit.getFullName(), List.of(unit.getRawReturnType()), events);
                    }
                }
            });

    @ArchTest
    static final ArchRule everyPackageSaysWhatMayBeNull = classes()
            .should(new ArchCondition<>("be in a package whose page says @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                        events.add(
                                SimpleConditionEvent.violated(type, type.getFullName() + " is in an unmarked package"));
                    }
                }
            });

    private static void refuse(JavaClass type, String member, List<JavaClass> types, ConditionEvents events) {
        for (JavaClass used : types) {
            if (Set.of("double", "float", "java.lang.Double", "java.lang.Float")
                    .contains(used.getBaseComponentType().getFullName())) {
                events.add(SimpleConditionEvent.violated(type, member + " uses " + used.getName()));
            }
        }
    }

    /** Below a module's root package, which is its contract. */
    private static DescribedPredicate<JavaClass> inside(String module) {
        return resideInAPackage(module + "..").and(resideOutsideOfPackage(module));
    }

    private static DescribedPredicate<AccessTarget.CodeUnitCallTarget> named(Set<String> names) {
        return DescribedPredicate.describe(
                "one of " + names, call -> names.contains(call.getOwner().getFullName() + "." + call.getName()));
    }

    private static DescribedPredicate<AccessTarget.CodeUnitCallTarget> withoutParameters() {
        return DescribedPredicate.describe(
                "without an argument", call -> call.getRawParameterTypes().isEmpty());
    }
}
