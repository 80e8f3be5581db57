package cairn.data;

/**
 * Rows with normalized targets, which a model learns more easily than numbers that are large or far from 0. Everything else is as in the
 * source, also its digest, because the normalization follows from the rows and the recipe.
 *
 * @param source labelled with real numbers
 * @param by fitted on the training rows; one mean and one deviation per target
 */
public record NormalizedTargets(DataSet source, Normalization by) implements DataSet {

    public NormalizedTargets {
        if (!(source.labels() instanceof Labels.Reals)) {
            throw new IllegalArgumentException("cannot normalize the targets of " + source.name() + ": its rows are labelled with classes");
        }
        by.check(new AsFeatures(source));
    }

    /** The normalization of the targets of {@code trainingRows}. */
    public static Normalization fit(Normalization.Kind kind, DataSet trainingRows) {
        return Normalization.fit(kind, new AsFeatures(trainingRows));
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public long[] shape() {
        return source.shape();
    }

    @Override
    public Labels labels() {
        return source.labels();
    }

    @Override
    public TableColumns columns() {
        return source.columns();
    }

    @Override
    public void features(int row, float[] into, int offset) {
        source.features(row, into, offset);
    }

    @Override
    public void features(int row, double[] into, int offset) {
        source.features(row, into, offset);
    }

    @Override
    public void features(int row, float[] into, int offset, Normalization of) {
        source.features(row, into, offset, of);
    }

    @Override
    public boolean isBytes() {
        return source.isBytes();
    }

    @Override
    public void bytes(int row, byte[] into, int offset) {
        source.bytes(row, into, offset);
    }

    @Override
    public int label(int row) {
        return source.label(row);
    }

    /** The normalized targets. */
    @Override
    public void targets(int row, float[] into, int offset) {
        double[] exact = new double[labels().width()];
        source.targets(row, exact, 0);
        by.apply(exact, 0, into, offset, exact.length);
    }

    @Override
    public String digest() {
        return source.digest();
    }

    /** The targets in the place of the features. */
    private record AsFeatures(DataSet rows) implements DataSet {
        @Override
        public String name() {
            return "the targets of " + rows.name();
        }

        @Override
        public int size() {
            return rows.size();
        }

        @Override
        public long[] shape() {
            return new long[] {rows.labels().width()};
        }

        @Override
        public Labels labels() {
            return rows.labels();
        }

        @Override
        public void features(int row, float[] into, int offset) {
            rows.targets(row, into, offset);
        }

        @Override
        public void features(int row, double[] into, int offset) {
            rows.targets(row, into, offset);
        }

        @Override
        public int label(int row) {
            return rows.label(row);
        }

        @Override
        public void targets(int row, float[] into, int offset) {
            rows.targets(row, into, offset);
        }
    }
}
