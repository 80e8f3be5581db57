package cairn.state;

import java.util.Locale;

/** Something needs more memory than is free, or than Java may use. Nothing was allocated. The message names the memory. */
public final class MemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final double MEBIBYTE = 1 << 20;
    private static final long GIBIBYTE = 1L << 30;

    public MemoryException(String message) {
        super(message);
    }

    /** A state does not fit into the machine's memory. */
    static MemoryException ofMachine(String refused, long bytes) {
        return new MemoryException(refused + ": a state takes " + size(bytes) + " of this machine's memory while it is saved or read, and "
                + size(ProcessMemory.free()) + " are free\nFree some memory, or use a machine or a container with more.");
    }

    /** States are larger together than what Java may allocate off its heap; twice their size has room for all that is done with them. */
    static MemoryException offHeap(String refused, long bytes) {
        return new MemoryException(refused + ": states take " + size(bytes) + " off Java's heap while they are saved or read, and this Java may use "
                + size(ProcessMemory.offHeap()) + " there\nStart Java with -XX:" + ProcessMemory.OFF_HEAP_OPTION + "=" + twice(bytes)
                + ", or start Cairn by its launcher, which sets no such limit.");
    }

    /** Something takes more of Java's heap than it has; {@code instead} is what else helps. */
    public static MemoryException ofHeap(String refused, long bytes, String instead) {
        return new MemoryException(refused + " takes " + size(bytes) + " of Java's heap, which has at most " + size(ProcessMemory.heap())
                + "\nGive Java a larger heap: CAIRN_OPTS=-Xmx" + twice(bytes) + ", or " + instead);
    }

    /** {@code 1.5 MiB}. */
    public static String size(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MEBIBYTE);
    }

    /** At least twice so many bytes, as an option of Java has it, such as {@code 4g}. */
    public static String twice(long bytes) {
        return (2 * bytes / GIBIBYTE + 1) + "g";
    }
}
