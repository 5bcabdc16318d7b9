package dev.valora.aggregator;

import dev.valora.ingest.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What stands in the tables, seen by the superuser. */
public final class StoredRows {

    private static final String WINDOWS =
            "SELECT meter, customer, window_start, accepted_hour, dimensions, value, events,"
                    + " resets, first_position, last_position FROM usage.series JOIN usage.windows USING (series_id)"
                    + " ORDER BY 1, 2, 3, 4, dimensions::text";

    private StoredRows() {}

    /** The columns of every row, with a blank between, in the order of the query. */
    public static List<String> of(TestDatabase database, String query) {
        try (Connection superuser = database.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("SET TIME ZONE 'UTC'");
            List<String> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery(query)) {
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= columns; i++) {
                        row.add(result.getString(i));
                    }
                    rows.add(String.join(" ", row));
                }
            }
            return rows;
        } catch (SQLException failed) {
            throw new IllegalStateException(query, failed);
        }
    }

    /** All windows, as a fold must have left them however it was interrupted. */
    public static List<String> ofWindows(TestDatabase database) {
        return of(database, WINDOWS);
    }

    /** Runs a statement. */
    public static void change(TestDatabase database, String sql) {
        try (Connection superuser = database.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /** Takes away all that the fold writes, its checkpoint too. */
    public static void emptyUsage(TestDatabase database) {
        change(database, "TRUNCATE usage.windows, usage.series, usage.skipped_events, usage.voids, usage.checkpoint");
    }
}
