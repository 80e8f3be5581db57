package cairn.train.device;

import static cairn.state.Ephemeral.Kind.WIRING;

import cairn.data.Batch;
import cairn.data.DataSet;
import cairn.data.Labels;
import cairn.data.Normalization;
import cairn.nn.Loss;
import cairn.nn.Program;
import cairn.state.ElementType;
import cairn.state.Ephemeral;
import cairn.tensor.Operation;
import cairn.tensor.device.FreeMemory;
import cairn.tensor.op.ByteRows;
import cairn.tensor.op.RowNumbers;
import cairn.tensor.op.RowTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A data set on the device: a table of normalized features and a table of targets. For a batch, only its row numbers are copied to the
 * device, where its rows are gathered. The tables are copied when they are first needed; rows of bytes are copied as bytes. A batch with
 * its own features, because it is corrupted, is copied from the host. So is every batch if another process has taken the memory.
 */
final class DeviceDataset implements BatchFeed, AutoCloseable {
    /** The numbers of one copy. */
    private static final int PIECE = 1 << 20;

    private record Tables(RowTable features, RowTable targets) {
    }

    /** How one program gets its rows. */
    private record Gathering(RowNumbers numbers, Operation rows) {
    }

    private final DataSet data;
    private final Normalization normalization;
    private final Loss loss;
    private final ElementType type;
    private final HostBatchFeed host;
    @Ephemeral("rows of the data set, which is a constant of the state; copied when first needed")
    private Optional<Tables> tables = Optional.empty();
    @Ephemeral(value = "prepared when a program is first filled", kind = WIRING)
    private final Map<Program, Gathering> gatherings = new HashMap<>();

    DeviceDataset(DataSet data, Normalization normalization, Loss loss, ElementType type) {
        this.data = data;
        this.normalization = normalization;
        this.loss = loss;
        this.type = type;
        this.host = new HostBatchFeed(loss, data.labels());
    }

    /** The memory of the tables. */
    static long bytes(DataSet data, ElementType type) {
        return RowTable.bytes(type, data.size(), data.featureCount()) + RowTable.bytes(type, data.size(), data.labels().width());
    }

    /** The additional memory that is needed to fill the tables. */
    static long scratch(DataSet data) {
        return data.isBytes() ? ByteRows.scratch(data.size(), data.featureCount()) : 0;
    }

    DataSet data() {
        return data;
    }

    @Override
    public void fill(Program program, Batch batch, int from, int rows) {
        if (batch.hasFeatures()) {
            host.fill(program, batch, from, rows);
            return;
        }
        Gathering known = gatherings.get(program);
        if (known == null) {
            if (tables.isEmpty() && FreeMemory.bytes() < bytes(data, type) + scratch(data)) {
                copy(program, batch, from, rows);
                return;
            }
            known = gathering(program, rows);
            gatherings.put(program, known);
        }
        known.numbers().set(batch.rows(), from);
        known.rows().run();
    }

    private void copy(Program program, Batch batch, int from, int rows) {
        int width = data.featureCount();
        float[] features = new float[rows * width];
        for (int i = 0; i < rows; i++) {
            data.features(batch.rows()[from + i], features, i * width, normalization);
        }
        program.x().set(features, 0, features.length);
        host.targets(program, batch, from, rows);
    }

    private Gathering gathering(Program program, int rows) {
        if (tables.isEmpty()) {
            tables = Optional.of(new Tables(features(), targets()));
        }
        RowNumbers numbers = tables.get().features().numbers(rows);
        return new Gathering(numbers, Operation.sequence(tables.get().features().gather(numbers, program.x()),
                tables.get().targets().gather(numbers, program.target())));
    }

    private RowTable features() {
        int width = data.featureCount();
        RowTable table = new RowTable(type, data.size(), width);
        if (!data.isBytes()) {
            fill(table, width, (row, into, at) -> data.features(row, into, at, normalization));
            return table;
        }
        try (ByteRows conversion = new ByteRows(table, normalization.shifts(), normalization.divisors())) {
            byte[] piece = new byte[conversion.most() * width];
            for (int row = 0; row < data.size(); row += conversion.most()) {
                int count = Math.min(conversion.most(), data.size() - row);
                for (int i = 0; i < count; i++) {
                    data.bytes(row + i, piece, i * width);
                }
                conversion.put(row, piece, count);
            }
        }
        return table;
    }

    private RowTable targets() {
        int width = data.labels().width();
        RowTable table = new RowTable(type, data.size(), width);
        if (data.labels() instanceof Labels.Classes) {
            classes(table, width);
        } else {
            fill(table, width, data::targets);
        }
        return table;
    }

    private void classes(RowTable table, int width) {
        int most = pieceRows(width);
        double[] piece = new double[most * width];
        for (int row = 0; row < data.size(); row += most) {
            int count = Math.min(most, data.size() - row);
            Arrays.fill(piece, 0);
            for (int i = 0; i < count; i++) {
                loss.target(data.label(row + i), width, piece, i * width);
            }
            table.put(row, piece, count);
        }
    }

    private int pieceRows(int width) {
        return Math.min(data.size(), Math.max(1, PIECE / width));
    }

    private interface Source {
        /** Writes a row; {@code into} contains zeros before. */
        void read(int row, float[] into, int at);
    }

    private void fill(RowTable table, int width, Source source) {
        int most = pieceRows(width);
        float[] piece = new float[most * width];
        for (int row = 0; row < data.size(); row += most) {
            int count = Math.min(most, data.size() - row);
            Arrays.fill(piece, 0);
            for (int i = 0; i < count; i++) {
                source.read(row + i, piece, i * width);
            }
            table.put(row, piece, count);
        }
    }

    @Override
    public void close() {
        gatherings.clear();
        tables.ifPresent(t -> {
            t.features().close();
            t.targets().close();
        });
        tables = Optional.empty();
    }
}
