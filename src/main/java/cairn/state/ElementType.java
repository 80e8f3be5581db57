package cairn.state;

/** The type of a tensor's elements. The name in files and messages is the one of the safetensors format, in lower case. */
public enum ElementType {
    F64("f64", 8), I64("i64", 8), F32("f32", 4), I32("i32", 4), U8("u8", 1);

    private final String label;
    private final int bytes;

    ElementType(String label, int bytes) {
        this.label = label;
        this.bytes = bytes;
    }

    /** The name in messages and, in upper case, in files. */
    public String label() {
        return label;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }
}
