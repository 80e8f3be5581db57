package cairn.look;

import java.util.List;

/** Which rows of a part are looked at. */
public sealed interface RowChoice {

    /** The rows with the greatest losses, the greatest first. A loss that is not a number is greater than any. */
    record Worst(int most) implements RowChoice {
    }

    /** The rows that are predicted wrongly, the greatest loss first. Of real targets nothing is wrong or right. */
    record Wrong(int most) implements RowChoice {
    }

    /** The first rows of the part. */
    record First(int most) implements RowChoice {
    }

    /** The rows with these numbers in the {@linkplain RowTable#source data set that was read}, in this order. */
    record These(List<Integer> rows) implements RowChoice {
        public These {
            rows = List.copyOf(rows);
        }
    }
}
