package cairn.tensorboard;

import cairn.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A file of events, TensorFlow's event.proto in the frame of its record_writer.cc:
 *
 * <pre>
 *     length of the event, 8 bytes    masked CRC-32C of these 8 bytes    the event    masked CRC-32C of the event
 * </pre>
 *
 * All numbers are little-endian. The mask is {@code ((crc >>> 15) | (crc << 17)) + 0xa282ead8}.
 *
 * <p>The first event is the version. A {@code SessionLog.START} with step s says that events of step s and later, before it, came to
 * nothing. Only the slower of TensorBoard's readers obeys it, and not the first one in a file.
 */
final class EventFile implements Closeable {
    private static final String PREFIX = "events.out.tfevents.";
    private static final int TIME = 1;
    private static final int STEP = 2;
    private static final int VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION = 7;
    private static final int MASK = 0xa282ead8;
    private static final int FRAME = Long.BYTES + 2 * Integer.BYTES;
    private static final int BUFFER = 64 << 10;

    private final Disk.Output output;
    private final ByteBuffer buffer = Message.littleEndian(BUFFER);

    /** Begins a file. */
    EventFile(Disk.Output output, long millis) throws IOException {
        this.output = output;
        add(new Message().real(TIME, millis / 1e3).text(VERSION, "brain.Event:2"));
    }

    /** {@code events.out.tfevents.1764538800.cairn-live.0.0}: TensorBoard reads the files of a folder in the order of their names. */
    static String name(long millis, String writer) {
        return String.format(Locale.ROOT, "%s%010d.%s.0.0", PREFIX, millis / 1000, writer);
    }

    /** Whether a file has a name that {@link #name} gives for {@code writer}. */
    static boolean isOf(String file, String writer) {
        return file.matches(Pattern.quote(PREFIX) + "\\d{10,}\\." + Pattern.quote(writer) + "\\.0\\.0");
    }

    /** Whether TensorBoard takes a file for one of events. */
    static boolean isEvents(String file) {
        return file.contains("tfevents");
    }

    /** What was recorded before of {@code step} and later steps came to nothing. */
    void start(long millis, long step) throws IOException {
        add(new Message().real(TIME, millis / 1e3).whole(STEP, step).message(SESSION, new Message().whole(1, 1)));
    }

    /** What is to be shown at a step. */
    void add(long millis, long step, List<Item> items) throws IOException {
        if (!items.isEmpty()) {
            Message summary = new Message();
            items.forEach(item -> summary.message(1, item.value()));
            add(new Message().real(TIME, millis / 1e3).whole(STEP, step).message(SUMMARY, summary));
        }
    }

    private void add(Message event) throws IOException {
        byte[] data = event.toBytes();
        byte[] length = Message.littleEndian(Long.BYTES).putLong(data.length).array();
        if (buffer.remaining() < data.length + FRAME) {
            flush();
        }
        ByteBuffer into = buffer.remaining() < data.length + FRAME ? Message.littleEndian(data.length + FRAME) : buffer;
        into.put(length).putInt(masked(length)).put(data).putInt(masked(data));
        if (into != buffer) {
            output.write(into.flip());
        }
    }

    static int masked(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return Integer.rotateRight((int) sum.getValue(), 15) + MASK;
    }

    /** Hands all events to the operating system. */
    void flush() throws IOException {
        output.write(buffer.flip());
        buffer.clear();
    }

    /** Flushes; the output is the caller's. */
    @Override
    public void close() throws IOException {
        flush();
    }

    /** The files of {@code writer} in {@code folder}; none if there is no such folder. */
    static List<Path> of(Disk disk, Path folder, String writer) throws IOException {
        return disk.exists(folder) ? disk.list(folder).stream().filter(name -> isOf(name, writer)).sorted().map(folder::resolve).toList()
                : List.of();
    }
}
