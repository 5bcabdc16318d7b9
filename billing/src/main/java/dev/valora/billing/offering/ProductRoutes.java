package dev.valora.billing.offering;

import dev.valora.billing.Metadata;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.audit.Author;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Database;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Page;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/** {@code /v1/products}. */
public final class ProductRoutes {

    private static final String WHAT = "product";
    private static final int DESCRIPTION_LENGTH = 1_000;

    private final Database database;
    private final AuditTrail audit;

    public ProductRoutes(Database database, AuditTrail audit) {
        this.database = database;
        this.audit = audit;
    }

    /** To be served. */
    public List<Route> routes() {
        Access read = Access.anyOf(Scope.BILLING_READ);
        Access write = Access.anyOf(Scope.BILLING_WRITE);
        return List.of(
                new Route(HttpVerb.POST, "/v1/products", write, this::create),
                new Route(HttpVerb.GET, "/v1/products", read, this::list),
                new Route(HttpVerb.GET, "/v1/products/{code}", read, this::get),
                new Route(HttpVerb.PATCH, "/v1/products/{code}", write, this::change),
                new Route(HttpVerb.POST, "/v1/products/{code}/archive", write, this::archive));
    }

    private Reply create(ApiRequest request) {
        Function<Instant, Product> sent = newProduct(request.fields());
        return Reply.created(audit.change(Author.of(request), change -> {
            Product product = sent.apply(change.at());
            if (!ProductStore.insert(change.transaction(), request.organization(), product)) {
                throw Offering.codeTaken(WHAT, product.code());
            }
            change.append("product.created", product.target(), null, product.toJson());
            return product.toJson();
        }));
    }

    /** A product as it was sent, for the time at which it is created. */
    private static Function<Instant, Product> newProduct(JsonFields fields) {
        String code = fields.requiredCode("code");
        String name = fields.requiredText("name", Offering.NAME_LENGTH);
        String description =
                fields.optionalText("description", DESCRIPTION_LENGTH).orElse(null);
        Map<String, String> metadata = Metadata.of(fields);
        fields.check();
        return createdAt -> new Product(code, name, description, metadata, createdAt, null);
    }

    private Reply list(ApiRequest request) {
        Page page = Page.of(request.query());
        request.query().check(Page.PARAMETERS);
        List<ProductStore.Listed> rows = database.inOrganization(
                request.organization(), transaction -> ProductStore.list(transaction, request.organization(), page));
        return Reply.ok(page.reply(
                rows, ProductStore.Listed::number, listed -> listed.product().toJson()));
    }

    private Reply get(ApiRequest request) {
        request.query().check(Set.of());
        String code = request.pathParameter("code");
        return database.inOrganization(
                        request.organization(),
                        transaction -> ProductStore.find(transaction, request.organization(), code))
                .map(product -> Reply.ok(product.toJson()))
                .orElseThrow(() -> Offering.notFound(WHAT, code));
    }

    private Reply change(ApiRequest request) {
        return update(request, "product.changed", (before, at) -> changed(request.fields(), before));
    }

    private Reply archive(ApiRequest request) {
        return update(request, "product.archived", Product::archived);
    }

    private Reply update(ApiRequest request, String action, BiFunction<Product, Instant, Product> edit) {
        String code = request.pathParameter("code");
        Product product = audit.change(Author.of(request), change -> {
            Product before = ProductStore.find(change.transaction(), request.organization(), code)
                    .orElseThrow(() -> Offering.notFound(WHAT, code));
            Product after = edit.apply(before, change.at());
            if (!after.equals(before)) {
                ProductStore.update(change.transaction(), request.organization(), after);
                change.append(action, after.target(), before.toJson(), after.toJson());
            }
            return after;
        });
        return Reply.ok(product.toJson());
    }

    private static Product changed(JsonFields fields, Product before) {
        Product after = new Product(
                before.code(),
                fields.optionalText("name", Offering.NAME_LENGTH).orElse(before.name()),
                fields.mentions("description")
                        ? fields.optionalText("description", DESCRIPTION_LENGTH).orElse(null)
                        : before.description(),
                Metadata.changed(fields, before.metadata()),
                before.createdAt(),
                before.archivedAt());
        fields.check();
        return after;
    }
}
