package cairn.data;

/** Rows whose numbers are rounded to 32 bits before anything is done with them, as earlier versions read every number. */
public record RoundedRows(DataSet source) implements DataSetView {
}
