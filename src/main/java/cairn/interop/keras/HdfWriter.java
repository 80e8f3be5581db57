package cairn.interop.keras;

import cairn.disk.Disk;
import cairn.state.ElementType;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups and arrays as an HDF5 file (HDF5 file format specification 3.0): superblock 2, object headers of version 2 with the links in
 * them, each array whole at one place, attributes that are short texts. Every library since HDF5 1.8 reads it. First stand all headers,
 * then all arrays, in the order in which they were added.
 */
final class HdfWriter {
    private static final int SUPERBLOCK = 48;
    private static final int ALIGNMENT = 8;
    private static final long UNDEFINED = -1;
    private static final int DATASPACE = 0x01;
    private static final int LINK_INFO = 0x02;
    private static final int DATATYPE = 0x03;
    private static final int FILL_VALUE = 0x05;
    private static final int LINK = 0x06;
    private static final int LAYOUT = 0x08;
    private static final int GROUP_INFO = 0x0A;
    private static final int ATTRIBUTE = 0x0C;

    private final Group root = new Group();

    /** A group: its texts, groups and arrays. */
    private static final class Group {
        final Map<String, String> texts = new LinkedHashMap<>();
        final Map<String, Group> groups = new LinkedHashMap<>();
        final Map<String, Array> arrays = new LinkedHashMap<>();
        long address;
    }

    private static final class Array {
        final Value.Tensor tensor;
        long address;
        long data;

        Array(Value.Tensor tensor) {
            this.tensor = tensor;
        }
    }

    /** Adds a group, and those around it. */
    HdfWriter group(String path) {
        at(path);
        return this;
    }

    /** Adds an attribute with one text. */
    HdfWriter text(String group, String name, String text) {
        at(group).texts.put(name, text);
        return this;
    }

    HdfWriter array(String path, Value.Tensor tensor) {
        int end = path.lastIndexOf('/');
        at(end < 0 ? "" : path.substring(0, end)).arrays.put(path.substring(end + 1), new Array(tensor));
        return this;
    }

    private Group at(String path) {
        Group group = root;
        for (String part : path.isEmpty() ? new String[0] : path.split("/")) {
            group = group.groups.computeIfAbsent(part, key -> new Group());
        }
        return group;
    }

    /** Writes the file. Returns its size. */
    long write(Disk.Output out) throws IOException {
        List<Group> groups = new ArrayList<>();
        List<Array> arrays = new ArrayList<>();
        collect(root, groups, arrays);
        long at = SUPERBLOCK;
        for (Group group : groups) {
            group.address = at;
            at += header(group).remaining();
        }
        for (Array array : arrays) {
            array.address = at;
            at += header(array).remaining();
        }
        long first = at;
        for (Array array : arrays) {
            at = (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            array.data = array.tensor.size() == 0 ? UNDEFINED : at;
            at += bytes(array);
        }
        out.write(superblock(at));
        for (Group group : groups) {
            out.write(header(group));
        }
        for (Array array : arrays) {
            out.write(header(array));
        }
        long done = first;
        for (Array array : arrays) {
            long gap = (ALIGNMENT - done % ALIGNMENT) % ALIGNMENT;
            out.write(ByteBuffer.allocate((int) gap));
            out.write(array.tensor.bytes());
            done += gap + bytes(array);
        }
        return at;
    }

    private static long bytes(Array array) {
        return array.tensor.size() * array.tensor.type().bytes();
    }

    private static void collect(Group group, List<Group> groups, List<Array> arrays) {
        groups.add(group);
        arrays.addAll(group.arrays.values());
        group.groups.values().forEach(inner -> collect(inner, groups, arrays));
    }

    private ByteBuffer superblock(long end) {
        ByteBuffer b = buffer(SUPERBLOCK).put(new byte[] {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'});
        b.put((byte) 2).put((byte) 8).put((byte) 8).put((byte) 0).putLong(0).putLong(UNDEFINED).putLong(end).putLong(root.address);
        return checked(b);
    }

    private static ByteBuffer header(Group group) {
        List<ByteBuffer> messages = new ArrayList<>();
        messages.add(message(LINK_INFO, buffer(18).put((byte) 0).put((byte) 0).putLong(UNDEFINED).putLong(UNDEFINED)));
        messages.add(message(GROUP_INFO, buffer(2).put((byte) 0).put((byte) 0)));
        group.groups.forEach((name, inner) -> messages.add(link(name, inner.address)));
        group.arrays.forEach((name, inner) -> messages.add(link(name, inner.address)));
        group.texts.forEach((name, text) -> messages.add(attribute(name, text)));
        return header(messages);
    }

    private static ByteBuffer header(Array array) {
        long[] shape = array.tensor.shape();
        ByteBuffer space = buffer(4 + 8 * shape.length);
        space.put((byte) 2).put((byte) shape.length).put((byte) 0).put((byte) (shape.length == 0 ? 0 : 1));
        Arrays.stream(shape).forEach(space::putLong);
        // Space is taken late, the fill value is written if one is set, and none is.
        ByteBuffer fill = buffer(2).put((byte) 3).put((byte) 0x0A);
        ByteBuffer layout = buffer(18).put((byte) 3).put((byte) 1).putLong(array.data).putLong(bytes(array));
        return header(List.of(message(DATASPACE, space), message(DATATYPE, datatype(array.tensor.type())), message(FILL_VALUE, fill),
                message(LAYOUT, layout)));
    }

    private static ByteBuffer header(List<ByteBuffer> messages) {
        int size = messages.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer b = buffer(14 + size).put(new byte[] {'O', 'H', 'D', 'R', 2, 2}).putInt(size);
        messages.forEach(b::put);
        return checked(b);
    }

    private static ByteBuffer message(int type, ByteBuffer content) {
        content.flip();
        return buffer(4 + content.remaining()).put((byte) type).putShort((short) content.remaining()).put((byte) 0).put(content).flip();
    }

    /** A link of version 1: its flags say that a character set follows, and that the length of the name has two bytes. */
    private static ByteBuffer link(String name, long address) {
        byte[] utf8 = utf8(name);
        return message(LINK, buffer(13 + utf8.length).put((byte) 1).put((byte) 0x11).put((byte) 1).putShort((short) utf8.length).put(utf8)
                .putLong(address));
    }

    private static ByteBuffer attribute(String name, String text) {
        byte[] key = utf8(name + "\0");
        byte[] value = utf8(text.isEmpty() ? "\0" : text);
        ByteBuffer b = buffer(9 + key.length + 8 + 4 + value.length);
        b.put((byte) 3).put((byte) 0).putShort((short) key.length).putShort((short) 8).putShort((short) 4).put((byte) 1).put(key);
        // Class 3, text of a fixed size, filled up with zeros, UTF-8; one of them.
        b.put(new byte[] {0x13, 0x11, 0, 0}).putInt(value.length).put(new byte[] {2, 0, 0, 0}).put(value);
        return message(ATTRIBUTE, b);
    }

    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 60_000) {
            throw new IllegalArgumentException("HDF5 takes texts of up to 60000 bytes in the head of a group, found one of "
                    + bytes.length);
        }
        return bytes;
    }

    private static ByteBuffer datatype(ElementType type) {
        int size = type.bytes();
        return switch (type) {
            case F64 -> floats(size, 52, 11, 1023);
            case F32 -> floats(size, 23, 8, 127);
            case I64, I32 -> integers(size, 0x08);
            case U8 -> integers(size, 0);
        };
    }

    /** Class 1, little-endian, the first digit of the fraction not stored. */
    private static ByteBuffer floats(int size, int fraction, int exponent, int bias) {
        return buffer(20).put((byte) 0x11).put((byte) 0x20).put((byte) (8 * size - 1)).put((byte) 0).putInt(size).putShort((short) 0)
                .putShort((short) (8 * size)).put((byte) fraction).put((byte) exponent).put((byte) 0).put((byte) fraction).putInt(bias);
    }

    private static ByteBuffer integers(int size, int sign) {
        return buffer(12).put((byte) 0x10).put((byte) sign).put((byte) 0).put((byte) 0).putInt(size).putShort((short) 0)
                .putShort((short) (8 * size));
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer checked(ByteBuffer b) {
        return b.putInt(Lookup3.hash(b.array(), b.position())).flip();
    }
}
