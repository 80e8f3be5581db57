package cairn.state;

import java.util.Arrays;

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

    /** The type with this label, in any case. */
    public static ElementType of(String label) {
        return Arrays.stream(values()).filter(t -> t.label.equalsIgnoreCase(label)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("unknown element type '" + label + "'; known: f64, i64, f32, i32, u8"));
    }
}
