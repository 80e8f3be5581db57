package cairn.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
    void ofEquallyNearWordsTheOneThatBeginsAlikeIsTaken() {
        assertThat(Spelling.nearest("lost", List.of("cost", "loss"))).contains("loss");
    }
}
