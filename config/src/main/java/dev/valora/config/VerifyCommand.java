package dev.valora.config;

import dev.valora.aggregator.store.PgQuantityReader;
import dev.valora.billing.invoices.InvoiceReview;
import dev.valora.billing.invoices.InvoiceReview.Reviewed;
import dev.valora.config.postgres.EmbeddedPostgres;
import dev.valora.config.settings.DatabaseUrl;
import dev.valora.config.settings.Setting;
import dev.valora.config.settings.Settings;
import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Computes every invoice again and compares. Works beside a running server, and without one: then the embedded PostgreSQL is
 * started for it. Writes nothing.
 */
final class VerifyCommand {

    private final Settings settings;
    private final PrintWriter out;
    private final Parts parts = new Parts();
    private final Set<String> organizations = new TreeSet<>();
    private long invoices;
    private long changed;

    private VerifyCommand(Settings settings, PrintWriter out) {
        this.settings = settings;
        this.out = out;
    }

    /** Returns what the process should end with. */
    static int run(Settings settings, PrintWriter out, PrintWriter err) {
        Logging.configure(settings.get(Setting.LOG_LEVEL));
        VerifyCommand command = new VerifyCommand(settings, out);
        try {
            return command.verify().number();
        } catch (StartException refused) {
            err.println(refused.sentence());
            return refused.exitCode().number();
        } catch (DatabaseException unread) {
            err.println("The invoices cannot be read: " + unread.getMessage() + ".");
            return ExitCode.DATABASE.number();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return ExitCode.UNEXPECTED.number();
        } finally {
            command.parts.stopAll();
            out.flush();
            err.flush();
        }
    }

    private ExitCode verify() throws StartException, InterruptedException {
        DatabaseUrl url = locate();
        Vertx eventLoops = new HttpStart(settings, parts).eventLoops();
        Database database = ServerDatabase.pools(url, settings, eventLoops, parts);
        new InvoiceReview(database, new PgQuantityReader()).run(this::take);
        out.printf(
                Locale.ROOT,
                "%,d invoices of %,d organizations computed again: %s%n",
                invoices,
                organizations.size(),
                changed == 0 ? "all as they were finalized" : String.format(Locale.ROOT, "%,d differ", changed));
        return changed == 0 ? ExitCode.OK : ExitCode.INVOICES_DIFFER;
    }

    private void take(Reviewed reviewed) {
        invoices++;
        organizations.add(reviewed.organization().toString());
        if (!reviewed.differences().isEmpty()) {
            changed++;
            out.println(reviewed.number() + " of organization " + reviewed.organization() + " differs at "
                    + String.join(", ", reviewed.differences()));
        }
    }

    /** The settings' database; else the embedded one, where a server has it running or started for this. */
    private DatabaseUrl locate() throws StartException, InterruptedException {
        Optional<DatabaseUrl> running = settings.get(Setting.DATABASE_URL)
                .or(() ->
                        EmbeddedPostgres.running(settings.get(Setting.DATA_DIR).resolve(DataDirectory.POSTGRES)));
        if (running.isPresent()) {
            return running.get();
        }
        DataDirectory directory = DataDirectory.open(settings.get(Setting.DATA_DIR));
        parts.add("data directory", directory::close);
        return ServerDatabase.locate(settings, directory.postgres(), parts);
    }
}
