package cairn.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    @Test
    void whatATerminalObeysBecomesItsNumber() {
        assertThat(Printable.line("\u001b[31mred\u0007 \u009b \u202e \udb40\udc01 \ud800")).isEqualTo(
                "\\u001b[31mred\\u0007 \\u009b \\u202e \\u{e0001} \\ud800");
        assertThat(Printable.line("a\nb\r\nc\td")).isEqualTo("a\\u000ab\\u000d\\u000ac\\u0009d");
        assertThat(Printable.lines("a\nb\r\nc\td\re")).isEqualTo("a\nb\nc\td\\u000de");
        assertThat(Printable.line("\u00e4 \u65e5 \ud83d\ude00")).isEqualTo("\u00e4 \u65e5 \ud83d\ude00");
        assertThat(Printable.brief("\0".repeat(4096))).hasSize(80 * 6 + 3).endsWith("\\u0000...");
        assertThat(Printable.brief("short")).isEqualTo("short");
    }

    /** Those that Unicode calls ignorable, and the empty pattern of Braille. */
    @Test
    void whatIsSeenNowhereBecomesItsNumber() {
        for (int c : new int[] {0xad, 0x034f, 0x061c, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e, 0x180f, 0x200b, 0x2060, 0x2064, 0x2800, 0x3164,
            0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xe0001, 0xe0100, 0xe01ef}) {
            assertThat(Printable.line("a" + Character.toString(c) + "b")).isEqualTo("a" + (c > 0xffff ? String.format("\\u{%x}", c)
                    : String.format("\\u%04x", c)) + "b");
        }
        assertThat(Printable.line("\u3163\u3165\u2801\u0e01\uac00")).isEqualTo("\u3163\u3165\u2801\u0e01\uac00");
    }

    /** A class that looks like another one: with a no-break space, or with a letter and its mark as two characters. */
    @Test
    void whatLooksLikeAnotherTextIsToldApart() {
        for (int space : new int[] {0xa0, 0x1680, 0x2000, 0x2003, 0x2009, 0x200a, 0x202f, 0x205f, 0x3000}) {
            String text = "cat" + Character.toString(space);
            assertThat(Printable.line(text)).isEqualTo("cat" + String.format("\\u%04x", space));
            assertThat(Printable.alike(List.of("dog", "cat", text))).contains("'cat' and '" + Printable.line(text) + "'");
        }
        for (String composed : List.of("\u00c4pfel", "\u00d6l", "na\u00efve", "\u1ec7")) {
            String apart = Normalizer.normalize(composed, Normalizer.Form.NFD);
            assertThat(Printable.line(composed)).isEqualTo(composed);
            assertThat(Printable.line(apart)).isNotEqualTo(apart).contains("\\u03");
            assertThat(Printable.alike(List.of(composed, apart))).isPresent();
        }
        // Marks that have no other form are letters like others.
        String marked = "\u0939\u093f\u0928\u094d\u0926\u0940 \u0e17\u0e35\u0e48";
        assertThat(Printable.line(marked)).isEqualTo(marked);
        assertThat(Printable.alike(List.of("cat", "cats", "Cat"))).isEmpty();
    }

    /** Wherever the bad byte stands, also where the portions of the reader meet. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8190, 8191, 8192, 8193, 20_000})
    void theFirstByteThatIsNoUtf8IsFoundWithItsLine(int at) throws IOException {
        byte[] text = "1234567\n".repeat(3000).getBytes(StandardCharsets.UTF_8);
        assertThat(BadByte.first(new ByteArrayInputStream(text))).isEmpty();
        text[at] = (byte) 0xe4;
        assertThat(BadByte.first(new ByteArrayInputStream(text))).contains(new BadByte(at, at / 8 + 1, 0xe4));
        byte[] cut = Arrays.copyOf("12\n\u65e5".getBytes(StandardCharsets.UTF_8), 5);
        assertThat(BadByte.first(new ByteArrayInputStream(cut)).map(BadByte::where)).contains("byte 3 (line 2)");
        assertThat(BadByte.first(new ByteArrayInputStream("\u65e5".repeat(10_000).getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(Optional.empty());
    }
}
