package cairn.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The columns of the text from which rows were read: all of them, in the order of the file, and what became of each. A later file is read
 * with them, so that an input of the model keeps its meaning. There are none for rows that are no lines of text, such as images.
 */
public record TableColumns(List<Column> columns) {

    /** What a column is. */
    public enum Role {
        /** One feature, the number itself. */
        NUMBER,
        /** One feature for each word: 1 for the word of the row, 0 for the others. */
        ONE_HOT,
        /** One feature, the place of the word among the words. */
        INDEX,
        /** The class of the row. */
        LABEL,
        /** A number to predict. */
        TARGET,
        /** Nothing. */
        IGNORED;

        public boolean isFeature() {
            return this == NUMBER || this == ONE_HOT || this == INDEX;
        }

        public boolean hasWords() {
            return this == ONE_HOT || this == INDEX || this == LABEL;
        }
    }

    /**
     * A column.
     *
     * @param name its name in the first line; its number from 1 if the file has no such line
     * @param words its words in the order of their numbers; empty for a column without words
     */
    public record Column(String name, Role role, List<String> words) {
        public Column {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(role, "role");
            words = List.copyOf(words);
        }
    }

    public TableColumns {
        columns = List.copyOf(columns);
    }

    public static TableColumns none() {
        return new TableColumns(List.of());
    }

    public boolean isEmpty() {
        return columns.isEmpty();
    }

    /** The name of each feature, in the order of the features: that of its column, or {@code column=word}. */
    public List<String> featureNames() {
        List<String> names = new ArrayList<>();
        for (Column column : columns) {
            if (column.role() == Role.ONE_HOT) {
                column.words().forEach(word -> names.add(column.name() + "=" + word));
            } else if (column.role().isFeature()) {
                names.add(column.name());
            }
        }
        return names;
    }
}
