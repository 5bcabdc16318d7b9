package dev.valora.billing.customers;

import dev.valora.billing.Metadata;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.audit.Author;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Database;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Limits;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /v1/customers}. */
public final class CustomerRoutes {

    private static final int NAME_LENGTH = 255;
    private static final int EMAIL_LENGTH = 320;
    private static final int ADDRESS_LENGTH = 1_000;
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s]+");

    private final Database database;
    private final AuditTrail audit;

    public CustomerRoutes(Database database, AuditTrail audit) {
        this.database = database;
        this.audit = audit;
    }

    /** To be served. */
    public List<Route> routes() {
        Access read = Access.anyOf(Scope.BILLING_READ);
        Access write = Access.anyOf(Scope.BILLING_WRITE);
        return List.of(
                new Route(HttpVerb.POST, "/v1/customers", write, this::create),
                new Route(HttpVerb.GET, "/v1/customers", read, this::list),
                new Route(HttpVerb.GET, "/v1/customers/{id}", read, this::get),
                new Route(HttpVerb.PATCH, "/v1/customers/{id}", write, this::change));
    }

    private Reply create(ApiRequest request) {
        Function<Instant, Customer> sent = newCustomer(request.fields());
        return Reply.created(audit.change(Author.of(request), change -> {
            Customer customer = sent.apply(change.at());
            if (!CustomerStore.insert(change.transaction(), request.organization(), customer)) {
                throw new ProblemException(Problem.of(
                        ProblemKind.CONFLICT,
                        "customer_key_taken",
                        "There is a customer with the key " + customer.key() + " already; choose another key."));
            }
            change.append("customer.created", target(customer), null, customer.toJson());
            return customer.toJson();
        }));
    }

    private Reply list(ApiRequest request) {
        Page page = Page.of(request.query());
        Optional<String> key = request.query().text("key");
        request.query().check(Set.of("limit", "cursor", "key"));
        OrganizationId organization = request.organization();
        List<CustomerStore.Listed> rows = database.inOrganization(
                organization,
                transaction -> key.isPresent()
                        ? CustomerStore.list(transaction, organization, key.get(), page)
                        : CustomerStore.list(transaction, organization, page));
        return Reply.ok(page.reply(
                rows, CustomerStore.Listed::number, listed -> listed.customer().toJson()));
    }

    private Reply get(ApiRequest request) {
        request.query().check(Set.of());
        String name = request.pathParameter("id");
        return database.inOrganization(
                        request.organization(),
                        transaction -> CustomerStore.find(transaction, request.organization(), name))
                .map(customer -> Reply.ok(customer.toJson()))
                .orElseThrow(() -> notFound(name));
    }

    private Reply change(ApiRequest request) {
        String name = request.pathParameter("id");
        return Reply.ok(audit.change(Author.of(request), change -> {
                    Customer before = CustomerStore.find(change.transaction(), request.organization(), name)
                            .orElseThrow(() -> notFound(name));
                    Customer after = changed(request.fields(), before);
                    if (!after.equals(before)) {
                        CustomerStore.update(change.transaction(), request.organization(), after);
                        change.append("customer.changed", target(after), before.toJson(), after.toJson());
                    }
                    return after;
                })
                .toJson());
    }

    /** A customer as it was sent, for the time at which it is created. */
    private static Function<Instant, Customer> newCustomer(JsonFields fields) {
        String key = fields.requiredText("key", Limits.KEY_LENGTH);
        String name = fields.requiredText("name", NAME_LENGTH);
        String email = email(fields, null);
        String address = fields.optionalText("address", ADDRESS_LENGTH).orElse(null);
        Map<String, String> metadata = Metadata.of(fields);
        fields.check();
        return createdAt -> new Customer(UUID.randomUUID(), key, name, email, address, metadata, createdAt);
    }

    /** Members that were not sent stay as they are; null removes what may be absent. */
    private static Customer changed(JsonFields fields, Customer before) {
        fields.optionalText("key", Limits.KEY_LENGTH)
                .filter(key -> !key.equals(before.key()))
                .ifPresent(key -> fields.problem(
                        "key", "immutable_field", "It is " + before.key() + " and cannot be changed: usage names it."));
        Customer after = new Customer(
                before.id(),
                before.key(),
                fields.optionalText("name", NAME_LENGTH).orElse(before.name()),
                email(fields, before.email()),
                fields.mentions("address")
                        ? fields.optionalText("address", ADDRESS_LENGTH).orElse(null)
                        : before.address(),
                Metadata.changed(fields, before.metadata()),
                before.createdAt());
        fields.check();
        return after;
    }

    private static @Nullable String email(JsonFields fields, @Nullable String before) {
        if (!fields.mentions("email")) {
            return before;
        }
        Optional<String> email = fields.optionalText("email", EMAIL_LENGTH);
        if (email.isPresent() && !EMAIL.matcher(email.get()).matches()) {
            fields.problem("email", "invalid_email", "Write an address such as billing@example.com.");
        }
        return email.orElse(null);
    }

    private static String target(Customer customer) {
        return "customer:" + customer.id();
    }

    private static ProblemException notFound(String name) {
        return new ProblemException(Problem.notFound("customer", name));
    }
}
