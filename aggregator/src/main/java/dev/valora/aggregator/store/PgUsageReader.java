package dev.valora.aggregator.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.aggregator.UsageReader;
import dev.valora.aggregator.UsageSelection;
import dev.valora.aggregator.UsageTotals;
import dev.valora.aggregator.UsageWindow;
import dev.valora.aggregator.WindowsRequest;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Quantity;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Usage from the windows in PostgreSQL. Blocks; any thread but an event loop. */
public final class PgUsageReader implements UsageReader {

    private final Database database;

    public PgUsageReader(Database database) {
        this.database = database;
    }

    @Override
    public List<UsageTotals> totals(OrganizationId organization, UsageSelection selection) {
        if (selection.customers().isEmpty()) {
            throw new IllegalArgumentException("totals are read for named customers only");
        }
        WindowsRequest whole = new WindowsRequest(
                selection,
                List.of(selection.cut().from(), selection.cut().to()),
                selection.groupBy().isEmpty(),
                null,
                Integer.MAX_VALUE);
        return windows(organization, whole).stream().map(UsageWindow::totals).toList();
    }

    @Override
    public List<UsageWindow> windows(OrganizationId organization, WindowsRequest request) {
        UsageSql sql = new UsageSql(organization, request);
        return database.inOrganization(organization, transaction -> {
            List<UsageWindow> windows = new ArrayList<>();
            for (Row row : transaction.execute(sql.text(), sql.parameters())) {
                windows.add(window(row, request));
            }
            return windows;
        });
    }

    private static UsageWindow window(Row row, WindowsRequest request) {
        int number = row.getInteger("number");
        BigDecimal value = row.getBigDecimal("value");
        return new UsageWindow(
                request.boundaries().get(number - 1),
                request.boundaries().get(number),
                new UsageTotals(
                        row.getString("customer"),
                        dimensions(row.getString("group_values")),
                        new Quantity(value),
                        row.getLong("events")));
    }

    private static List<Optional<String>> dimensions(String json) {
        try {
            List<Optional<String>> dimensions = new ArrayList<>();
            for (JsonNode dimension : Json.read(json.getBytes(UTF_8))) {
                dimensions.add(Optional.ofNullable(dimension.textValue()));
            }
            return dimensions;
        } catch (IOException notJson) {
            throw new IllegalStateException("dimensions are stored as JSON", notJson);
        }
    }
}
