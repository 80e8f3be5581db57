package cairn.machine;

/**
 * A GPU, as its driver describes it.
 *
 * @param index its number in the driver's list
 * @param capability says which code it can run
 * @param totalBytes its memory
 * @param freeBytes the part of its memory that is free now
 */
public record Gpu(int index, String uuid, String name, String driver, Capability capability, long totalBytes, long freeBytes) {

    /** NVIDIA's compute capability, such as 8.6; 0.0 where an old driver does not say. */
    public record Capability(int major, int minor) implements Comparable<Capability> {
        static final Capability UNKNOWN = new Capability(0, 0);

        static Capability parse(String text) {
            String[] parts = text.strip().split("\\.");
            try {
                return parts.length == 2 ? new Capability(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])) : UNKNOWN;
            } catch (NumberFormatException e) {
                return UNKNOWN;
            }
        }

        public boolean isKnown() {
            return major > 0;
        }

        @Override
        public int compareTo(Capability that) {
            return major != that.major ? Integer.compare(major, that.major) : Integer.compare(minor, that.minor);
        }

        @Override
        public String toString() {
            return isKnown() ? major + "." + minor : Cpu.UNKNOWN;
        }
    }

    @Override
    public String toString() {
        return name + " (compute capability " + capability + ")";
    }
}
