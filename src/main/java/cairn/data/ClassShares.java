package cairn.data;

import cairn.random.Key;
import java.util.BitSet;

/** The rows of a data set with classes, divided so that each part has its share of each class. Every part is in the order of the classes. */
final class ClassShares {
    private final DataSet data;
    private final int classes;
    private final int[] tested;
    private final int[] validated;
    private final int[] trained;

    ClassShares(DataSet data, int validationRows, int testRows, Key key) {
        Splits.check(data, validationRows, testRows);
        if (!(data.labels() instanceof Labels.Classes named)) {
            throw new IllegalArgumentException("cannot stratify " + data.name()
                    + ": its labels are real numbers, not classes; split it at random");
        }
        // A row without a class would be in no part.
        Splits.requireLabels(data);
        this.data = data;
        this.classes = named.width();
        int[] all = byClass(key.fold("split").permutation(data.size()));
        tested = everyShare(all, testRows, true);
        int[] rest = everyShare(all, testRows, false);
        validated = everyShare(rest, validationRows, true);
        trained = everyShare(rest, validationRows, false);
    }

    /** Gives each class a row to train on, if there are enough rows to train on. */
    ClassShares trainingEveryClass() {
        int[] inTest = counts(tested);
        int[] inValidation = counts(validated);
        int[] inTraining = counts(trained);
        int[] beginsInTest = begins(inTest);
        int[] beginsInValidation = begins(inValidation);
        int[] endsInTraining = begins(inTraining);
        for (int c = 0; c < classes; c++) {
            endsInTraining[c] += inTraining[c];
        }
        for (int c = 0; c < classes; c++) {
            if (inTraining[c] > 0 || inTest[c] + inValidation[c] == 0) {
                continue;
            }
            boolean fromTest = inTest[c] > inValidation[c];
            int[] part = fromTest ? tested : validated;
            int[] inPart = fromTest ? inTest : inValidation;
            int given = mostLacking(inPart, inTraining, part.length);
            if (given < 0) {
                break;
            }
            int place = (fromTest ? beginsInTest : beginsInValidation)[c];
            int row = part[place];
            part[place] = trained[--endsInTraining[given]];
            trained[endsInTraining[given]] = row;
            inPart[c]--;
            inPart[given]++;
            inTraining[given]--;
            inTraining[c]++;
        }
        return this;
    }

    /** The class of at least two training rows whose number in a part is most below its share; -1 if no class has two. */
    private int mostLacking(int[] inPart, int[] inTraining, int rows) {
        int found = -1;
        double most = 0;
        for (int c = 0; c < classes; c++) {
            // A part takes this fraction of the rows that it shares with training.
            double lacking = (double) (inPart[c] + inTraining[c]) * rows / (rows + trained.length) - inPart[c];
            if (inTraining[c] > 1 && (found < 0 || lacking > most)) {
                found = c;
                most = lacking;
            }
        }
        return found;
    }

    Splits splits() {
        int[] order = new int[data.size()];
        System.arraycopy(tested, 0, order, 0, tested.length);
        System.arraycopy(validated, 0, order, tested.length, validated.length);
        System.arraycopy(trained, 0, order, tested.length + validated.length, trained.length);
        return Splits.cut(data, order, validated.length, tested.length);
    }

    /** All rows, class after class, in the order of {@code shuffled} within a class. */
    private int[] byClass(int[] shuffled) {
        int[] next = begins(counts(shuffled));
        int[] rows = new int[shuffled.length];
        for (int row : shuffled) {
            rows[next[data.label(row)]++] = row;
        }
        return rows;
    }

    private int[] counts(int[] rows) {
        int[] counts = new int[classes];
        for (int row : rows) {
            counts[data.label(row)]++;
        }
        return counts;
    }

    /** Where each class begins among rows in the order of the classes. */
    private static int[] begins(int[] counts) {
        int[] begins = new int[counts.length];
        for (int c = 1; c < counts.length; c++) {
            begins[c] = begins[c - 1] + counts[c - 1];
        }
        return begins;
    }

    /**
     * Every (n/k)-th of {@code rows}: place i is taken if i·k/n passes a whole number there, which holds for exactly k places,
     * and in every stretch of m places for m·k/n of them, within one. Or, if not {@code taken}, the others.
     */
    private static int[] everyShare(int[] rows, int k, boolean taken) {
        long n = rows.length;
        BitSet chosen = new BitSet();
        for (int i = 0; i < n; i++) {
            chosen.set(i, ((i + 1L) * k / n > (long) i * k / n) == taken);
        }
        return chosen.stream().map(i -> rows[i]).toArray();
    }
}
