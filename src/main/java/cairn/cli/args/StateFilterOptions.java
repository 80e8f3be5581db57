package cairn.cli.args;

import cairn.cli.terminal.CommandException;
import cairn.transfer.StateFilter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that say which part of a saved state a training starts from. */
public final class StateFilterOptions {
    @Option(names = "--select", paramLabel = "NAME", order = 20,
            description = "Takes only this part of the saved state: a section such as model, or a layer such as 0.dense. May be repeated.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--without", paramLabel = "NAME", order = 21,
            description = "Does not take this part, such as 2.dense. May be repeated.")
    private List<String> without = new ArrayList<>();

    @Option(names = "--rename", paramLabel = "OLD=NEW", order = 22,
            description = {"Takes what is saved as OLD for NEW. May be repeated.", "Example: --rename 0.dense=1.dense"})
    private List<String> renames = new ArrayList<>();

    public StateFilter selection() {
        StateFilter selection = StateFilter.all().only(only.toArray(String[]::new)).without(without.toArray(String[]::new));
        for (String rename : renames) {
            int equals = rename.indexOf('=');
            if (equals < 1 || equals == rename.length() - 1) {
                throw CommandException.usage("--rename " + rename + ": expected OLD=NEW, such as 0.dense=1.dense");
            }
            selection = selection.rename(rename.substring(0, equals), rename.substring(equals + 1));
        }
        return selection;
    }
}
