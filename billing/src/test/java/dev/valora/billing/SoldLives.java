package dev.valora.billing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.schedule.BillingRun;
import dev.valora.ingest.Calls;
import dev.valora.ingest.HttpVerb;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One worked life: what was sold, and what happened on which day. */
public final class SoldLives {

    private static final Pattern LATE = Pattern.compile("([0-9]+) dated ([0-9-]{10})");
    private static final Pattern WORTH = Pattern.compile("usage worth ([0-9]+)");
    private static final Pattern PRICE = Pattern.compile("by price ([0-9]+)");
    private static final Pattern TO = Pattern.compile("(?:to|plan) (\\w+)");

    private final BillingApi api;
    private final JsonNode given;
    private final Calls calls;
    private final BillingRun run;
    private final List<String> subscriptions = new ArrayList<>();

    public SoldLives(BillingApi api, JsonNode given) {
        this.api = api;
        this.given = given;
        turn(date(given.path("timeline").path(0)).minusDays(1));
        this.calls = api.organization("UTC", BillingApi::routes);
        this.run = api.run(api.database(), 500);
        api.defineMeter(calls, "units");
        calls.post("/v1/products", "{'code':'api','name':'API'}");
        calls.post("/v1/customers", "{'key':'ann','name':'Ann'}");
        given.path("plans").properties().forEach(plan -> sell(plan.getKey(), plan.getValue()));
        for (int i = 0; i < given.path("items").size(); i++) {
            sell("item" + i, given.get("items").get(i));
        }
        if (given.has("recurring")) {
            sell("recurring", given.get("recurring"));
        }
        if (given.has("usage_price")) {
            usagePrice("'model':'package','package_size':'100','package_amount':'2.95'");
        } else if (given.path("usage").has("unit_amount_cents")) {
            usagePrice("'model':'per_unit','unit_amount':'1.50'");
        } else {
            usagePrice("'model':'per_unit','unit_amount':'0.01'");
        }
    }

    /** Lives it to a hundred days behind its last event; days and amount of every line, and the amount alone. */
    public List<String> billed() {
        if (given.path("usage").isArray()) {
            given.get("usage")
                    .forEach(used ->
                            usage(date(used), date(used), used.get("quantity").textValue()));
        } else if (given.path("usage").has("quantity")) {
            LocalDate day = given.has("timeline") ? date(given.at("/timeline/0")) : LocalDate.parse("2026-01-05");
            usage(day, day, given.at("/usage/quantity").asText());
        }
        LocalDate last = LocalDate.parse("2026-01-01");
        if (!given.has("timeline")) {
            happen(last, "subscribe");
        }
        for (JsonNode event : given.path("timeline")) {
            last = date(event);
            turn(last);
            happen(last, event.get(1).textValue());
        }
        turn(last.plusDays(100));
        List<String> lines = new ArrayList<>();
        calls.get("/v1/invoices?limit=500")
                .get("data")
                .forEach(invoice -> invoice.get("lines").forEach(line -> {
                    String amount = line.get("amount").textValue();
                    lines.add(line.at("/service_period/start").textValue() + "/"
                            + line.at("/service_period/end").textValue() + " " + amount);
                    lines.add("* " + amount);
                }));
        return lines;
    }

    private void happen(LocalDate day, String what) {
        Matcher late = LATE.matcher(what);
        Matcher worth = WORTH.matcher(what);
        if (late.find()) {
            do {
                usage(LocalDate.parse(late.group(2)), day.plusDays(1), late.group(1));
            } while (late.find());
        } else if (worth.find()) {
            usage(day, day, worth.group(1));
        } else if (what.startsWith("subscribe") || (what.startsWith("plan") && subscriptions.isEmpty())) {
            subscribe(day, what);
        } else if (what.startsWith("cancel effective")) {
            String end = what.matches(".*[0-9-]{10}.*") ? what.replaceAll(".*?([0-9-]{10}).*", "$1") : day.toString();
            cancel("{'at':'date','date':'" + end + "'}");
        } else if (what.startsWith("cancel")) {
            cancel("{'at':'date','date':'" + day + "'}");
        } else if (what.startsWith("terminate")) {
            cancel("{'at':'now'}");
        } else if (what.startsWith("downgrade")) {
            String end = calls.get("/v1/subscriptions/" + subscriptions.getFirst())
                    .at("/current_period/end")
                    .textValue();
            change("'effective_date':'" + end + "'," + items(what));
        } else if (what.matches("(change|upgrade|switch|plan|item|phase).*")) {
            change(items(what));
        } else if (!what.startsWith("period end")) {
            throw new IllegalStateException("nothing is known of: " + what);
        }
    }

    private void subscribe(LocalDate day, String what) {
        String trial = "";
        int days = given.path("trial_days")
                .asInt(given.path("timeline").path(0).path(2).path("trial_days").asInt());
        for (JsonNode plan : given.path("plans")) {
            days = Math.max(days, plan.path("trial_days").asInt());
        }
        if (days > 0) {
            trial = ",'trial_days':" + days;
        }
        String start = ",'start_date':'" + day + "'" + anchor(what);
        boolean alone = given.has("usage_price");
        List<String> first = named(what);
        String usage = alone || first.isEmpty() || isYearly() ? "" : ",{'price':'units'}";
        if (!first.isEmpty()) {
            post("'items':[" + sold(first) + usage + "]" + start + trial);
        }
        if (alone) {
            post("'items':[{'price':'units'}],'anchor_day':1,'start_date':'" + day + "'");
        }
    }

    private boolean isYearly() {
        return given.toString().contains("\"year\"") || given.toString().contains("\"quarter\"");
    }

    /** The prices that a sentence names; all of them when it names none. */
    private List<String> named(String what) {
        List<String> all = new ArrayList<>();
        given.path("plans").fieldNames().forEachRemaining(all::add);
        List<String> found = new ArrayList<>();
        for (String name : all) {
            if (what.replace("-", "").matches(".*\\b" + name + "\\b.*")) {
                found.add(name);
            }
        }
        if (found.isEmpty() && !all.isEmpty()) {
            found.add(all.getFirst());
        }
        for (int i = 0; i < given.path("items").size(); i++) {
            found.add("item" + i);
        }
        if (given.has("recurring")) {
            found.add("recurring");
        }
        return found;
    }

    private String items(String what) {
        Matcher price = PRICE.matcher(what);
        if (price.find()) {
            post("/v1/prices", priceBody("replaced", new BigDecimal(price.group(1)), "month", "advance"));
            return "'items':[{'price':'replaced'},{'price':'units'}]";
        }
        Matcher to = TO.matcher(what);
        List<String> next = new ArrayList<>();
        if (to.find() && given.path("plans").has(to.group(1))) {
            next.add(to.group(1));
        } else if (!given.path("items").isEmpty()) {
            next.addAll(named(what));
        } else {
            post("/v1/prices", priceBody("another", new BigDecimal("1"), "month", "arrears"));
            next.add("another");
        }
        return "'items':[" + sold(next) + (isYearly() ? "" : ",{'price':'units'}") + "]";
    }

    private static String sold(List<String> prices) {
        return String.join(
                ",", prices.stream().map(code -> "{'price':'" + code + "'}").toList());
    }

    private String anchor(String what) {
        if (given.has("anchor_day")) {
            return ",'anchor_day':" + given.get("anchor_day");
        }
        boolean calendar = given.path("cycle").asText().equals("calendar") || what.contains("aligned to the 1st");
        return calendar ? ",'anchor_day':1" : "";
    }

    private void sell(String code, JsonNode plan) {
        BigDecimal amount = plan.has("price")
                ? new BigDecimal(plan.get("price").textValue())
                : new BigDecimal(plan.get("price_cents").asText()).movePointLeft(2);
        post(
                "/v1/prices",
                priceBody(
                        code,
                        amount,
                        plan.get("period").textValue(),
                        plan.path("timing").asText("arrears")));
    }

    private static String priceBody(String code, BigDecimal amount, String interval, String timing) {
        return "{'code':'" + code + "','product':'api','type':'recurring','interval':'" + interval + "','timing':'"
                + timing + "','version':{'model':'flat','amount':'" + amount.toPlainString() + "'}}";
    }

    private void usagePrice(String version) {
        post(
                "/v1/prices",
                "{'code':'units','product':'api','type':'usage','meter':'units','interval':'month','version':{"
                        + version + "}}");
    }

    private void post(String path, String body) {
        calls.post(path, body);
    }

    private void post(String members) {
        subscriptions.add(calls.post("/v1/subscriptions", "{'customer':'ann'," + members + "}")
                .get("id")
                .textValue());
    }

    private void change(String members) {
        Calls.json(
                calls.call(
                        HttpVerb.POST,
                        "/v1/subscriptions/" + subscriptions.getFirst() + "/change",
                        "{" + members + "}"),
                200);
    }

    private void cancel(String body) {
        subscriptions.forEach(
                id -> Calls.json(calls.call(HttpVerb.POST, "/v1/subscriptions/" + id + "/cancel", body), 200));
    }

    private void usage(LocalDate day, LocalDate accepted, String quantity) {
        new UsageRow(BillingApi.organization(calls), "units", "ann", day + "T00:00:00Z", accepted + "T00:00:00Z")
                .insert(api, quantity);
    }

    private void turn(LocalDate day) {
        api.turnClockTo(day + "T12:00:00Z");
        if (run != null) {
            List<BillingRun.Unfinished> unfinished = run.doAllDue();
            if (!unfinished.isEmpty()) {
                throw new IllegalStateException(unfinished.toString());
            }
        }
    }

    private static LocalDate date(JsonNode event) {
        String text = event.has("date")
                ? event.get("date").textValue()
                : event.path(0).asText("2026-01-02");
        return text.startsWith("day ")
                ? LocalDate.parse("2026-01-01").plusDays(Long.parseLong(text.substring(4)) - 1)
                : LocalDate.parse(text.substring(0, 10));
    }
}
