package cairn.journal;

import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Which columns the rows of a journal have, as its first line says. */
enum Columns {
    /** What Cairn writes. */
    CHECKED("attempt,step,time,series,value,check"),
    /** What versions before the check wrote. Rows that are appended to such a file have no check either. */
    UNCHECKED("attempt,step,time,series,value");

    /** A comma and the eight digits of a check. */
    static final int CHECK_BYTES = 9;

    private final String heading;

    Columns(String heading) {
        this.heading = heading;
    }

    /** The first line of the file, without its end. */
    String heading() {
        return heading;
    }

    /** The check of a row: the CRC-32C of its bytes before the comma of the check, as eight digits {@code 0-9 a-f}. */
    static String check(byte[] bytes, int from, int to) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, to - from);
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }
}
