package cairn.interop;

import static cairn.interop.Outputs.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.disk.RealDisk;
import cairn.interop.file.FileBytes;
import cairn.interop.file.FileTensor;
import cairn.interop.file.ForeignFileException;
import cairn.interop.file.TensorFile;
import cairn.interop.file.ZipParts;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives that NumPy wrote; make_arrays.py says how. */
class NpzFileTest {
    private static final double[] COUNT = IntStream.range(0, 24).asDoubleStream().toArray();

    @TempDir
    Path folder;

    private static TensorFile read(Path path) throws IOException {
        try (FileBytes file = FileBytes.open(path, new RealDisk()); ZipParts zip = ZipParts.of(file)) {
            return NpzFile.read(file, zip);
        }
    }

    private static TensorFile read(String name) throws IOException {
        return read(Outputs.FILES.resolve("numpy").resolve(name));
    }

    @Test
    void everyTypeIsRead() throws IOException {
        Map<String, FileTensor> tensors = read("types.npz").tensors();
        Map<String, double[]> expected = Map.ofEntries(Map.entry("f8", new double[] {0.1, -1e300}),
                Map.entry("f2", new double[] {1.5, -65504}),
                Map.entry("i8", new double[] {1099511627777.0}), Map.entry("i4", new double[] {-7, 2147483647}),
                Map.entry("i2", new double[] {-300}), Map.entry("i1", new double[] {-5}), Map.entry("u1", new double[] {250}),
                Map.entry("u2", new double[] {65000}), Map.entry("u4", new double[] {4000000000.0}), Map.entry("b1", new double[] {1, 0}),
                Map.entry("empty", new double[0]));
        expected.forEach((name, numbers) -> assertThat(numbers(tensors.get(name).value())).as(name).isEqualTo(numbers));
        assertThat(tensors.get("f4").describe()).isEqualTo("float32[2,3]");
        assertThat(tensors.get("empty").shape()).containsExactly(0, 3);
        assertThat(tensors.get("i8").shape()).isEmpty();
    }

    @Test
    void everyOrderOfTheNumbersIsRead() throws IOException {
        TensorFile file = read("orders.npz");
        for (String name : new String[] {"plain", "fortran", "big", "big_fortran"}) {
            assertThat(numbers(file.tensors().get(name).value())).as(name).isEqualTo(COUNT);
            assertThat(file.tensors().get(name).shape()).as(name).containsExactly(2, 3, 4);
        }
        assertThat(file.notes()).contains("words is left out, because it holds texts");
    }

    @Test
    void everyVersionOfTheFormatAndPackedArchivesAreRead() throws IOException {
        assertThat(read("versions.npz").tensors().values()).hasSize(3).allMatch(t -> java.util.Arrays.equals(numbers(t.value()), COUNT));
        TensorFile packed = read("packed.npz");
        assertThat(numbers(packed.tensors().get("count").value())).isEqualTo(COUNT);
        assertThat(numbers(packed.tensors().get("zeros").value())).hasSize(5000).containsOnly(0);
    }

    @ParameterizedTest
    @CsvSource({"objects.npz, objects, Python objects", "structured.npz, table, structured array",
        "complex.npz, waves, elements of type <c16"})
    void whatHoldsNoNumbersIsRefusedByName(String name, String array, String problem) {
        assertThatThrownBy(() -> read(name)).isInstanceOf(ForeignFileException.class).hasMessageContainingAll(name, array, problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }|takes 12 bytes",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (9999999999,9999999999), }|2^63",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }|'shape'",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }|its shape is",
        "{'descr': '<f4', 'shape': (2,), }|'fortran_order'",
        "{'descr': '<U9', 'fortran_order': False, 'shape': (), }|OK",
        "{'descr': '<f16', 'fortran_order': False, 'shape': (), }|elements of type <f16",
        "__import__('os').system('true')|'descr'"})
    void headersThatDoNotFitAreRefused(String header, String problem) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        Path path = folder.resolve("x.npz");
        try (OutputStream out = Files.newOutputStream(path); ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("w.npy"));
            zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0});
            zip.write(text);
            zip.write(new byte[8]);
            zip.closeEntry();
        }
        if (problem.equals("OK")) {
            assertThat(read(path).notes()).contains("w is left out, because it holds texts");
        } else {
            assertThatThrownBy(() -> read(path)).isInstanceOf(ForeignFileException.class)
                    .hasMessageContainingAll(path.toString(), "w: ", problem);
        }
    }
}
