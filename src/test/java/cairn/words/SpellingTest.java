package cairn.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
    private static final List<String> KNOWN = List.of("adam", "adamw", "sgd", "rmsprop", "GB");

    @ParameterizedTest
    @CsvSource({"adm, adam", "adma, adam", "admaw, adamw", "SGD, sgd", "gdb, GB", "rmsporp, rmsprop", "RMSPORP, rmsprop"})
    void aMisspeltWordIsRecognizedWithExchangedLettersAndCapitals(String word, String meant) {
        assertThat(Spelling.nearest(word, KNOWN)).contains(meant);
        assertThat(Spelling.suggestion(word, KNOWN)).isEqualTo("; did you mean '" + meant + "'?");
        assertThat(Spelling.hint(word, KNOWN)).isEqualTo("did you mean '" + meant + "'? known: GB, adam, adamw, rmsprop, sgd");
    }

    @Test
    void aWordThatIsFarFromAllOfThemIsNotGuessed() {
        assertThat(Spelling.nearest("nesterov", KNOWN)).isEmpty();
        assertThat(Spelling.suggestion("nesterov", KNOWN)).isEmpty();
        assertThat(Spelling.hint("nesterov", KNOWN)).isEqualTo("known: GB, adam, adamw, rmsprop, sgd");
        assertThat(Spelling.nearest("a", List.of())).isEmpty();
    }

    @Test
    void ofVeryManyWordsOnlyTheNearestAreNamed() {
        List<String> many = IntStream.range(0, 2000).mapToObj(i -> "run-" + i).toList();
        assertThat(Spelling.hint("run-77x", many)).startsWith("did you mean 'run-77'? known: run-77, ").contains("run-770")
                .endsWith(" and 1988 more").hasSizeLessThan(250);
        assertThat(Spelling.few(many)).isEqualTo("[run-0, run-1, run-2, run-3, run-4, run-5, run-6, run-7, run-8, run-9, run-10, run-11,"
                + " ... 2000 in total]");
        assertThat(Spelling.few(KNOWN)).isEqualTo(KNOWN.toString());
    }

    /** The work grows with the product of the lengths, so of long words only the beginning is compared. */
    @Test
    void aVeryLongWordTakesNoLongTime() {
        assertThat(Spelling.hint("x".repeat(10_000_000), KNOWN)).isEqualTo("known: GB, adam, adamw, rmsprop, sgd");
    }

    @Test
    void ofEquallyNearWordsTheOneThatBeginsAlikeIsTaken() {
        assertThat(Spelling.nearest("lost", List.of("cost", "loss"))).contains("loss");
    }
}
