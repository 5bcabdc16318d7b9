package dev.valora.billing.offering;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.audit.Author;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.rating.PriceTerms;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Database;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Page;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/prices} and their versions. */
public final class PriceRoutes {

    /** Versions of one price. */
    static final int VERSIONS = 1_000;

    private static final String WHAT = "price";

    private final Database database;
    private final AuditTrail audit;
    private final MeterDirectory meters;

    public PriceRoutes(Database database, AuditTrail audit, MeterDirectory meters) {
        this.database = database;
        this.audit = audit;
        this.meters = meters;
    }

    /** To be served. */
    public List<Route> routes() {
        Access read = Access.anyOf(Scope.BILLING_READ);
        Access write = Access.anyOf(Scope.BILLING_WRITE);
        return List.of(
                new Route(HttpVerb.POST, "/v1/prices", write, this::create),
                new Route(HttpVerb.GET, "/v1/prices", read, this::list),
                new Route(HttpVerb.GET, "/v1/prices/{code}", read, this::get),
                new Route(HttpVerb.POST, "/v1/prices/{code}/versions", write, this::addVersion),
                new Route(HttpVerb.POST, "/v1/prices/{code}/archive", write, this::archive));
    }

    private Reply create(ApiRequest request) {
        JsonFields fields = request.fields();
        PriceFields.Sent sent = PriceFields.read(fields, request.organization(), meters);
        OfferedPrice created = audit.change(Author.of(request), change -> {
            String productName = productName(change.transaction(), request, fields, sent.product());
            fields.check();
            OfferedPrice price = new OfferedPrice(sent.price(productName), sent.name(), change.at(), null, false);
            if (!PriceStore.insert(change.transaction(), request.organization(), price)) {
                throw Offering.codeTaken(WHAT, sent.code());
            }
            change.append("price.created", OfferedPrice.target(sent.code()), null, price.toJson());
            return price;
        });
        return Reply.created(created.toJson());
    }

    private static String productName(
            Database.Transaction transaction, ApiRequest request, JsonFields fields, String code) {
        Optional<Product> product = ProductStore.find(transaction, request.organization(), code);
        if (product.isEmpty() && !code.isEmpty()) {
            fields.problem("product", "unknown_product", "There is no product " + code + ".");
        }
        if (product.isPresent() && product.get().archivedAt() != null) {
            fields.problem("product", "archived_product", "The product " + code + " takes no new prices.");
        }
        return product.map(Product::name).orElse("");
    }

    private Reply list(ApiRequest request) {
        Page page = Page.of(request.query());
        request.query().check(Page.PARAMETERS);
        List<PriceStore.Listed> rows = database.inOrganization(
                request.organization(), transaction -> PriceStore.list(transaction, request.organization(), page));
        return Reply.ok(page.reply(
                rows, PriceStore.Listed::number, listed -> listed.price().toJson()));
    }

    private Reply get(ApiRequest request) {
        request.query().check(Set.of());
        return Reply.ok(database.inOrganization(request.organization(), transaction -> find(transaction, request))
                .toJson());
    }

    private Reply addVersion(ApiRequest request) {
        JsonFields fields = request.fields();
        LocalDate effectiveFrom = fields.requiredDate("effective_from");
        Optional<PriceTerms> terms = VersionFields.read(fields);
        PriceVersion added = audit.change(Author.of(request), change -> {
            Price price = find(change.transaction(), request).price();
            fields.check();
            refuseTakenDate(price, effectiveFrom);
            refuseBilledPeriod(change.transaction(), request, price, effectiveFrom);
            PriceVersion version = new PriceVersion(nextNumber(price), effectiveFrom, terms.orElseThrow());
            PriceStore.insertVersion(change.transaction(), request.organization(), price.code(), version, change.at());
            change.append(
                    "price.version_added", OfferedPrice.target(price.code()), null, OfferedPrice.versionJson(version));
            return version;
        });
        return Reply.created(OfferedPrice.versionJson(added));
    }

    private Reply archive(ApiRequest request) {
        return Reply.ok(audit.change(Author.of(request), change -> {
                    OfferedPrice before = find(change.transaction(), request);
                    OfferedPrice after = before.archived(change.at());
                    if (!after.equals(before)) {
                        String code = after.price().code();
                        PriceStore.archive(change.transaction(), request.organization(), code, change.at());
                        change.append("price.archived", OfferedPrice.target(code), before.toJson(), after.toJson());
                    }
                    return after;
                })
                .toJson());
    }

    private static OfferedPrice find(Database.Transaction transaction, ApiRequest request) {
        String code = request.pathParameter("code");
        return PriceStore.find(transaction, request.organization(), code)
                .orElseThrow(() -> Offering.notFound(WHAT, code));
    }

    private static void refuseTakenDate(Price price, LocalDate effectiveFrom) {
        if (price.versions().stream().anyMatch(version -> effectiveFrom.equals(version.effectiveFrom()))) {
            throw new ProblemException(Problem.of(
                    ProblemKind.CONFLICT,
                    "effective_from_taken",
                    "A version of " + price.code() + " starts on " + effectiveFrom + " already; choose another day."));
        }
    }

    private static void refuseBilledPeriod(
            Database.Transaction transaction, ApiRequest request, Price price, LocalDate effectiveFrom) {
        BilledPeriods.touchedBy(transaction, request.organization(), price, effectiveFrom)
                .ifPresent(period -> {
                    throw new ProblemException(Problem.of(
                            ProblemKind.CONFLICT,
                            "version_in_billed_period",
                            "The version would be in force in " + period
                                    + ", which was billed already; let it start on " + period.end() + " or later."));
                });
    }

    private static int nextNumber(Price price) {
        int last =
                price.versions().stream().mapToInt(PriceVersion::version).max().orElse(0);
        if (last >= VERSIONS) {
            throw new ProblemException(Problem.of(
                    ProblemKind.CONFLICT, "too_many_versions", "A price has at most " + VERSIONS + " versions."));
        }
        return last + 1;
    }
}
