package cairn.journal;

import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Values by step, in little memory: 16 bytes for a number. Steps are expected in rising order, and may come in any.
 *
 * <p>A number is kept as such if {@link Double#toString} writes it just so; every other value is kept as its text.
 */
final class Column {
    private static final int LONGEST_NUMBER = 25;

    private long[] steps = new long[16];
    private double[] numbers = new double[16];
    private int size;
    private final NavigableMap<Long, Text> texts = new TreeMap<>();

    private record Text(String value, long attempt) {
    }

    /** Keeps the value of a step, in place of an earlier one. */
    void put(long step, String value, long attempt) {
        Optional<Double> number = number(value);
        if (number.isPresent()) {
            texts.remove(step);
            put(step, number.get());
        } else {
            remove(step);
            texts.put(step, new Text(value, attempt));
        }
    }

    /** Forgets every value of a later step. */
    void forgetAfter(long step) {
        int from = Arrays.binarySearch(steps, 0, size, step);
        size = from >= 0 ? from + 1 : -from - 1;
        texts.tailMap(step, false).clear();
    }

    Optional<String> get(long step) {
        int i = Arrays.binarySearch(steps, 0, size, step);
        return i >= 0 ? Optional.of(Double.toString(numbers[i])) : Optional.ofNullable(texts.get(step)).map(Text::value);
    }

    /** The attempt that recorded the text of a step. */
    OptionalLong attempt(long step) {
        return texts.containsKey(step) ? OptionalLong.of(texts.get(step).attempt()) : OptionalLong.empty();
    }

    boolean has(long step) {
        return Arrays.binarySearch(steps, 0, size, step) >= 0 || texts.containsKey(step);
    }

    /** All values in the order of their steps. */
    NavigableMap<Long, String> all() {
        NavigableMap<Long, String> all = new TreeMap<>();
        texts.forEach((step, text) -> all.put(step, text.value()));
        for (int i = 0; i < size; i++) {
            all.put(steps[i], Double.toString(numbers[i]));
        }
        return all;
    }

    /** The numbers alone. */
    Numbers numbers() {
        return new Numbers(Arrays.copyOf(steps, size), Arrays.copyOf(numbers, size));
    }

    private void put(long step, double number) {
        int i = size == 0 || steps[size - 1] < step ? -size - 1 : Arrays.binarySearch(steps, 0, size, step);
        if (i < 0) {
            i = -i - 1;
            if (size == steps.length) {
                steps = Arrays.copyOf(steps, 2 * size);
                numbers = Arrays.copyOf(numbers, 2 * size);
            }
            System.arraycopy(steps, i, steps, i + 1, size - i);
            System.arraycopy(numbers, i, numbers, i + 1, size - i);
            steps[i] = step;
            size++;
        }
        numbers[i] = number;
    }

    private void remove(long step) {
        int i = Arrays.binarySearch(steps, 0, size, step);
        if (i >= 0) {
            System.arraycopy(steps, i + 1, steps, i, size - i - 1);
            System.arraycopy(numbers, i + 1, numbers, i, size - i - 1);
            size--;
        }
    }

    private static Optional<Double> number(String value) {
        if (value.length() > LONGEST_NUMBER) {
            return Optional.empty();
        }
        try {
            return Optional.of(Double.parseDouble(value)).filter(number -> Double.toString(number).equals(value));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
