package cairn.data.source;

import cairn.data.DataSet;
import cairn.data.RoundedRows;
import java.util.Optional;

/**
 * The rows of a {@link DataSource}.
 *
 * @param train the rows to train on, and to split validation rows off
 * @param test the rows that the source reserves for testing, if it does; otherwise the caller splits them off
 */
public record LoadedData(DataSet train, Optional<DataSet> test) {

    /** With numbers of 32 bits. */
    public LoadedData rounded() {
        return new LoadedData(new RoundedRows(train), test.map(RoundedRows::new));
    }

    public static LoadedData whole(DataSet data) {
        return new LoadedData(data, Optional.empty());
    }
}
