package cairn.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes the counts of the campaigns as a Markdown table when the tests have ended. With {@code reliability.report} it prints the table
 * too.
 */
public final class Report implements TestExecutionListener {
    static final Path FILE = Campaign.FOLDER.resolve("campaigns.md");
    private static final String PRINTS = "reliability.report";

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        // Only the Maven profile "reliability" sets this property.
        if (Boolean.getBoolean(PRINTS)) {
            try {
                String table = table();
                Files.createDirectories(Campaign.FOLDER);
                Files.writeString(FILE, table);
                System.out.println("\n" + table + "\nwritten to " + FILE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static String table() throws IOException {
        StringBuilder table = new StringBuilder("| campaign | counted | | test, date |\n|---|---|--:|---|\n");
        for (Campaign campaign : Campaign.values()) {
            Campaign.Sum sum = campaign.sum();
            String title = campaign.title();
            String source = "`" + campaign.test() + "`, " + sum.days().stream().map(LocalDate::toString)
                    .collect(Collectors.joining(" to "));
            for (var count : sum.counts().entrySet()) {
                table.append(String.format(Locale.ROOT, "| %s | %s | %,d | %s |%n", title, count.getKey(), count.getValue(), source));
                title = "";
                source = "";
            }
        }
        return table.toString();
    }
}
