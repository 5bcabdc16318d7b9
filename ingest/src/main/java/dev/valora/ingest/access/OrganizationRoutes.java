package dev.valora.ingest.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Json;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Organization;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import dev.valora.ingest.Timestamps;
import dev.valora.ingest.WallClock;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /v1/organizations} for the operator and {@code /v1/organization} for everyone's own. */
public final class OrganizationRoutes {

    private static final int NAME_LENGTH = 255;
    private static final int ADDRESS_LENGTH = 1_000;
    private static final int TAX_ID_LENGTH = 64;
    private static final int ZONE_NAME_LENGTH = 64;
    private static final int GRACE_HOURS_MAX = 720;
    private static final int NET_TERMS_DAYS_MAX = 365;
    private static final int PREFIX_LENGTH = 20;
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._/#-]+");
    private static final Pattern CURRENCY_CODE = Pattern.compile("[A-Z]{3}");
    private static final Currency NO_CURRENCY = Currency.getInstance("XXX");
    private static final Map<String, Organization.LateUsage> LATE_USAGE = byName(Organization.LateUsage.values());
    private static final Map<String, Organization.ZeroInvoices> ZERO_INVOICES =
            byName(Organization.ZeroInvoices.values());

    private final OrganizationStore organizations;
    private final WallClock clock;

    public OrganizationRoutes(OrganizationStore organizations, WallClock clock) {
        this.organizations = organizations;
        this.clock = clock;
    }

    /** To be served. */
    public List<Route> routes() {
        return List.of(
                new Route(HttpVerb.POST, "/v1/organizations", Access.operator(), this::create),
                new Route(HttpVerb.GET, "/v1/organizations", Access.operator(), this::list),
                new Route(HttpVerb.GET, "/v1/organizations/{id}", Access.operator(), this::get),
                new Route(HttpVerb.GET, "/v1/organization", Access.anyKey(), this::getOwn),
                new Route(HttpVerb.PATCH, "/v1/organization", Access.anyOf(Scope.ADMIN), this::changeOwn));
    }

    private Reply create(ApiRequest request) {
        Organization organization = newOrganization(request.fields());
        KeySecret secret = KeySecret.random();
        ApiKey key = ApiKey.create(
                organization.id(), "first key", EnumSet.allOf(Scope.class), organization.createdAt(), null, secret);
        organizations.create(organization, key, secret);
        ObjectNode reply = toJson(organization);
        ObjectNode shown = reply.putObject("api_key")
                .put("id", key.id().toString())
                .put("secret", secret.text())
                .put("prefix", key.prefix());
        ApiKey.putScopes(shown, key.scopes());
        return Reply.created(reply);
    }

    private Reply list(ApiRequest request) {
        Page page = Page.of(request.query());
        request.query().check(Page.PARAMETERS);
        return Reply.ok(page.reply(
                organizations.list(page), OrganizationStore.Listed::number, listed -> toJson(listed.organization())));
    }

    private Reply get(ApiRequest request) {
        request.query().check(Set.of());
        String id = request.pathParameter("id");
        return OrganizationId.parse(id)
                .flatMap(organizations::findForOperator)
                .map(organization -> Reply.ok(toJson(organization)))
                .orElseThrow(() -> new ProblemException(Problem.notFound("organization", id)));
    }

    private Reply getOwn(ApiRequest request) {
        request.query().check(Set.of());
        return Reply.ok(toJson(organizations.organization(request.organization())));
    }

    private Reply changeOwn(ApiRequest request) {
        return Reply.ok(
                toJson(organizations.update(request.organization(), before -> changed(request.fields(), before))));
    }

    private Organization newOrganization(JsonFields fields) {
        String name = fields.requiredText("name", NAME_LENGTH);
        Currency currency = currency(fields);
        ZoneId zone = zone(fields);
        OptionalInt windowMinutes = Zones.windowMinutes(zone.getRules());
        if (windowMinutes.isEmpty()) {
            fields.problem(
                    "timezone",
                    "unsupported_timezone",
                    "Its offset was not always a multiple of 15 minutes since 2000; choose another zone.");
        }
        Organization organization = new Organization(
                new OrganizationId(UUID.randomUUID()),
                name,
                currency,
                zone,
                windowMinutes.orElse(60),
                fields.integer("usage_grace_hours", 0, GRACE_HOURS_MAX, 1),
                fields.choice("late_usage", LATE_USAGE, Organization.LateUsage.BILL_NEXT),
                fields.choice("zero_invoices", ZERO_INVOICES, Organization.ZeroInvoices.ISSUE),
                fields.integer("net_terms_days", 0, NET_TERMS_DAYS_MAX, 0),
                issuer(fields).orElse(null),
                invoicePrefix(fields, "INV-"),
                Timestamps.now(clock));
        fields.check();
        return organization;
    }

    private static Organization changed(JsonFields fields, Organization before) {
        refuseChange(fields, "currency", before.currency().getCurrencyCode());
        refuseChange(fields, "timezone", before.zone().getId());
        String name = fields.optionalText("name", NAME_LENGTH).orElse(before.name());
        Organization after = new Organization(
                before.id(),
                name,
                before.currency(),
                before.zone(),
                before.windowMinutes(),
                fields.integer("usage_grace_hours", 0, GRACE_HOURS_MAX, before.usageGraceHours()),
                fields.choice("late_usage", LATE_USAGE, before.lateUsage()),
                fields.choice("zero_invoices", ZERO_INVOICES, before.zeroInvoices()),
                fields.integer("net_terms_days", 0, NET_TERMS_DAYS_MAX, before.netTermsDays()),
                fields.mentions("issuer") ? issuer(fields).orElse(null) : before.issuer(),
                invoicePrefix(fields, before.invoicePrefix()),
                before.createdAt());
        fields.check();
        return after;
    }

    private static void refuseChange(JsonFields fields, String name, String present) {
        fields.optionalText(name, NAME_LENGTH)
                .filter(wanted -> !wanted.equals(present))
                .ifPresent(wanted ->
                        fields.problem(name, "immutable_field", "It is " + present + " and cannot be changed."));
    }

    private static Currency currency(JsonFields fields) {
        String code = fields.requiredText("currency", NAME_LENGTH);
        if (code.isEmpty()) {
            return NO_CURRENCY;
        }
        Optional<Currency> currency = knownCurrency(code);
        if (currency.isEmpty()) {
            fields.problem("currency", "invalid_currency", "Use an ISO 4217 code with minor units, such as EUR.");
        }
        return currency.orElse(NO_CURRENCY);
    }

    /** Gold, test codes and the like have no minor unit to round to. */
    private static Optional<Currency> knownCurrency(String code) {
        if (!CURRENCY_CODE.matcher(code).matches()) {
            return Optional.empty();
        }
        return Currency.getAvailableCurrencies().stream()
                .filter(currency -> currency.getCurrencyCode().equals(code))
                .filter(currency -> currency.getDefaultFractionDigits() >= 0)
                .findFirst();
    }

    private static ZoneId zone(JsonFields fields) {
        String name = fields.requiredText("timezone", ZONE_NAME_LENGTH);
        if (name.isEmpty()) {
            return ZoneOffset.UTC;
        }
        Optional<ZoneId> zone = Zones.parse(name);
        if (zone.isEmpty()) {
            fields.problem("timezone", "invalid_timezone", "Use an IANA time zone name such as Europe/Berlin.");
        }
        return zone.orElse(ZoneOffset.UTC);
    }

    private static Optional<Organization.Issuer> issuer(JsonFields fields) {
        return fields.object("issuer")
                .map(issuer -> new Organization.Issuer(
                        issuer.requiredText("name", NAME_LENGTH),
                        issuer.optionalText("address", ADDRESS_LENGTH).orElse(null),
                        issuer.optionalText("tax_id", TAX_ID_LENGTH).orElse(null)));
    }

    private static String invoicePrefix(JsonFields fields, String present) {
        String prefix = fields.optionalText("invoice_prefix", PREFIX_LENGTH).orElse(present);
        if (!PREFIX.matcher(prefix).matches()) {
            fields.problem("invoice_prefix", "invalid_field", "Use letters, digits and . _ / # - only.");
        }
        return prefix;
    }

    private static ObjectNode toJson(Organization organization) {
        ObjectNode node = Json.object()
                .put("id", organization.id().toString())
                .put("name", organization.name())
                .put("currency", organization.currency().getCurrencyCode())
                .put("timezone", organization.zone().getId())
                .put("window_minutes", organization.windowMinutes())
                .put("usage_grace_hours", organization.usageGraceHours())
                .put("late_usage", OrganizationStore.wireName(organization.lateUsage()))
                .put("zero_invoices", OrganizationStore.wireName(organization.zeroInvoices()))
                .put("net_terms_days", organization.netTermsDays());
        putIssuer(node, organization.issuer());
        return node.put("invoice_prefix", organization.invoicePrefix())
                .put("created_at", organization.createdAt().toString());
    }

    private static void putIssuer(ObjectNode node, Organization.@Nullable Issuer issuer) {
        if (issuer == null) {
            node.putNull("issuer");
        } else {
            node.putObject("issuer")
                    .put("name", issuer.name())
                    .put("address", issuer.address())
                    .put("tax_id", issuer.taxId());
        }
    }

    private static <T extends Enum<T>> Map<String, T> byName(T[] policies) {
        Map<String, T> byName = new LinkedHashMap<>();
        for (T policy : policies) {
            byName.put(OrganizationStore.wireName(policy), policy);
        }
        return byName;
    }
}
