package cairn.data;

/**
 * Rows with normalized targets, which a model learns more easily than numbers that are large or far from 0. Everything else is as in the
 * source, also its digest, because the normalization follows from the rows and the recipe.
 *
 * @param source labelled with real numbers
 * @param by fitted on the training rows; one mean and one deviation per target
 */
public record NormalizedTargets(DataSet source, Normalization by) implements DataSetView {

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
    public void features(int row, double[] into, int offset) {
        source.features(row, into, offset);
    }

    @Override
    public void features(int row, float[] into, int offset, Normalization of) {
        source.features(row, into, offset, of);
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
    private record AsFeatures(DataSet source) implements DataSetView {
        @Override
        public String name() {
            return "the targets of " + source.name();
        }

        @Override
        public long[] shape() {
            return new long[] {labels().width()};
        }

        @Override
        public TableColumns columns() {
            return TableColumns.none();
        }

        @Override
        public boolean isBytes() {
            return false;
        }

        @Override
        public void features(int row, float[] into, int offset) {
            source.targets(row, into, offset);
        }

        @Override
        public void features(int row, double[] into, int offset) {
            source.targets(row, into, offset);
        }
    }
}
