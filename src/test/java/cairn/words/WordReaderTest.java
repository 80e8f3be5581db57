package cairn.words;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordReaderTest {

    @Test
    void aTextIsReadFromLeftToRightAndWhatDoesNotComeNextIsNotTaken() {
        WordReader words = new WordReader("loss_2 >= 1.5ep, rest");
        assertThat(words.take("accuracy")).isFalse();
        assertThat(words.number()).isEmpty();
        assertThat(words.name("_")).isEqualTo("loss_2");
        assertThat(words.spaces().takeOne(">", "<")).contains(">");
        assertThat(words.takeOne(">", "=")).contains("=");
        assertThat(words.letters()).isEmpty();
        assertThat(words.spaces().number()).contains(1.5);
        assertThat(words.isAtEnd()).isFalse();
        assertThat(words.letters()).isEqualTo("ep");
        assertThat(words.digits()).isEmpty();
        assertThat(words.rest()).isEqualTo(", rest");
        assertThat(words.isAtEnd()).isTrue();
        assertThat(words.rest()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"7, 7, ''", "7.25x, 7.25, x", "7., 7, .", "7.x, 7, .x", "007, 7, ''", "1e5, 1, e5"})
    void aNumberIsDigitsAndPerhapsAPointAndDigits(String text, double number, String rest) {
        WordReader words = new WordReader(text);
        assertThat(words.number()).contains(number);
        assertThat(words.rest()).isEqualTo(rest);
    }

    @Test
    void aWholeTextIsReadAsJavaReadsIt() {
        assertThat(WordReader.whole("-3")).contains(-3L);
        assertThat(WordReader.whole("3.0")).isEmpty();
        assertThat(WordReader.whole("99999999999999999999")).isEmpty();
        assertThat(WordReader.real("1e-3")).contains(0.001);
        assertThat(WordReader.real("NaN")).isEmpty();
        assertThat(WordReader.real("some")).isEmpty();
    }
}
