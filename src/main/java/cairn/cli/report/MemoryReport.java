package cairn.cli.report;

import cairn.cli.terminal.Columns;
import cairn.cli.terminal.Screen;
import cairn.data.source.DataFolders;
import cairn.recipe.Recipe;
import cairn.tensor.device.Backend;
import cairn.tensor.device.FreeMemory;
import cairn.train.MemoryNeed;
import cairn.train.Trainer;
import cairn.train.TrainingData;
import cairn.train.device.DatasetTooLarge;
import cairn.words.ByteSize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/**
 * What memory a training of a recipe needs, and what is free.
 *
 * @param free bytes that were free before the training was set up
 * @param tooLarge the data set, if it does not fit on the device
 */
public record MemoryReport(MemoryNeed need, int batchSize, long free, Optional<DatasetTooLarge> tooLarge) {

    /** Sets the training up, without training a step. */
    public static MemoryReport of(Recipe recipe, DataFolders folders) throws IOException {
        long free = FreeMemory.bytes();
        try (Trainer trainer = Trainer.fresh(recipe, TrainingData.open(recipe, folders))) {
            return new MemoryReport(trainer.memory(), recipe.data().batchSize(), free, trainer.memory().tooLarge());
        }
    }

    public void show(Screen screen) {
        screen.print(table().toString());
        tooLarge.ifPresent(rows -> screen.note(sentence(rows)));
        screen.emit(event());
    }

    private Columns table() {
        Columns table = new Columns("", ">");
        table.add("weights and buffers", ByteSize.text(need.weights()));
        table.add("gradient, optimizer, averages", ByteSize.text(need.optimizer()));
        table.add("activations, their gradients and temporary arrays, batch size " + batchSize, ByteSize.text(need.wiring()));
        if (need.kept() > 0) {
            table.add(MemoryNeed.SAVES + " copies of the state on the device, while it is saved", ByteSize.text(need.kept()));
        }
        if (Backend.isDevice()) {
            table.add("rows of the data set on the device", ByteSize.text(need.data()));
        }
        table.add("all arrays", ByteSize.text(need.arrays()));
        table.add("free " + FreeMemory.place(), ByteSize.text(free));
        table.add("in Java's memory: each of " + MemoryNeed.SAVES + " states that wait to be written", ByteSize.text(need.capture()));
        return table;
    }

    private ObjectNode event() {
        return Screen.event("memory").put("weights_bytes", need.weights()).put("optimizer_bytes", need.optimizer())
                .put("wiring_bytes", need.wiring()).put("kept_bytes", need.kept()).put("data_bytes", need.data())
                .put("arrays_bytes", need.arrays()).put("capture_bytes", need.capture()).put("free_bytes", free);
    }

    /** Why the training rows are not on the device, and what is done instead. */
    static String sentence(DatasetTooLarge rows) {
        return "the training rows need " + ByteSize.text(rows.bytes()) + " " + FreeMemory.place() + ", but only "
                + ByteSize.text(rows.limit())
                + " are available (half of what the arrays leave free), so each batch is prepared on the host and copied";
    }
}
