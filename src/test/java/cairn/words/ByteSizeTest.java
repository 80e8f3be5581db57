package cairn.words;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({"0, 0 B", "999, 999 B", "1000, 1.00 kB", "4361, 4.36 kB", "9994, 9.99 kB", "9996, 10.0 kB", "99949, 99.9 kB", "99960, 100 kB",
        "999499, 999 kB", "999500, 1.00 MB", "8040000, 8.04 MB", "170052171, 170 MB", "9223372036854775807, 9.22 EB"})
    void sizesHaveThreeDigits(long bytes, String text) {
        assertThat(ByteSize.text(bytes)).isEqualTo(text);
    }
}
